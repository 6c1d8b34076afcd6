"""What the sieve holds in tests, and how moderators decide on it."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.models import User
from app.core import options
from app.core.db import db
from app.core.events import unit_of_work
from app.forum.models import Category
from app.forum.order.held import HeldText
from app.moderation import deciding_texts
from tests.factories import CategoryFactory, SpaceFactory


def guarded(premoderation: str = "first_posts", **space: object) -> Category:
    """A category of a space where messages wait."""
    return CategoryFactory(space=SpaceFactory(premoderation=premoderation, **space))


def chosen(name: str, value: object) -> None:
    """An option as an operator sets it."""
    with unit_of_work():
        options.change(None, name, value)


def held_texts(state: str = "waiting") -> list[HeldText]:
    """What waits, oldest first."""
    return list(db.session.scalars(select(HeldText).where(HeldText.state == state).order_by(HeldText.id)))


def approved(moderator: User, held: HeldText) -> None:
    """A text that a moderator publishes."""
    with unit_of_work():
        deciding_texts.approve(moderator, held)


def refused(moderator: User, held: HeldText, reason: str = "Publicité", is_spam: bool = False) -> None:
    """A text that a moderator refuses."""
    with unit_of_work():
        deciding_texts.refuse(moderator, held, reason, is_spam)
