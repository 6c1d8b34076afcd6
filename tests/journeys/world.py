"""The platform that the journeys visit: the demonstration set, served, with a mail server beside it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.accounts.models import User
from app.core.db import db
from app.forum.addresses import topic_slug
from app.forum.models import Category, Post, Topic
from tests.factories import UserFactory
from tests.support.forum import opened, replied
from tests.support.mailbox import Mailbox
from tests.support.running import Platform
from tests.support.signed_in import cookie_of

PASSWORD = "une phrase assez longue pour les tests"


class World:
    """Makes what a journey begins with: members who are signed in, topics with their messages."""

    def __init__(self, app: Flask, platform: Platform, mailbox: Mailbox) -> None:
        self.app = app
        self.platform = platform
        self.mailbox = mailbox
        self.url = platform.url

    def member(self, lang: str = "fr", **chosen: Any) -> User:
        """A new member who reads the site in a language."""
        handle = f"m-{uuid.uuid4().hex[:10]}"
        return UserFactory(ui_lang=lang, handle=handle, display_name=chosen.pop("display_name", handle), **chosen)

    def demo_member(self, handle: str) -> User:
        """A member of the demonstration set."""
        return db.session.scalars(select(User).where(User.handle == handle)).unique().one()

    def cookie(self, member: User, *, is_shared_device: bool = False) -> str:
        """The cookie of a device on which the member is signed in."""
        return cookie_of(self.app, member, is_shared_device)

    def category(self) -> Category:
        """A category in which members open topics."""
        return db.session.scalars(select(Category).where(Category.slug == "retour")).one()

    def topic(self, author: User | None = None, posts: int = 1, **chosen: Any) -> Topic:
        """A topic of its own, with so many messages by its author."""
        db.session.expire_all()
        writer = author or self.member()
        topic = opened(writer, self.category(), f"Sujet {uuid.uuid4().hex[:8]}", **chosen)
        for number in range(2, posts + 1):
            replied(writer, topic, f"Voici le message {number}.\n\n" + "Une phrase de plus pour la longueur. " * 12)
        return topic

    def reply(self, author: User, topic: Topic, body: str, lang: str = "fr") -> Post:
        """A message that another process publishes."""
        db.session.expire_all()
        return replied(author, topic, body, lang)


def address(topic: Topic) -> str:
    """The address of a topic after the language."""
    return f"/topics/{topic.public_id}/{topic_slug(topic)}"
