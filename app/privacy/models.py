"""What members agreed to, copies of their data they asked for, and accounts on their way out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.db import Base, IntPk, PublicId, now

PURPOSES = ("terms", "rules")
"""Pages of the site that members agree to."""


class Consent(Base):
    """A member agreed to one version of a page; version 0 is the text every site begins with."""

    __tablename__ = "consent"
    __table_args__ = (UniqueConstraint("user_id", "purpose", "version"),)

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    given_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]


class DataExport(Base):
    """A copy of a member's data: asked for, made by a job, kept for some days."""

    __tablename__ = "data_export"

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    user_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    ready_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    size: Mapped[int] = mapped_column(default=0)

    user: Mapped[User] = relationship()


class AccountClosing(Base):
    """A closed account can be opened again until `due_at`; then nothing is left of whose it was."""

    __tablename__ = "account_closing"

    user_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    closed_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime] = mapped_column(index=True)
    was: Mapped[str] = mapped_column(String(12))
    """State of the account before: it comes back to it."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    """Who closed it, where that was not the member."""

    user: Mapped[User] = relationship(foreign_keys=[user_id])
