"""What a new site may begin with: spaces and categories named in every language, ready to be changed."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import exists, select

from app.core.db import db
from app.core.i18n import lazy_pgettext
from app.core.policy import Actor
from app.forum.categories import CategoryDraft, create_category
from app.forum.models import Space
from app.forum.spaces.services import SpaceDraft, create_space

NAMES: dict[str, Any] = {
    "regional": lazy_pgettext("first run", "A region and its people in the world"),
    "twinning": lazy_pgettext("first run", "A town and its twinnings"),
    "network": lazy_pgettext("first run", "A network of associations"),
    "empty": lazy_pgettext("first run", "Nothing: I make the spaces myself"),
}
HINTS: dict[str, Any] = {
    "regional": lazy_pgettext("first run", "Forum of actors, people abroad, mobility, partner territories, backstage."),
    "twinning": lazy_pgettext("first run", "Our town, twinning, backstage."),
    "network": lazy_pgettext("first run", "The network, among members, backstage."),
}
LOCKED = {"announcements"}


@lru_cache(maxsize=1)
def _written() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def has_spaces() -> bool:
    """Whether the forum has a space already."""
    return bool(db.session.scalar(select(exists().where(Space.id.is_not(None)))))


def begin_with(actor: Actor, template: str) -> int:
    """Make the spaces of a template, in a forum that has none; returns how many. Inside a unit of work."""
    if has_spaces():
        return 0
    written = _written()
    for name in written["template"][template]:
        said = written["space"][name]
        draft = SpaceDraft(
            said["title"], said["description"], said.get("visibility", "public"), said.get("posting", "members")
        )
        space = create_space(actor, draft, kind=said.get("kind", "forum"))
        for shelf in said["categories"]:
            create_category(actor, space, CategoryDraft(written["category"][shelf], is_locked=shelf in LOCKED))
    return len(written["template"][template])
