"""The answer to the sieve: which texts wait for a moderator, and why."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, cast

from flask import current_app
from sqlalchemy import select

from app.accounts import trust
from app.config import Settings
from app.core import options
from app.core.db import db
from app.core.i18n import lazy_pgettext
from app.core.markdown import plain
from app.core.options import Option, declare
from app.core.policy import Actor
from app.core.sieve import Cause, Writing
from app.forum.models import Post
from app.moderation.features import links
from app.moderation.learning import doubts

FIRST_POSTS = declare(
    Option(
        name="moderation.first_posts",
        kind="int",
        default=2,
        least=1,
        most=50,
        group="trust",
        label=lazy_pgettext("option", "First messages that wait"),
        help=lazy_pgettext("option", "Of a new member, in spaces where first messages wait for a moderator."),
    )
)
HELD_WORDS = declare(
    Option(
        name="moderation.held_words",
        kind="words",
        default="",
        most=10_000,
        group="trust",
        label=lazy_pgettext("option", "Words that make a message wait"),
        help=lazy_pgettext("option", "One word or expression a line, in any language. Nothing is refused by itself."),
    )
)
CAUSES: dict[str, Any] = {
    "space": lazy_pgettext("cause", "All messages of this space wait."),
    "first_posts": lazy_pgettext("cause", "One of the member's first messages."),
    "links": lazy_pgettext("cause", "More links than the member's level allows."),
    "images": lazy_pgettext("cause", "More images than the member's level allows."),
    "words": lazy_pgettext("cause", "Words of the list of the site."),
    "classifier": lazy_pgettext("cause", "Looks like what moderators have refused."),
}
_IMAGE = re.compile(r"<img\s")


def judge(actor: Actor, writing: Writing) -> Sequence[Cause]:
    """Why a text must wait; whoever moderates the space is never asked to."""
    return () if actor.moderates(writing.space_id) else list(_causes(actor, writing))


def _causes(actor: Actor, writing: Writing) -> Iterator[Cause]:
    level = trust.level_of(actor)
    allowed = trust.EFFECTS[level]
    is_watched = writing.premoderation == "first_posts" and level == trust.NEW
    if writing.premoderation == "all":
        yield Cause("space")
    if is_watched and writing.kind != "edit" and _is_beginner(actor):
        yield Cause("first_posts")
    outside = _outside_links(writing.html)
    if outside and (is_watched or len(outside) > allowed.links):
        yield Cause("links", tuple(outside[:3]))
    if len(_IMAGE.findall(writing.html)) > allowed.images:
        yield Cause("images")
    if found := _held_words(writing):
        yield Cause("words", found)
    if allowed.is_sifted and (said := doubts(writing.title, writing.html)):
        yield Cause("classifier", said.words)


def _is_beginner(actor: Actor) -> bool:
    """Whether fewer messages of the member are published than must be approved first."""
    wanted = int(options.value(FIRST_POSTS.name))
    published = select(Post.id).where(Post.author_id == actor.actor_id, Post.state == "visible").limit(wanted)
    return len(db.session.scalars(published).all()) < wanted


def _outside_links(html: str) -> list[str]:
    home = cast(Settings, current_app.extensions["settings"]).site_url
    return [link for link in dict.fromkeys(links(html)) if not link.startswith(f"{home}/")]


def _held_words(writing: Writing) -> tuple[str, ...]:
    """The expressions of the list that stand in a text as whole words."""
    listed = [line.strip() for line in str(options.value(HELD_WORDS.name)).splitlines() if line.strip()]
    if not listed:
        return ()
    text = _folded(f"{writing.title}\n{plain(writing.html)}")
    return tuple(word for word in listed if re.search(rf"(?<!\w){re.escape(_folded(word))}(?!\w)", text))[:6]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
