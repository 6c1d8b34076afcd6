"""Engagement with any subject, named by its kind and id."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, CreatedAt, Id, IntPk, PublicId, Texts, now

REACTIONS = ("thanks", "useful", "agree", "welcome")
SHELF = "shelf"
"""Stands for the subject kind of a file that is attached to nothing yet; the subject's id is its member's."""
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


class FollowPreference(Base):
    """How a member wants to follow; who has no row is content with what is usual."""

    __tablename__ = "follow_preference"

    user_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    tracks_replied: Mapped[bool] = mapped_column(default=True)
    """Whether what the member takes part in is tracked from then on."""


class Bookmark(Base):
    """A subject that a member wants to find again, with a note of their own and a reminder."""

    __tablename__ = "bookmark"
    __table_args__ = (
        UniqueConstraint("user_id", "subject_kind", "subject_id"),
        Index("ix_bookmark_user_latest", "user_id", "created_at", "id"),
        Index("ix_bookmark_subject", "subject_kind", "subject_id"),
    )

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(Id)
    created_at: Mapped[CreatedAt]
    note: Mapped[str] = mapped_column(String(500), default="")
    folded: Mapped[str] = mapped_column(String(1000), default="")
    """The note without case and accents, by which it is found."""
    remind_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the member wants to be reminded; nothing once that was done."""
    reminded_at: Mapped[datetime | None]
    """When the last reminder went."""


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
    is_staff_only: Mapped[bool] = mapped_column(default=False)
    """Whether only those who keep order where the subject is may put it there."""
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
    """Whether it stays where it is and can be put nowhere else."""


class TagSynonym(Base):
    """Another word for a tag: what its address was before a new name or a merge, or what people write instead."""

    __tablename__ = "tag_synonym"

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    label: Mapped[str] = mapped_column(String(40))
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), index=True)


class TagGroup(Base):
    """Tags that belong together, such as the years of a scheme."""

    __tablename__ = "tag_group"

    id: Mapped[IntPk]
    title: Mapped[Texts]
    is_single: Mapped[bool] = mapped_column(default=False)
    """Whether a subject bears at most one of them."""


class TagGroupMember(Base):
    """A tag in a group."""

    __tablename__ = "tag_group_member"

    group_id: Mapped[int] = mapped_column(ForeignKey("tag_group.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True, index=True)


class Tagging(Base):
    """A tag on a subject."""

    __tablename__ = "tagging"
    __table_args__ = (Index("ix_tagging_subject", "subject_kind", "subject_id"),)

    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    subject_id: Mapped[int] = mapped_column(Id, primary_key=True)


class Attachment(Base):
    """A file that belongs to a subject; its bytes lie in the file store under its digest.

    One just sent belongs to nothing yet: it waits on its member's shelf, the subject kind SHELF.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_subject", "subject_kind", "subject_id"),
        Index("ix_attachment_user_id_created_at", "user_id", "created_at"),
        Index("ix_attachment_sha256", "sha256"),
        UniqueConstraint("public_id"),
    )

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
    width: Mapped[int | None]
    """Of an image, in pixels."""
    height: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(12), default="shown")
    """shown, hidden or removed by moderators."""
    sizes: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Digests of smaller copies of an image by their width: {"480": "9f86d0...", "960": ...}."""

    @property
    def is_image(self) -> bool:
        """Whether it is shown rather than downloaded."""
        return self.media_type.startswith("image/")


class FileText(Base):
    """The text inside a document by the digest of its bytes; empty where there is none, or none that can be read."""

    __tablename__ = "file_text"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    read_at: Mapped[datetime] = mapped_column(default=now)
