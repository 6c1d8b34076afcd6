"""The audit log: who decided what about which subject, and why. Rows are only ever added."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, CreatedAt, Id, IntPk, db
from app.core.policy import Actor


class AuditEntry(Base):
    """One decision."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_kind", "subject_id"),)

    id: Mapped[IntPk]
    created_at: Mapped[CreatedAt]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(Id)
    space_id: Mapped[int | None] = mapped_column(Id)
    """The space it happened in, for moderators who see their spaces alone."""
    reason: Mapped[str] = mapped_column(String(500), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What changed, as codes and ids, never text of members."""


def audit(
    actor: Actor, action: str, kind: str, subject_id: int, reason: str = "", space_id: int | None = None, **detail: Any
) -> None:
    """Add an entry in the unit of work in hand."""
    entry = AuditEntry(
        actor_id=actor.actor_id, action=action, subject_kind=kind, subject_id=subject_id,
        space_id=space_id, reason=reason, detail=detail,
    )  # fmt: skip
    db.session.add(entry)
