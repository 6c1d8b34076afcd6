"""Live sessions: a topic of kind `live_session`, when it is live, who leads it, and what is asked in it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.db import Base, CreatedAt, Id, IntPk, PublicId, now
from app.forum.models import Topic

SLOW_MODE_MOST = 300
LIVE_MESSAGE_MAX = 2000
QUESTION_MAX = 500


class LiveSession(Base):
    """When a topic is live. Before and after it is a topic like any other."""

    __tablename__ = "live_session"
    __table_args__ = (Index("ix_live_session_phase_starts_at", "phase", "starts_at"),)

    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    timezone: Mapped[str] = mapped_column(String(40))
    """The zone in which the times were chosen, and are said first."""
    langs: Mapped[list[str]] = mapped_column(default=list)
    """Languages spoken in it."""
    phase: Mapped[str] = mapped_column(String(12), default="planned")
    """planned, live, recap or over (lifecycle of `app.forum.sessions.lifecycle`)."""
    phase_at: Mapped[datetime] = mapped_column(default=now)
    slow_mode: Mapped[int] = mapped_column(default=0)
    """Seconds between two messages of one person while it is live."""
    first_number: Mapped[int | None]
    """The number of the first message said live."""
    recap_post_id: Mapped[int | None] = mapped_column(Id)
    version: Mapped[int] = mapped_column(default=1)

    topic: Mapped[Topic] = relationship()
    hosts: Mapped[list[User]] = relationship(secondary="live_host", order_by="User.display_name", viewonly=True)


class LiveHost(Base):
    """Someone who leads a session beside its author and the moderators of its space."""

    __tablename__ = "live_host"

    topic_id: Mapped[int] = mapped_column(ForeignKey("live_session.topic_id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)


class LiveQuestion(Base):
    """A question put to those who lead a session."""

    __tablename__ = "live_question"
    __table_args__ = (
        UniqueConstraint("author_id", "client_token"),
        Index("ix_live_question_topic_id_state", "topic_id", "state", "votes"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    created_at: Mapped[CreatedAt]
    topic_id: Mapped[int] = mapped_column(ForeignKey("live_session.topic_id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    lang: Mapped[str] = mapped_column(String(12))
    body: Mapped[str] = mapped_column(String(QUESTION_MAX))
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    """waiting, taken, answered, dismissed or withdrawn."""
    votes: Mapped[int] = mapped_column(default=0)
    decided_at: Mapped[datetime | None]
    client_token: Mapped[str] = mapped_column(String(64))

    author: Mapped[User | None] = relationship()


class QuestionVote(Base):
    """A member who wants a question answered."""

    __tablename__ = "question_vote"

    question_id: Mapped[int] = mapped_column(ForeignKey("live_question.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)


class MarkedPost(Base):
    """A message of a session that its recap is to tell."""

    __tablename__ = "marked_post"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("live_session.topic_id", ondelete="CASCADE"), index=True)
    created_at: Mapped[CreatedAt]
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
