"""Webhooks: addresses of other software that are told what happens in public, and what was sent to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, CreatedAt, Id, IntPk, PublicId

HAPPENINGS = ("published", "changed", "withdrawn")


class Webhook(Base):
    """An address, what it wants to be told, and how it fares. Its secret is derived, and kept nowhere."""

    __tablename__ = "webhook"

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    created_at: Mapped[CreatedAt]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    url: Mapped[str] = mapped_column(String(500))
    happenings: Mapped[list[str]] = mapped_column(default=list)
    """Some of `HAPPENINGS`."""
    kinds: Mapped[list[str]] = mapped_column(default=list)
    """Names of the kinds of subjects it is told of."""
    is_active: Mapped[bool] = mapped_column(default=True)
    secret_number: Mapped[int] = mapped_column(default=1)
    """Grows when the secret is changed."""
    failures: Mapped[int] = mapped_column(default=0)
    """Deliveries in a row that failed."""


class Delivery(Base):
    """One message to a webhook. `due_at` is empty once it was taken, or given up."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index("ix_webhook_delivery_subject", "subject_kind", "subject_id", "webhook_id"),
        Index("ix_webhook_delivery_webhook", "webhook_id", "id"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    created_at: Mapped[CreatedAt]
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    happening: Mapped[str] = mapped_column(String(12))
    """One of `HAPPENINGS`, or "test"."""
    subject_kind: Mapped[str] = mapped_column(String(20), default="")
    subject_id: Mapped[int] = mapped_column(Id, default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    delivered_at: Mapped[datetime | None]
    status: Mapped[int | None]
    """What the other side answered last; none when it could not be reached."""
    problem: Mapped[str] = mapped_column(String(200), default="")
    """Why it could not be reached, in a word for operators."""
