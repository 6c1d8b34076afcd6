"""The signed addresses of invitations: the database holds no key, so that a copy of it opens no space."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.config import Settings
from app.core.db import db, now
from app.core.errors import NotFound
from app.core.policy import Actor
from app.forum.policy import can_know_space
from app.forum.spaces.models import SpaceInvitation

LISTED = 100


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(_settings().derived_secret("invitation"))


def token_of(invitation: SpaceInvitation) -> str:
    """The last part of the address of an invitation."""
    return str(_signer().dumps(invitation.public_id))


def way_in(invitation: SpaceInvitation) -> str:
    """The whole address of an invitation, in the language it was made for."""
    return f"{_settings().site_url}/{invitation.lang}/invitations/{token_of(invitation)}"


def find_invitation(token: str) -> SpaceInvitation:
    """The invitation of an address, open or not. Raises NotFound for what we did not sign."""
    try:
        public_id = str(_signer().loads(token))
    except BadSignature:
        raise NotFound from None
    query = select(SpaceInvitation).where(SpaceInvitation.public_id == public_id)
    found = db.session.scalars(query.options(joinedload(SpaceInvitation.space))).first()
    if found is None:
        raise NotFound
    return found


def invitation_for(actor: Actor, token: str) -> SpaceInvitation:
    """The invitation of an address; who is excluded from a space and cannot know of it finds none. Raises NotFound."""
    found = find_invitation(token)
    if actor.is_excluded(found.space_id) and not can_know_space(actor, found.space):
        raise NotFound
    return found


def admits(token: str) -> bool:
    """Whether a token is of an invitation by which people may join the site too: one that is open, and names no member,
    who has an account already."""
    try:
        invitation = find_invitation(token)
        return invitation.kind != "member" and invitation.state == "open"
    except NotFound:
        return False


def get_invitation(space_id: int, public_id: str) -> SpaceInvitation:
    """An invitation into this space. Raises NotFound."""
    query = select(SpaceInvitation).where(SpaceInvitation.public_id == public_id, SpaceInvitation.space_id == space_id)
    found = db.session.scalars(query).first()
    if found is None:
        raise NotFound
    return found


def invitations_into(space_id: int) -> Sequence[SpaceInvitation]:
    """The latest invitations into a space, used and ended ones too."""
    query = select(SpaceInvitation).where(SpaceInvitation.space_id == space_id)
    named = query.options(joinedload(SpaceInvitation.user).lazyload(User.roles))
    return db.session.scalars(named.order_by(SpaceInvitation.id.desc()).limit(LISTED)).all()


def invitations_for(member: User) -> Sequence[SpaceInvitation]:
    """The invitations that wait for this member's answer, by name or by address."""
    named = [SpaceInvitation.user_id == member.id]
    if member.email:
        named.append(SpaceInvitation.email == func.lower(member.email))
    open_ones = select(SpaceInvitation).where(
        or_(*named), SpaceInvitation.kind != "link", SpaceInvitation.uses == 0,
        SpaceInvitation.revoked_at.is_(None), SpaceInvitation.expires_at > now(),
    )  # fmt: skip
    found = db.session.scalars(open_ones.options(joinedload(SpaceInvitation.space)).order_by(SpaceInvitation.id)).all()
    return [one for one in found if not member.belongs_to(one.space_id)]


def masked(address: str) -> str:
    """An address as those who lead a space see it in its list: enough to know it again."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}…@{domain}"
