"""What members agreed to, by version of each page; a new version that asks for it is put to everyone again."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import cast

from flask import current_app
from sqlalchemy import func, select

from app.accounts.models import User
from app.core.db import db, now
from app.core.upsert import insert_into
from app.pages.queries import current_version
from app.privacy.models import PURPOSES, Consent

STALE_AFTER = 10.0


@dataclass
class _Kept:
    versions: dict[str, int]
    read_at: float


def in_force() -> dict[str, int]:
    """The version of each page that members are asked to agree to; one look in ten seconds serves the process."""
    kept = cast("_Kept | None", current_app.extensions.get("consents"))
    if kept is None or monotonic() - kept.read_at > STALE_AFTER:
        versions = {purpose: current_version(purpose) for purpose in PURPOSES}
        kept = current_app.extensions["consents"] = _Kept(versions, monotonic())
    return kept.versions


def forget() -> None:
    """Look again before the next answer."""
    current_app.extensions.pop("consents", None)


def agree(member: User) -> None:
    """Note that a member agrees to the versions in force, in the unit of work in hand."""
    db.session.flush()
    for purpose in PURPOSES:
        row = insert_into(Consent).values(
            user_id=member.id, purpose=purpose, version=current_version(purpose), given_at=now()
        )
        key = [Consent.user_id, Consent.purpose, Consent.version]
        db.session.execute(row.on_conflict_do_update(index_elements=key, set_={"withdrawn_at": None}))


def withdraw(member: User) -> None:
    """Note that a member no longer agrees; closing the account is what follows."""
    for given in db.session.scalars(select(Consent).where(Consent.user_id == member.id)):
        given.withdrawn_at = given.withdrawn_at or now()


def given_by(member: User) -> list[Consent]:
    """The history of a member, the newest first."""
    query = select(Consent).where(Consent.user_id == member.id).order_by(Consent.given_at.desc(), Consent.id.desc())
    return list(db.session.scalars(query))


def missing(member: User) -> list[str]:
    """Pages with a version that the member was not asked about yet."""
    query = select(Consent.purpose, func.max(Consent.version)).where(
        Consent.user_id == member.id, Consent.withdrawn_at.is_(None)
    )
    given = dict(db.session.execute(query.group_by(Consent.purpose)).all())
    return [purpose for purpose, version in in_force().items() if version > given.get(purpose, 0)]
