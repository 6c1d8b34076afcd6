"""Setting a site up for the first time, from the command line or in the browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import exists, or_, select

from app.accounts.models import Role, User
from app.accounts.policy import OPERATOR
from app.accounts.queries import find_member
from app.accounts.services import create_member, grant_role
from app.administration.beginnings import begin_with
from app.core import options
from app.core.audit import audit
from app.core.db import db, now
from app.core.errors import Conflict, Invalid
from app.core.i18n import lazy_pgettext

SET_UP = lazy_pgettext("first run", "This site has an administrator already.")
TAKEN = lazy_pgettext("first run", "This address has an account already: give it the role on the command line.")


@dataclass(frozen=True)
class FirstAdministrator:
    """Who runs the site; without a password they sign in with mailed codes."""

    email: str
    name: str
    lang: str
    password_hash: str | None = None


@dataclass(frozen=True)
class FirstRun:
    """What was chosen. `values` are options by name; what is not there stays as it is."""

    values: dict[str, Any] = field(default_factory=dict)
    template: str = "empty"
    administrator: FirstAdministrator | None = None


def has_administrator() -> bool:
    """Whether somebody can administer the site."""
    held = select(Role.id).join(User, User.id == Role.user_id).where(Role.name == "administrator")
    held = held.where(User.status == "active", or_(Role.until.is_(None), Role.until > now()))
    return bool(db.session.scalar(select(exists(held))))


def set_up(chosen: FirstRun) -> User | None:
    """Write what was chosen; safe to do again. Inside a unit of work. Raises Invalid, Conflict."""
    for name, value in chosen.values.items():
        options.change(OPERATOR, name, value)
    begin_with(OPERATOR, chosen.template)
    member = _named(chosen.administrator) if chosen.administrator else None
    audit(OPERATOR, "first_run", "site", 0, template=chosen.template, administrator=member.id if member else 0)
    return member


def _named(first: FirstAdministrator) -> User:
    if has_administrator():
        raise Conflict(SET_UP)
    if find_member(first.email):
        raise Invalid(TAKEN, "email")
    member = create_member(first.email, first.name, first.lang, first.password_hash)
    grant_role(OPERATOR, member, "administrator")
    return member
