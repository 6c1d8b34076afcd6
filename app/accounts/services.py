"""What changes about members and their sessions. Everything here runs inside a unit of work."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from app.accounts import trust
from app.accounts.drafts import ProfileDraft, SessionDraft
from app.accounts.events import MemberChanged, MemberJoined, RightsChanged, SignedOut
from app.accounts.handles import free_handle
from app.accounts.lifecycle import ACCOUNT_STATES
from app.accounts.models import EXCLUDED, SPACE_ROLES, Role, SeenDay, SessionRecord, User
from app.accounts.policy import (
    can_change_profile,
    can_end_session,
    can_exclude,
    can_give_role,
    can_suspend,
    can_take_role,
)
from app.accounts.queries import is_handle_taken
from app.core.audit import audit
from app.core.db import db, lock, now
from app.core.errors import Conflict, Invalid
from app.core.events import record
from app.core.i18n import lazy_pgettext
from app.core.lifecycle import OUT_OF_STEP, next_state
from app.core.policy import Actor, require
from app.core.subjects import SubjectChanged, SubjectHidden, SubjectPublished
from app.core.upsert import insert_into

LAST_ADMINISTRATOR = lazy_pgettext("desk", "This is the last administrator: name another one first.")
NO_LINKS_YET = lazy_pgettext("account", "New members put no links into their presentation: write it without.")
_LINK = re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|net|org|ru|xyz|top|info|shop)\b", re.IGNORECASE)
KEPT_FOR = timedelta(days=30)
IDLE_ON_SHARED = timedelta(hours=2)
SEEN_EVERY = timedelta(minutes=5)
"""How exactly the platform knows when a device was last used."""


def create_member(email: str, display_name: str, lang: str, password_hash: str | None = None, handle: str = "") -> User:
    """A confirmed member made by the operator, not by signing up."""
    moment = now()
    member = User(
        email=email, display_name=display_name, handle=handle or free_handle(display_name, is_handle_taken),
        password=password_hash, ui_lang=lang, content_langs=[lang], name_lang=lang,
        confirmed_at=moment, age_declared_at=moment,
    )  # fmt: skip
    db.session.add(member)
    db.session.flush()
    announce(member)
    return member


def announce(member: User) -> None:
    """Tell that there is a member more."""
    record(MemberJoined(member.id))
    record(SubjectPublished("member", member.id))


def change_profile(actor: Actor, member: User, draft: ProfileDraft) -> None:
    """Change what others see of a member and what the member sees of the site. Raises NotAllowed, Invalid(handle)."""
    require(can_change_profile(actor, member))
    lock(member)
    if is_handle_taken(draft.handle, except_id=member.id):
        raise Invalid(lazy_pgettext("account", "Someone already has this handle: choose another one."), field="handle")
    shown = ("display_name", "handle", "name_lang", "country", "presentation")
    on_card = ("ui_lang", "content_langs", "timezone")
    changed = {name for name in (*shown, *on_card) if getattr(member, name) != getattr(draft, name)}
    if not trust.effects(member).links_in_profile and _LINK.search(draft.presentation):
        raise Invalid(NO_LINKS_YET, field="presentation")
    for name in (*shown, *on_card, "shows_presence"):
        setattr(member, name, getattr(draft, name))
    if changed.intersection(shown):
        member.version += 1
        record(MemberChanged(member.id))
    if changed:
        record(SubjectChanged("member", member.id))


def grant_role(
    actor: Actor, member: User, role: str, space_id: int | None = None, until: datetime | None = None
) -> Role:
    """Give a role, everywhere or in one space, until a date or without end; a role held already takes the new end."""
    require(can_give_role(actor, member, role, space_id))
    return hold_role(actor, member, role, space_id, until)


def hold_role(
    actor: Actor, member: User, role: str, space_id: int | None = None, until: datetime | None = None
) -> Role:
    """As `grant_role`, where another room's policy was asked: a member enters an open space, or is invited."""
    lock(member)
    held = _held(member, role, space_id)
    if held is None:
        held = Role(name=role, space_id=space_id)
        member.roles.append(held)
    held.until = until
    audit(actor, "grant_role", "member", member.id, space_id=space_id, role=role)
    record(RightsChanged(member.id))
    return held


