"""What members keep and follow, and the rules of tags."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select

from app.core.db import db
from app.core.upsert import insert_into
from app.engagement.bookmarking import fold
from app.engagement.models import FOLLOW_LEVELS, REACTIONS, Reaction, ReactionCount
from app.transfer.carried.register import Carried, Row, Subject, carry
from app.transfer.values import texts

ABOUT = ("subject_kind", "subject_id")
USER = {"user_id": "person"}


def _not_of_posts() -> ColumnElement[bool]:
    """Reactions to posts stand in the lines of posts."""
    return Reaction.subject_kind != "post"


def _count(row: Row) -> None:
    named = {name: row[name] for name in (*ABOUT, "code")}
    conditions = [getattr(Reaction, name) == value for name, value in named.items()]
    count = db.session.scalar(select(func.count()).select_from(Reaction).where(*conditions))
    kept = insert_into(ReactionCount).values(**named, count=count)
    db.session.execute(kept.on_conflict_do_update(index_elements=list(named), set_={"count": count}))


def _fold(row: Row, _line: Row) -> None:
    row["folded"] = fold(row.get("note", ""))[:1000]


carry(
    Carried("tag", ("slug",), ("slug", "label", "is_staff_only", "is_withdrawn"), is_first=True),
    Carried("tag_synonym", ("slug",), ("slug", "label"), {"tag_id": "tag"}),
    Carried(
        "tag_group", ("title",), ("title", "is_single"), checks={"title": texts(120)},
        children={"tags": Carried("tag_group_member", (), (), {"tag_id": "tag"}, under="group_id")},
    ),
    Carried(
        "reaction", (*ABOUT, "user_id", "code"), ("code", "created_at"), USER, Subject(), only=_not_of_posts,
        choices={"code": REACTIONS}, after=_count,
    ),
    Carried("follow", ("user_id", *ABOUT), ("level", "created_at"), USER, Subject(), choices={"level": FOLLOW_LEVELS}),
    Carried("follow_preference", ("user_id",), ("tracks_replied",), USER),
    Carried("bookmark", ("user_id", *ABOUT), ("created_at", "note", "remind_at", "reminded_at"), USER, Subject(),
            ahead=("remind_at",), fill=_fold),
    Carried("read_marker", ("user_id", *ABOUT), ("last_number", "updated_at"), USER, Subject()),
)  # fmt: skip
