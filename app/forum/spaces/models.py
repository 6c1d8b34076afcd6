"""How members come into a space: by asking, or by being invited. That they are in it is a role (`accounts.Role`)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from app.accounts.models import User
from app.core.db import Base, CreatedAt, IntPk, PublicId, now
from app.forum.models import Space


class SpaceRequest(Base):
    """A member asks to enter a space."""

    __tablename__ = "space_request"
    __table_args__ = (Index("ix_space_request_space_id_state", "space_id", "state", "id"),)

    id: Mapped[IntPk]
    created_at: Mapped[CreatedAt]
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    note: Mapped[str] = mapped_column(String(1000), default="")
    """What the member said of themselves to those who decide."""
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    """waiting, accepted, refused or withdrawn."""
    reason: Mapped[str] = mapped_column(String(500), default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))

    space: Mapped[Space] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])


class InvitationHold(Base):
    """A use of an invitation kept for somebody who signed up by it and has not entered yet.

    It goes with the account: one that is never confirmed gives the use back.
    """

    __tablename__ = "invitation_hold"

    user_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    invitation_id: Mapped[int] = mapped_column(
        ForeignKey("space_invitation.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class SpaceInvitation(Base):
    """A way into a space, held open until a date: for one member, for one address, or by a link for several people.

    The way itself is a signed address made from `public_id`: a copy of this table opens no space.
    """

    __tablename__ = "space_invitation"
    __table_args__ = (Index("ix_space_invitation_space_id", "space_id", "id"),)

    id: Mapped[IntPk] = mapped_column()
    public_id: Mapped[PublicId]
    created_at: Mapped[CreatedAt]
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8))
    """member, mail or link."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    """The member invited, or who came in by a mail."""
    email: Mapped[str | None] = mapped_column(String(254))
    """The address invited; forgotten soon after the invitation ended."""
    lang: Mapped[str] = mapped_column(String(12), default="fr")
    most_uses: Mapped[int | None]
    """How many may come in by a link; None for any number."""
    uses: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))

    space: Mapped[Space] = relationship()
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    held: Mapped[int] = column_property(
        select(func.count())
        .select_from(InvitationHold)
        .where(InvitationHold.invitation_id == id)  # noqa: A003 - the column above
        .correlate_except(InvitationHold)
        .scalar_subquery()
    )
    """Uses kept for people who signed up by it."""

    @property
    def state(self) -> str:
        """open, used, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        if self.most_uses is not None and self.uses + (self.held or 0) >= self.most_uses:
            return "used"
        return "open" if self.expires_at > now() else "expired"
