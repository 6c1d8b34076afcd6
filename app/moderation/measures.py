"""What a level is worked out from: days here, reading, writing that stays, thanks; and the thresholds of the levels."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from app.accounts.models import SeenDay
from app.accounts.trust import BASIC, MEMBER, REGULAR
from app.core import options
from app.core.db import db, now
from app.core.i18n import lazy_pgettext
from app.core.options import Option, declare
from app.engagement.models import Reaction, ReadMarker
from app.forum.models import Post

STAYS = timedelta(days=1)
"""What is still there after so long counts as writing that stays."""


class Measures(NamedTuple):
    """How much a member has taken part."""

    days: int = 0
    topics: int = 0
    read: int = 0
    written: int = 0
    thanks: int = 0


LABELS: dict[str, Any] = {
    "days": lazy_pgettext("trust", "Days here"),
    "topics": lazy_pgettext("trust", "Topics opened"),
    "read": lazy_pgettext("trust", "Messages read"),
    "written": lazy_pgettext("trust", "Messages written"),
    "thanks": lazy_pgettext("trust", "Reactions received"),
}
LEVEL_CODES = {BASIC: "basic", MEMBER: "member", REGULAR: "regular"}
_WANTED: tuple[tuple[int, str, int, Any], ...] = (
    (BASIC, "days", 2, lazy_pgettext("option", "“Settled in”: days here")),
    (BASIC, "topics", 3, lazy_pgettext("option", "“Settled in”: topics opened")),
    (BASIC, "read", 20, lazy_pgettext("option", "“Settled in”: messages read")),
    (MEMBER, "days", 15, lazy_pgettext("option", "“Taking part”: days here")),
    (MEMBER, "read", 100, lazy_pgettext("option", "“Taking part”: messages read")),
    (MEMBER, "written", 5, lazy_pgettext("option", "“Taking part”: messages written")),
    (MEMBER, "thanks", 1, lazy_pgettext("option", "“Taking part”: reactions received")),
    (REGULAR, "days", 50, lazy_pgettext("option", "“Regular”: days here")),
    (REGULAR, "read", 500, lazy_pgettext("option", "“Regular”: messages read")),
    (REGULAR, "written", 20, lazy_pgettext("option", "“Regular”: messages written")),
    (REGULAR, "thanks", 10, lazy_pgettext("option", "“Regular”: reactions received")),
)
for _level, _measure, _default, _label in _WANTED:
    declare(Option(
        name=f"trust.{LEVEL_CODES[_level]}_{_measure}", kind="int", default=_default, most=10_000, group="trust",
        label=_label,
    ))  # fmt: skip


def wanted(level: int) -> dict[str, int]:
    """How much of each measure a level asks for."""
    code = LEVEL_CODES[level]
    return {measure: options.value(f"trust.{code}_{measure}") for at, measure, *_ in _WANTED if at == level}


def measures_of(ids: Collection[int]) -> dict[int, Measures]:
    """The measures of these members, in five statements for all of them."""
    found: dict[int, dict[str, int]] = {member_id: {} for member_id in ids}
    for name, query in _queries(ids).items():
        for member_id, number in db.session.execute(query):
            found[member_id][name] = int(number or 0)
    return {member_id: Measures(**numbers) for member_id, numbers in found.items()}


def _queries(ids: Collection[int]) -> dict[str, Select[Any, int]]:
    topics = (ReadMarker.subject_kind == "topic", ReadMarker.user_id.in_(ids))
    stays = (Post.author_id.in_(ids), Post.state == "visible", Post.created_at < now() - STAYS)
    return {
        "days": select(SeenDay.user_id, func.count()).where(SeenDay.user_id.in_(ids)).group_by(SeenDay.user_id),
        "topics": select(ReadMarker.user_id, func.count()).where(*topics).group_by(ReadMarker.user_id),
        "read": select(ReadMarker.user_id, func.sum(ReadMarker.last_number))
        .where(*topics)
        .group_by(ReadMarker.user_id),
        "written": select(Post.author_id, func.count()).where(*stays).group_by(Post.author_id),
        "thanks": select(Post.author_id, func.count())
        .join(Reaction, (Reaction.subject_kind == "post") & (Reaction.subject_id == Post.id))
        .where(Post.author_id.in_(ids), Post.state == "visible", Reaction.user_id != Post.author_id)
        .group_by(Post.author_id),
    }


def earned(measures: Measures) -> int:
    """The level that these measures reach; a level is reached after the ones below it."""
    level = 0
    for above in (BASIC, MEMBER, REGULAR):
        if any(getattr(measures, name) < least for name, least in wanted(above).items()):
            break
        level = above
    return level
