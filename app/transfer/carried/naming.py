"""From the ids of rows to the names that lines give them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.core.db import db
from app.engagement.models import Attachment, Tag
from app.forum.models import UNPUBLISHED, Category, Post, Space, Topic
from app.moderation.models import Decision

NOT_YET = ("pending", "waiting", "refused")
"""People who are not members yet."""
_NAMES: dict[str, Any] = {
    "space": select(Space.id, Space.slug),
    "category": select(Category.id, Category.slug),
    "person": select(User.id, User.public_id).where(User.status.not_in(NOT_YET)),
    "topic": select(Topic.id, Topic.public_id).where(Topic.state.not_in(UNPUBLISHED)),
    "post": select(Post.id, Post.public_id).join(Topic, Topic.id == Post.topic_id)
    .where(Post.number.is_not(None), Topic.state.not_in(UNPUBLISHED)),
    "tag": select(Tag.id, Tag.slug),
    "file": select(Attachment.id, Attachment.public_id).where(Attachment.subject_kind == "post"),
    "decision": select(Decision.id, Decision.public_id),
}  # fmt: skip
"""What is exported at all, by kind."""
_OWN: dict[str, Any] = {"tag": (Tag.slug, Tag.id), "file": (Attachment.public_id, Attachment.id),
                        "decision": (Decision.public_id, Decision.id)}  # fmt: skip
"""How things are found that bear the same name everywhere."""


def names_of(kind: str, ids: Collection[int]) -> dict[int, str]:
    """Names by id; what no export holds is absent."""
    query, listed = _NAMES[kind], sorted(ids)
    found: dict[int, str] = {}
    for start in range(0, len(listed), 500):
        part = query.where(query.selected_columns[0].in_(listed[start : start + 500]))
        found.update(dict(db.session.execute(part).unique().all()))
    return found


def own_id(kind: str, name: str) -> int | None:
    """The row of a thing that bears its own name."""
    column, row_id = _OWN[kind]
    return db.session.scalar(select(row_id).where(column == name))


def has_own_names(kind: str) -> bool:
    """Whether things of this kind are called the same wherever they are."""
    return kind in _OWN