def lock_administrators() -> None:
    """Keep the roles of administrators for this unit of work, before they are counted: two who leave at once, each
    counting on the other, would leave nobody."""
    held = select(Role.id).where(Role.name == "administrator").order_by(Role.id)
    db.session.execute(held.with_for_update()).all()


def lock_both(actor: Actor, member: User) -> None:
    """Keep who acts and on whom for this unit of work, read again with their roles, in one order for all writers.

    Raises Conflict where whoever acts was suspended, or had their roles changed, meanwhile.
    """
    acting = {actor.id: actor} if isinstance(actor, User) else {}
    before = [_standing(one) for one in acting.values()]
    people = {member.id: member, **acting}
    for member_id in sorted(people):
        lock(people[member_id])
    for one in people.values():
        db.session.refresh(one, ["roles"])  # those read with the lock may be older than the wait for it
    is_out = any(one.status != "active" for one in acting.values())
    if is_out or before != [_standing(one) for one in acting.values()]:
        raise Conflict(OUT_OF_STEP)


def _standing(member: User) -> tuple[str, frozenset[tuple[str, int | None]]]:
    """What a member's rights come from."""
    return member.status, frozenset((role.name, role.space_id) for role in member.roles if role.is_in_force)


def _others_administer(member: User) -> bool:
    """Whether someone else runs the site, for as long as they like."""
    held = (Role.name == "administrator", Role.until.is_(None), Role.user_id != member.id, User.status == "active")
    query = select(Role.id).join(User, User.id == Role.user_id).where(*held)
    return db.session.scalar(query.limit(1)) is not None


def revoke_role(actor: Actor, member: User, role: str, space_id: int | None = None) -> None:
    """Take a role back; one that is not held is no error."""
    require(can_take_role(actor, member, role, space_id))
    lock(member)
    held = _held(member, role, space_id)
    if held is not None:
        member.roles[:] = [other for other in member.roles if other is not held]  # roles of one name are equal
        audit(actor, "revoke_role", "member", member.id, space_id=space_id, role=role)
        record(RightsChanged(member.id))


def _held(member: User, role: str, space_id: int | None) -> Role | None:
    return next((held for held in member.roles if (held.name, held.space_id) == (role, space_id)), None)


def suspend(actor: Actor, member: User, reason: str) -> None:
    """Keep a member out, at once and on every device. Raises NotAllowed, Conflict."""
    if member.is_administrator:
        lock_administrators()
    lock_both(actor, member)
    require(can_suspend(actor, member))
    if member.is_administrator and not _others_administer(member):
        raise Conflict(LAST_ADMINISTRATOR)
    before, member.status = member.status, next_state(ACCOUNT_STATES, "suspend", member.status)
    member.active = False
    audit(actor, "suspend", "member", member.id, reason=reason, before=before, after=member.status)
    end_all_sessions(member)
    record(RightsChanged(member.id))
    record(SubjectHidden("member", member.id))


def reinstate(actor: Actor, member: User, reason: str) -> None:
    """Let a suspended member in again. Raises NotAllowed, Conflict."""
    lock_both(actor, member)
    require(can_suspend(actor, member))
    before, member.status = member.status, next_state(ACCOUNT_STATES, "reinstate", member.status)
    member.active = True
    audit(actor, "reinstate", "member", member.id, reason=reason, before=before, after=member.status)
    record(RightsChanged(member.id))
    record(SubjectPublished("member", member.id))


