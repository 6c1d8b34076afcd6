"""What waits for a moderator, and what became of it: new topics and posts, and edits of those that are published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.db import Base, CreatedAt, Id, IntPk
from app.forum.models import Post


class HeldText(Base):
    """A text that waits, or waited. Of an edit it holds the words; a new post holds its own."""

    __tablename__ = "held_text"
    __table_args__ = (
        Index("ix_held_text_waiting", "state", "space_id", "id"),
        Index("ix_held_text_author", "author_id", "state"),
    )

    id: Mapped[IntPk]
    created_at: Mapped[CreatedAt]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    """topic, post or edit."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    """Who wrote it: of an edit, who edited."""
    space_id: Mapped[int] = mapped_column(Id)
    lang: Mapped[str] = mapped_column(String(12))
    body: Mapped[str] = mapped_column(Text, default="")
    html: Mapped[str] = mapped_column(Text, default="")
    extras: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Of an edit, what comes with its words: see `order.carried`. None where its files stay and no poll is added."""
    causes: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Why it waits: codes, each with the words that show it."""
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    """waiting, approved, refused or withdrawn."""
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(String(500), default="")

    post: Mapped[Post] = relationship()
    author: Mapped[User | None] = relationship(foreign_keys=[author_id])

    @property
    def text(self) -> str:
        """What its author wrote."""
        return self.body if self.kind == "edit" else self.post.body

    @property
    def shown(self) -> str:
        """The same, rendered."""
        return self.html if self.kind == "edit" else self.post.html
