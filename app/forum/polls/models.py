"""A poll of a post, its options and the votes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, CreatedAt, IntPk, now

RESULTS = ("always", "voted", "ended")
"""Who sees the results: everyone at any time, those who voted, everyone after the end."""
FEWEST_OPTIONS, MOST_OPTIONS, LABEL_MAX = 2, 20, 200


class Poll(Base):
    """A question that the readers of a post answer."""

    __tablename__ = "poll"

    id: Mapped[IntPk]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), unique=True)
    created_at: Mapped[CreatedAt]
    question: Mapped[str] = mapped_column(String(LABEL_MAX))
    lang: Mapped[str] = mapped_column(String(12))
    is_multiple: Mapped[bool] = mapped_column(default=False)
    is_named: Mapped[bool] = mapped_column(default=False)
    """Whether the names of those who voted are shown with the results; chosen once and never changed."""
    results: Mapped[str] = mapped_column(String(8), default="always")
    closes_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]
    """When it ended: on the date above, or before."""
    voters: Mapped[int] = mapped_column(default=0)

    options: Mapped[list[PollOption]] = relationship(
        order_by="PollOption.position", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def is_ended(self) -> bool:
        """Whether no more votes are taken."""
        return self.closed_at is not None or (self.closes_at is not None and self.closes_at <= now())


class PollOption(Base):
    """One of the answers, and how many chose it."""

    __tablename__ = "poll_option"
    __table_args__ = (UniqueConstraint("poll_id", "position"),)

    id: Mapped[IntPk]
    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id", ondelete="CASCADE"))
    position: Mapped[int]
    label: Mapped[str] = mapped_column(String(LABEL_MAX))
    votes: Mapped[int] = mapped_column(default=0)


class PollVote(Base):
    """A member's choice of an option."""

    __tablename__ = "poll_vote"

    option_id: Mapped[int] = mapped_column(ForeignKey("poll_option.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True)
    created_at: Mapped[CreatedAt]
