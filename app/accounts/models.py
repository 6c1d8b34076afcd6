"""Members, the roles they hold and the devices they are signed in on."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from flask_security import RoleMixin, UserMixin
from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, inspect
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, CreatedAt, Id, IntPk, PublicId, now

ROLES = ("moderator", "staff", "administrator")
"""Roles beyond membership, each including the ones before it; a moderator's may be held to some spaces."""
SPACE_ROLES = ("participant", "facilitator")
"""Roles in one space: a participant may enter it where it is not open to all, a facilitator moderates it too."""
EXCLUDED = "excluded"
"""Held in one space, until a date or without end: the contrary of a right, kept where rights are read."""
TONES = 6


def _uniquifier() -> str:
    return uuid.uuid4().hex


class Role(Base, RoleMixin):
    """A role held by a member, everywhere or in one space, until a date or without end."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("user_id", "name", "space_id"),
        Index("ix_role_grant_space_id", "space_id", "id"),
    )

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(20))
    space_id: Mapped[int | None] = mapped_column(Id)
    """The space the role is held to; a number and no key, because spaces are of a higher room."""
    until: Mapped[datetime | None]
    since: Mapped[datetime | None] = mapped_column(default=now)
    """When the role was given; not known of those given before this was noted."""

    @property
    def is_in_force(self) -> bool:
        """Whether the role has not ended."""
        return self.until is None or self.until > now()


class User(Base, UserMixin):
    """A member. Flask-Security owns `password`, `active`, `fs_uniquifier`, `confirmed_at` and the `us_` fields."""

    __tablename__ = "member"

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    created_at: Mapped[CreatedAt] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1)
    """Grows with every change of what others see of the member: name, handle, country."""
    email: Mapped[str | None] = mapped_column(String(254), unique=True)  # type: ignore[assignment]
    handle: Mapped[str] = mapped_column(String(30), unique=True)
    display_name: Mapped[str] = mapped_column(String(60))
    name_lang: Mapped[str] = mapped_column(String(12), default="")
    """Language of the name, for its letters and direction; empty when it is the site's."""
    country: Mapped[str | None] = mapped_column(String(2))
    """Where the member lives, ISO 3166-1 alpha-2."""
    presentation: Mapped[str] = mapped_column(String(500), default="")
    """A few plain words about oneself, in `name_lang` or the interface language."""
    ui_lang: Mapped[str] = mapped_column(String(12), default="fr")
    content_langs: Mapped[list[str]] = mapped_column(default=list)
    """Languages the member reads and writes, first the one they think in."""
    timezone: Mapped[str] = mapped_column(String(40), default="Europe/Paris")
    shows_presence: Mapped[bool] = mapped_column(default=True)
    status: Mapped[str] = mapped_column(String(12), default="active")
    """pending, waiting, refused, active, suspended, closed, anonymised, or placeholder: an author from elsewhere."""
    trust: Mapped[int] = mapped_column(default=0)
    """Level of trust, 0 to 3: see `accounts.trust`."""
    age_declared_at: Mapped[datetime | None]
    """When the member declared to be 15 or older, which a personal account needs."""
    is_demo: Mapped[bool] = mapped_column(default=False)
    last_seen_at: Mapped[datetime | None] = mapped_column(index=True)

    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, default=_uniquifier)
    confirmed_at: Mapped[datetime | None]
    us_totp_secrets: Mapped[str | None]
    us_phone_number: Mapped[str | None] = mapped_column(String(32))

    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]
        lazy="joined", cascade="all, delete-orphan", passive_deletes=True
    )
    sessions: Mapped[list[SessionRecord]] = relationship(back_populates="user", passive_deletes=True)

    is_visitor = False

    @property
    def has_card(self) -> bool:
        """Whether there is a page about the member: not about an author who came with old posts and without account."""
        return self.status != "placeholder"

    @property
    def actor_id(self) -> int:
        """The member's id; a row that a commit has let go of is not read again for it."""
        identity = inspect(self, raiseerr=True).identity
        return int(identity[0]) if identity else self.id

    @property
    def is_staff(self) -> bool:
        """Whether the member is staff or administrator."""
        return any(role.name in {"staff", "administrator"} and role.is_in_force for role in self.roles)

    @property
    def is_administrator(self) -> bool:
        """Whether the member is an administrator."""
        return any(role.name == "administrator" and role.is_in_force for role in self.roles)

    def moderates(self, space_id: int) -> bool:
        """Whether the member moderates that space: as its moderator or facilitator, as one of all, or as staff."""
        held = (role for role in self.roles if role.name in {"moderator", "facilitator"} and role.is_in_force)
        return self.is_staff or any(role.space_id in {None, space_id} for role in held)

    def belongs_to(self, space_id: int) -> bool:
        """Whether the member takes part in that space: holds a role in it, or moderates it."""
        held = (role for role in self.roles if role.name in SPACE_ROLES and role.is_in_force)
        return any(role.space_id == space_id for role in held) or self.moderates(space_id)

    def is_excluded(self, space_id: int) -> bool:
        """Whether the member was excluded from that space: they read what everyone reads, and write nothing there."""
        held = (role for role in self.roles if role.name == EXCLUDED and role.space_id == space_id)
        return any(role.is_in_force for role in held)

    @property
    def role_name(self) -> str:
        """The highest role in force, or an empty string for a plain member."""
        held = {role.name for role in self.roles if role.is_in_force}
        return next((name for name in reversed(ROLES) if name in held), "")


class SecondFactor(Base):
    """The program of a member that shows a new code every half minute, and the codes to use when it is lost."""

    __tablename__ = "second_factor"

    user_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    created_at: Mapped[CreatedAt]
    secret: Mapped[str] = mapped_column(Text)
    """Encrypted with a key of the settings."""
    last_counter: Mapped[int | None] = mapped_column(BigInteger)
    """The half minute of the last code taken: a code works once."""
    recovery: Mapped[list[str]] = mapped_column(default=list)
    """Digests of the recovery codes that are left."""


class SessionRecord(Base):
    """One device on which a member is signed in; the session cookie names it, and deleting it signs the device out.

    `token` is a digest of what the cookie holds, so that a copy of this table opens no session.
    """

    __tablename__ = "session_record"

    id: Mapped[IntPk]
    token: Mapped[str] = mapped_column(String(43), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[CreatedAt]
    last_seen_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    is_shared_device: Mapped[bool] = mapped_column(default=False)
    awaits_code: Mapped[bool] = mapped_column(default=False)
    """Whether the second step of signing in is still to come; until then the session opens nothing."""
    device: Mapped[str] = mapped_column(String(120), default="")
    """Browser and system as the member would name them."""
    address: Mapped[str] = mapped_column(String(45), default="")
    """Truncated IP address, so that a member knows a strange place without our keeping theirs."""

    user: Mapped[User] = relationship(back_populates="sessions")


class SeenDay(Base):
    """A day on which a member was here: how long somebody has been around is part of being trusted."""

    __tablename__ = "seen_day"

    user_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
