"""Engagement with any subject, named by its kind and id."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, CreatedAt, Id, IntPk, PublicId, now

REACTIONS = ("thanks", "useful", "agree", "welcome")
FOLLOW_LEVELS = ("watching", "tracking", "normal", "muted")


class Reaction(Base):
    """One member's reaction of one code to one subject."""

    __tablename__ = "reaction"

    subject_kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    subject_id: Mapped[int] = mapped_column(Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True)
    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    created_at: Mapped[CreatedAt]


class ReactionCount(Base):
    """How many reactions of a code a subject has, kept with the reactions themselves."""

    __tablename__ = "reaction_count"

    subject_kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    subject_id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class Follow(Base):
    """How closely a member follows a subject."""

    __tablename__ = "follow"

    user_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    subject_id: Mapped[int] = mapped_column(Id, primary_key=True)
    level: Mapped[str] = mapped_column(String(12), default="watching")
    created_at: Mapped[CreatedAt]


class ReadMarker(Base):
    """How far a member has read a subject that grows; `last_number` never goes back by itself."""

    __tablename__ = "read_marker"

    user_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    subject_id: Mapped[int] = mapped_column(Id, primary_key=True)
    last_number: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Tag(Base):
    """A word that groups subjects across rooms; `slug` is folded, `label` as first written."""

    __tablename__ = "tag"

    id: Mapped[IntPk]
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    label: Mapped[str] = mapped_column(String(40))


class Tagging(Base):
    """A tag on a subject."""

    __tablename__ = "tagging"
    __table_args__ = (Index("ix_tagging_subject", "subject_kind", "subject_id"),)

    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    subject_id: Mapped[int] = mapped_column(Id, primary_key=True)


class Attachment(Base):
    """A file that belongs to a subject; its bytes lie in the file store under its digest."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_subject", "subject_kind", "subject_id"), UniqueConstraint("public_id"))

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(Id)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    alt_text: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[CreatedAt]
