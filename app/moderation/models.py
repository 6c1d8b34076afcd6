"""Reports, the decisions they lead to with their statements of reasons, appeals against them, and the texts used."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.db import Base, CreatedAt, Id, IntPk, PublicId

OPEN = ("new", "triaged")
"""States of a report that waits for a decision."""
_IS_OPEN = text("state IN ('new', 'triaged')")


class Report(Base):
    """Someone says that a subject is against the rules."""

    __tablename__ = "report"
    __table_args__ = (
        Index("ix_report_subject", "subject_kind", "subject_id", "state"),
        Index("ix_report_state", "state", "gravity", "id"),
        Index(
            "uq_report_open_reporter", "subject_kind", "subject_id", "reporter_id",
            unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN,
        ),
        Index(
            "uq_report_open_email", "subject_kind", "subject_id", "email",
            unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN,
        ),
    )  # fmt: skip

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    created_at: Mapped[CreatedAt] = mapped_column(index=True)
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(Id)
    space_id: Mapped[int | None] = mapped_column(Id)
    """The space of the subject, whose moderators decide; None is for those who moderate everywhere."""
    owner_id: Mapped[int | None] = mapped_column(Id)
    """Whose subject it is: they never see who reported it."""
    lang: Mapped[str] = mapped_column(String(12))
    """Language of the subject."""
    reason: Mapped[str] = mapped_column(String(20))
    gravity: Mapped[int]
    text: Mapped[str] = mapped_column(Text, default="")
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    """A visitor's address; erased when the report is closed."""
    reporter_lang: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12), default="new")
    """new, triaged, actioned, dismissed or closed."""
    looked_at: Mapped[datetime | None]
    """When a moderator first looked at it."""
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id", ondelete="SET NULL"), index=True)
    receipt_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    """When the reporter was told what came of it."""

    reporter: Mapped[User | None] = relationship(foreign_keys=[reporter_id])
    taken_by: Mapped[User | None] = relationship(foreign_keys=[taken_by_id])
    decision: Mapped[Decision | None] = relationship(foreign_keys=[decision_id])

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.state in OPEN


class Decision(Base):
    """What was decided about a subject or its author, with the statement of reasons that the author was given."""

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_subject", "subject_kind", "subject_id"),)

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    created_at: Mapped[CreatedAt] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    """Who decided; None for what the platform does at once."""
    act: Mapped[str] = mapped_column(String(12))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(Id)
    space_id: Mapped[int | None] = mapped_column(Id)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    """Whom it concerns."""
    reason: Mapped[str] = mapped_column(String(20))
    statement: Mapped[str] = mapped_column(Text, default="")
    statement_lang: Mapped[str] = mapped_column(String(12))
    is_automatic: Mapped[bool] = mapped_column(default=False)
    is_reported: Mapped[bool] = mapped_column(default=False)
    """Whether reports led to it."""
    until: Mapped[datetime | None]
    """When a suspension or an exclusion ends; None is without end."""
    appeal_until: Mapped[datetime | None]
    """Until when its author may appeal; None where there is nothing to appeal against."""
    state: Mapped[str] = mapped_column(String(12), default="in_force")
    """in_force, lifted (taken back), replaced (by a later one) or ended (by its date)."""
    told_at: Mapped[datetime | None]
    """When the author was told."""

    actor: Mapped[User | None] = relationship(foreign_keys=[actor_id])
    member: Mapped[User | None] = relationship(foreign_keys=[member_id])
    appeal: Mapped[Appeal | None] = relationship(back_populates="decision", uselist=False)


class Appeal(Base):
    """Another moderator is asked to look again, once: by the author of what was decided upon, or, where a report led to
    nothing, by whoever sent it."""

    __tablename__ = "appeal"

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    created_at: Mapped[CreatedAt]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id", ondelete="CASCADE"), unique=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id", ondelete="SET NULL"), index=True)
    """Whose report it was that led to nothing, where whoever sent it asks; None where the person concerned does."""
    lang: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12), default="open", index=True)
    """open, upheld (the decision is taken back) or rejected (it stays)."""
    answer: Mapped[str] = mapped_column(Text, default="")
    answer_lang: Mapped[str] = mapped_column(String(12), default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]

    decision: Mapped[Decision] = relationship(back_populates="appeal")
    report: Mapped[Report | None] = relationship()
    decided_by: Mapped[User | None] = relationship()


class CannedText(Base):
    """The operator's own wording of a reason in a language, instead of the one of the catalogues."""

    __tablename__ = "canned_text"
    __table_args__ = (UniqueConstraint("reason", "lang"),)

    id: Mapped[IntPk]
    reason: Mapped[str] = mapped_column(String(20))
    lang: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(String(2000))
