"""The pages of trust and privacy: what waits, who joins, what is blocked, one's level and one's data."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.accounts.models import User
from app.core import options
from app.core.db import db
from app.core.events import unit_of_work
from app.forum.addresses import topic_slug
from app.forum.models import Topic
from app.privacy import closing, consents, exporting
from tests.support.forum import opened, replied

NO_PAGES = {"privacy.download_export": "files"}
WORD = "à-relire"


def trust_pages(page: type[Any], app: Flask, topic: Topic, member: str, administrator: str) -> list[Any]:
    """A topic of the member waits, somebody else's account is closed, and both have agreed to the texts."""
    own, desk, leaver = (_member(handle) for handle in (member, administrator, "piet-kortrijk"))
    _set_words(desk, WORD)
    body = f"Un texte {WORD}, avec [un lien](https://exemple.example/)."
    waiting = opened(own, topic.category, "Un sujet qui attend", body=body)
    replied(own, topic, f"Une réponse {WORD}.")
    _set_words(desk, "")
    with app.test_request_context("/"), unit_of_work():
        token = closing.return_token(closing.close_account(desk, leaver, "demandé"))
        for one in (own, desk):
            consents.agree(one)
        exporting.ask_export(own, own)
    return [
        page("forum.list_waiting", "/account/waiting", member),
        page("forum.show_topic", f"/topics/{waiting.public_id}/{topic_slug(waiting)}", member),
        page("moderation.list_waiting", "/moderation/waiting", administrator),
        page("moderation.list_requests", "/moderation/requests", administrator),
        page("moderation.list_invitations", "/moderation/invitations", administrator),
        page("moderation.list_blocks", "/moderation/blocks", administrator),
        page("moderation.show_level", "/account/level", member),
        page("moderation.show_member_level", f"/moderation/members/{member}/level", administrator),
        page("privacy.show_data", "/account/data", member),
        page("privacy.close_account", "/account/close", member),
        page("privacy.show_closed", "/account/closed"),
        page("privacy.reopen", f"/account/return/{token}"),
        page("privacy.ask_consent", "/account/consent", member),
        page("privacy.close_for_member", f"/members/{member}/account", administrator),
    ]


def _member(handle: str) -> User:
    return db.session.scalars(select(User).where(User.handle == handle)).unique().one()


def _set_words(administrator: User, words: str) -> None:
    with unit_of_work():
        options.change(administrator, "moderation.held_words", words)


def trust_letters() -> list[tuple[str, dict[str, Any]]]:
    """Mails about texts that wait, copies and closed accounts."""
    user = SimpleNamespace(display_name="", email="")
    said = {"user": user, "title": "Un sujet", "reason": "…", "link": "http://127.0.0.1:8000/fr/"}
    return [(name, said) for name in ("moderation/text_refused", "privacy/closed", "privacy/copy_ready")]