def exclude(actor: Actor, member: User, space_id: int, reason: str, until: datetime | None = None) -> None:
    """Let a member write no longer in a space, nor take part in it; until a date or without end. Raises NotAllowed."""
    was_excluded = member.is_excluded(space_id)
    lock_both(actor, member)
    require(can_exclude(actor, member, space_id))
    if member.is_excluded(space_id) and not was_excluded:
        raise Conflict(OUT_OF_STEP)
    member.roles[:] = [held for held in member.roles if held.space_id != space_id or held.name not in SPACE_ROLES]
    held = _held(member, EXCLUDED, space_id)
    if held is None:
        held = Role(name=EXCLUDED, space_id=space_id)
        member.roles.append(held)
    held.until = until
    audit(actor, "exclude", "member", member.id, reason=reason, space_id=space_id)
    record(RightsChanged(member.id))


def readmit(actor: Actor, member: User, space_id: int, reason: str) -> None:
    """End an exclusion; where there is none, nothing changes. Raises NotAllowed."""
    lock_both(actor, member)
    require(can_exclude(actor, member, space_id))
    held = _held(member, EXCLUDED, space_id)
    if held is not None:
        member.roles[:] = [other for other in member.roles if other is not held]
        audit(actor, "readmit", "member", member.id, reason=reason, space_id=space_id)
        record(RightsChanged(member.id))


def open_session(member: User, draft: SessionDraft) -> SessionRecord:
    """A device signs in."""
    db.session.flush()
    moment = now()
    opened = SessionRecord(
        token=draft.digest, user_id=member.id, created_at=moment, last_seen_at=moment,
        expires_at=moment + (IDLE_ON_SHARED if draft.is_shared_device else KEPT_FOR),
        is_shared_device=draft.is_shared_device, device=draft.device, address=draft.address,
        awaits_code=draft.awaits_code,
    )  # fmt: skip
    db.session.add(opened)
    member.last_seen_at = moment
    note_day(member.id)
    return opened


def note_seen(session_id: int) -> None:
    """A device is in use: its session lasts on. Two requests at once write once."""
    moment = now()
    stale = update(SessionRecord).where(
        SessionRecord.id == session_id, SessionRecord.last_seen_at <= moment - SEEN_EVERY
    )
    for is_shared, span in ((True, IDLE_ON_SHARED), (False, KEPT_FOR)):
        seen = stale.where(SessionRecord.is_shared_device.is_(is_shared)).values(
            last_seen_at=moment, expires_at=moment + span
        )
        if owner := db.session.scalar(seen.returning(SessionRecord.user_id)):
            db.session.execute(update(User).where(User.id == owner).values(last_seen_at=moment))
            note_day(owner)


def note_day(member_id: int) -> None:
    """Remember that a member was here today."""
    db.session.execute(insert_into(SeenDay).values(user_id=member_id, day=now().date()).on_conflict_do_nothing())


def end_session(actor: Actor, session: SessionRecord) -> None:
    """Sign one device out, from itself or from another."""
    require(can_end_session(actor, session.user_id))
    db.session.delete(session)
    record(SignedOut(session.user_id, session.id))


def end_all_sessions(member: User, except_digest: str = "") -> None:
    """Sign every device out, but for the one with a token of that digest."""
    ended = delete(SessionRecord).where(SessionRecord.user_id == member.id, SessionRecord.token != except_digest)
    for session_id in db.session.scalars(ended.returning(SessionRecord.id)).all():
        record(SignedOut(member.id, session_id))


def purge_sessions() -> None:
    """Delete the sessions that have ended by themselves."""
    db.session.execute(delete(SessionRecord).where(SessionRecord.expires_at <= now()))


def purge_unconfirmed() -> None:
    """Delete accounts whose address was never confirmed, a week after they were asked for."""
    stale = select(User).where(User.status == "pending", User.created_at < now() - timedelta(days=7))
    for member in db.session.scalars(stale).unique():
        db.session.delete(member)
