"""The log of everything administrators and moderators did, as the desk reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.pagination import KeyPage, key_page
from app.core.subjects import kinds

PAGE = 50


@dataclass(frozen=True)
class Act:
    """An entry and who acted."""

    entry: AuditEntry
    actor: User | None

    @property
    def label(self) -> Any:
        """What kind of thing it was about, in words; the name of the act says it for what is no subject."""
        named = {one.name: one.label_of_one or one.label for one in kinds()}
        return named.get(self.entry.subject_kind, "")


def list_acts(action: str, after: str | None) -> KeyPage[Act]:
    """The acts, newest first; of one kind where `action` names it."""
    query: Any = select(AuditEntry, User).outerjoin(User, User.id == AuditEntry.actor_id)
    if action:
        query = query.where(AuditEntry.action == action)

    def fetch(statement: Any) -> Sequence[Act]:
        return [Act(entry, actor) for entry, actor in db.session.execute(statement).unique()]

    moment, row_id = AuditEntry.created_at, AuditEntry.id
    return key_page(fetch, query, moment, row_id, lambda act: (act.entry.created_at, act.entry.id), after, PAGE)


def known_actions() -> list[str]:
    """Every kind of act that was ever logged."""
    return list(db.session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)))
