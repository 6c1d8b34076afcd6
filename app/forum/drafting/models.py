"""Texts that members write and have not published: kept on the server, whole, with a version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, CreatedAt, Id, IntPk, PublicId, now

PLACES = ("topic", "reply", "edit")
"""What a draft becomes: a topic of a category, a reply to a topic, the new text of a post."""


class Draft(Base):
    """What one member typed in one composer, field by field. No one else ever sees it."""

    __tablename__ = "draft"
    __table_args__ = (
        Index("ix_draft_user_id_place", "user_id", "place", "place_id"),
        Index("ix_draft_user_id_updated_at", "user_id", "updated_at", "id"),
        UniqueConstraint("user_id", "client_token"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[datetime] = mapped_column(default=now)
    user_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    place: Mapped[str] = mapped_column(String(12))
    """One of PLACES; with `place_id` it says where the text belongs."""
    place_id: Mapped[int] = mapped_column(Id)
    """Id of the category, topic or post; a number and no key, so that a text outlives the place it was meant for."""
    client_token: Mapped[str] = mapped_column(String(64))
    """The token under which the text will be sent: whichever device sends it, it is published once."""
    fields: Mapped[dict[str, Any]]
    """Name and values of every field of the form: `{"body": ["..."], "themes": ["water", "youth"]}`."""
    version: Mapped[int] = mapped_column(default=1)
    """Grows with every change: who saves says which version they saw."""
    writer: Mapped[str] = mapped_column(String(32), default="")
    """The open page that saved last; it never stands in its own way."""
    turn: Mapped[int] = mapped_column(default=0)
    """How often that page had saved: what was sent before and comes after is passed over."""
    publish_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the platform publishes it for its author."""
    refusal: Mapped[str] = mapped_column(String(500), default="")
    """Why it was not published when it was due, in the author's language."""

    def first(self, name: str) -> str:
        """The value of a field, the first one where it has several."""
        values = self.fields.get(name) or [""]
        return str(values[0])
