"""Those who lead a space write to everyone who takes part in it: one mail each, in the receiver's own language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import func, select
from sqlalchemy.orm import lazyload

from app.accounts.models import EXCLUDED, SPACE_ROLES, Role, User
from app.config import Settings
from app.core import mail
from app.core.audit import AuditEntry, audit
from app.core.db import db, lock, now
from app.core.errors import Invalid, NotFound, TooMany
from app.core.i18n import lazy_pgettext
from app.core.policy import Actor, Ruling, no, require
from app.engagement.models import Follow
from app.forum.models import Space
from app.forum.policy import ARCHIVED
from app.forum.spaces.participants import in_force
from app.forum.spaces.policy import can_lead

MOST_A_DAY = 2
"""Letters that all those who lead a space may send it in a day."""
TITLE_MAX, BODY_MAX = 120, 5000
ACT = "write_to_people"
ENOUGH = lazy_pgettext("forum rule", "This space has been written to often enough today. Go on tomorrow.")
NOBODY = lazy_pgettext("forum rule", "Nobody would receive it.")


@dataclass(frozen=True)
class Letter:
    """What is written, in one language."""

    title: str
    body: str
    lang: str


def can_write_to_people(actor: Actor, space: Space) -> Ruling:
    """Whoever leads a space, while it is alive."""
    leads = can_lead(actor, space)
    return no(ARCHIVED) if leads and space.is_archived else leads


def receivers(space: Space) -> Sequence[User]:
    """Who takes part in a space and gets its letters: whoever muted the space has chosen not to."""
    inside = select(Role.user_id).where(Role.space_id == space.id, Role.name.in_(SPACE_ROLES), in_force())
    outside = select(Role.user_id).where(Role.space_id == space.id, Role.name == EXCLUDED, in_force())
    quiet = select(Follow.user_id).where(
        Follow.subject_kind == "space", Follow.subject_id == space.id, Follow.level == "muted"
    )
    query = select(User).where(
        User.id.in_(inside), User.id.not_in(outside), User.id.not_in(quiet),
        User.status == "active", User.email.is_not(None), User.is_demo.is_(False),
    )  # fmt: skip
    return db.session.scalars(query.options(lazyload(User.roles)).order_by(User.id)).all()


def compose_letters(actor: User, space: Space, letter: Letter) -> list[mail.OutgoingMail]:
    """The mails of a letter, to be made before anything is locked."""
    return [
        mail.compose(
            str(member.email), "forum/letter", member.ui_lang, {"List-Unsubscribe": f"<{quiet_link(member, space)}>"},
            member=member, host=actor, space=space, letter=letter, quiet=quiet_link(member, space),
        )
        for member in receivers(space)
    ]  # fmt: skip


def write_to_people(actor: User, space: Space, mails: Sequence[mail.OutgoingMail]) -> int:
    """Send a letter to everyone in a space; returns how many get it. Raises NotAllowed, Invalid, TooMany."""
    require(can_write_to_people(actor, space))
    lock(space)
    if not mails:
        raise Invalid(NOBODY, "body")
    recent = select(func.count(AuditEntry.id)).where(
        AuditEntry.action == ACT, AuditEntry.space_id == space.id, AuditEntry.created_at > now() - timedelta(days=1)
    )
    if (db.session.scalar(recent) or 0) >= MOST_A_DAY:
        raise TooMany(ENOUGH)
    mail.queue(mails)
    audit(actor, ACT, "space", space.id, space_id=space.id, receivers=len(mails))
    return len(mails)


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(_settings().derived_secret("quiet space"))


def quiet_link(member: User, space: Space) -> str:
    """The address at which a member mutes a space without signing in, in their language."""
    token = _signer().dumps([member.public_id, space.id])
    return f"{_settings().site_url}/{member.ui_lang}/quiet/{token}"


def find_quiet(token: str) -> tuple[User, Space]:
    """The member and the space of such an address. Raises NotFound for what we did not sign."""
    try:
        public_id, space_id = _signer().loads(token)
    except BadSignature:
        raise NotFound from None
    member = (
        db.session.scalars(select(User).where(User.public_id == public_id, User.status == "active")).unique().first()
    )
    space = db.session.get(Space, space_id)
    if member is None or space is None:
        raise NotFound
    return member, space
