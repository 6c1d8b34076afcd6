"""Spaces hold categories, categories hold topics, topics hold posts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.db import Base, CreatedAt, Id, IntPk, PublicId, Texts, now

VISIBILITIES = ("public", "members", "request", "closed", "staff")
"""Who sees what is in a space: everyone; members; participants, whom members may ask to become; participants, while
nobody else knows of it; those who moderate it."""
JOINED = ("request", "closed")
"""Visibilities that open a space to its participants."""
POSTINGS = ("members", "participants", "staff")
UNPUBLISHED = ("pending", "refused", "withdrawn")
"""States of a topic before it is published, known to its author and the moderators alone."""
PREMODERATIONS = ("none", "first_posts", "all")
TOPIC_KINDS = ("discussion", "question", "announcement")
PAGE = 20
"""Posts on a page of a topic."""


class Space(Base):
    """A part of the forum with one audience."""

    __tablename__ = "space"

    id: Mapped[IntPk]
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(12), default="forum")
    title: Mapped[Texts]
    description: Mapped[Texts]
    visibility: Mapped[str] = mapped_column(String(12), default="public")
    posting: Mapped[str] = mapped_column(String(12), default="members")
    """Who opens topics and answers, of those who see the space: "members" is all of them, "participants", "staff"."""
    premoderation: Mapped[str] = mapped_column(String(12), default="none")
    """Which messages wait for approval: "none", "first_posts" or "all"."""
    langs: Mapped[list[str]] = mapped_column(default=list)
    """Languages spoken in the space, the first being offered first; empty where all are."""
    archived_at: Mapped[datetime | None]
    """Since when the space is only read."""
    position: Mapped[int] = mapped_column(default=0)

    categories: Mapped[list[Category]] = relationship(back_populates="space", order_by="Category.position")

    @property
    def is_archived(self) -> bool:
        """Whether nothing can be added any more."""
        return self.archived_at is not None


class Category(Base):
    """A shelf of a space."""

    __tablename__ = "category"

    id: Mapped[IntPk]
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"), index=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[Texts]
    description: Mapped[Texts]
    position: Mapped[int] = mapped_column(default=0)
    is_locked: Mapped[bool] = mapped_column(default=False)
    """Whether only moderators open topics here."""
    archived_at: Mapped[datetime | None]
    """When it was put away: it is read, and nothing is added to it."""
    template: Mapped[Texts]
    """What an empty composer begins with, by language."""
    topic_count: Mapped[int] = mapped_column(default=0)
    post_count: Mapped[int] = mapped_column(default=0)
    last_topic_id: Mapped[int | None] = mapped_column(Id)

    space: Mapped[Space] = relationship(back_populates="categories")


class Topic(Base):
    """A titled conversation inside one category; its first post opens it."""

    __tablename__ = "topic"
    __table_args__ = (
        Index("ix_topic_category_id_latest", "category_id", "last_post_at", "id"),
        Index("ix_topic_latest", "last_post_at", "id"),
        Index("ix_topic_newest", "created_at", "id"),
        UniqueConstraint("linked_kind", "linked_id"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    created_at: Mapped[CreatedAt]
    version: Mapped[int] = mapped_column(default=1)
    """Grows with every change of title, state, tags or accepted answer."""
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    title: Mapped[str] = mapped_column(String(160))
    lang: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(12), default="discussion")
    state: Mapped[str] = mapped_column(String(12), default="open")
    """open, locked, hidden, removed or merged."""
    state_reason: Mapped[str] = mapped_column(String(500), default="")
    state_at: Mapped[datetime | None]
    state_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    is_pinned: Mapped[bool] = mapped_column(default=False)
    accepted_post_id: Mapped[int | None] = mapped_column(Id)
    post_count: Mapped[int] = mapped_column(default=0)
    """The number of the last post: numbers have no holes."""
    last_post_at: Mapped[datetime] = mapped_column(default=now)
    last_author_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    linked_kind: Mapped[str | None] = mapped_column(String(20))
    linked_id: Mapped[int | None] = mapped_column(Id)
    """The subject of another room that this topic discusses."""
    merged_into_id: Mapped[int | None] = mapped_column(Id)
    """The topic that took over all messages of this one; its address leads there."""

    category: Mapped[Category] = relationship()
    author: Mapped[User | None] = relationship(foreign_keys=[author_id])
    last_author: Mapped[User | None] = relationship(foreign_keys=[last_author_id])
    state_by: Mapped[User | None] = relationship(foreign_keys=[state_by_id])


class Post(Base):
    """One message of a topic, rendered when it is written; a withdrawn post keeps its number as a tombstone."""

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("topic_id", "number"),
        UniqueConstraint("author_id", "client_token"),
        Index("ix_post_latest", "created_at", "id"),
        Index("ix_post_author", "author_id", "id"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    created_at: Mapped[CreatedAt]
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    number: Mapped[int | None]
    """1 to n in its topic without holes, given at publication."""
    version: Mapped[int] = mapped_column(default=1)
    """Grows with every change of what its fragment shows, its author's card included."""
    reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    lang: Mapped[str] = mapped_column(String(12))
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), default="visible")
    """visible, deleted_by_author, hidden_by_moderator, removed or moved (it stands where a message was)."""
    state_reason: Mapped[str] = mapped_column(String(500), default="")
    state_at: Mapped[datetime | None]
    edits: Mapped[int] = mapped_column(default=0)
    """How often the text was edited."""
    edited_at: Mapped[datetime | None]
    """Last edit after the free window; edits before leave no public mark."""
    client_token: Mapped[str] = mapped_column(String(64))
    """Chosen by the sender, so that a retry makes one post."""
    is_wiki: Mapped[bool] = mapped_column(default=False)
    """Whether all who may answer may edit it."""
    file_count: Mapped[int] = mapped_column(default=0)
    has_poll: Mapped[bool] = mapped_column(default=False)
    moved_to_id: Mapped[int | None] = mapped_column(Id, index=True)
    """The message that stood here before it was moved to another topic."""

    topic: Mapped[Topic] = relationship()
    author: Mapped[User | None] = relationship()
    reply_to: Mapped[Post | None] = relationship(remote_side="Post.id")


class PostRevision(Base):
    """What a post said before an edit."""

    __tablename__ = "post_revision"
    __table_args__ = (UniqueConstraint("post_id", "number"),)

    id: Mapped[IntPk]
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    number: Mapped[int]
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    created_at: Mapped[CreatedAt]
    lang: Mapped[str] = mapped_column(String(12))
    body: Mapped[str] = mapped_column(Text)
    removed_at: Mapped[datetime | None]
    """When a moderator took its text away."""


class PostReference(Base):
    """A post that names another: as a reply or in a quotation. Its fragment shows the other's author."""

    __tablename__ = "post_reference"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, index=True)


class PostMention(Base):
    """A member named in a post. Its fragment shows the name that the member has now."""

    __tablename__ = "post_mention"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True)
