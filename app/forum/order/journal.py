"""The log of decisions, for those who keep order: moderators see their spaces, staff all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import lazyload

from app.accounts.models import User
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.i18n import lazy_pgettext
from app.core.pagination import KeyPage, key_page
from app.core.policy import Actor, require
from app.core.subjects import Link, kinds
from app.forum.models import Space
from app.forum.policy import can_read_log
from app.forum.queries import visible_space
from app.forum.reach import moderated_spaces

ACTIONS = {
    "hide": lazy_pgettext("decision", "Hidden"),
    "restore": lazy_pgettext("decision", "Shown again"),
    "remove": lazy_pgettext("decision", "Removed"),
    "reinstate": lazy_pgettext("decision", "Brought back"),
    "dismiss": lazy_pgettext("decision", "Left as it is"),
    "lock": lazy_pgettext("decision", "Closed"),
    "unlock": lazy_pgettext("decision", "Opened again"),
    "pin": lazy_pgettext("decision", "Pinned"),
    "unpin": lazy_pgettext("decision", "No longer pinned"),
    "wiki": lazy_pgettext("decision", "Opened to edits by all"),
    "unwiki": lazy_pgettext("decision", "Closed to edits by all"),
    "move": lazy_pgettext("decision", "Moved"),
    "merge": lazy_pgettext("decision", "Merged"),
    "split": lazy_pgettext("decision", "Split off"),
    "approve": lazy_pgettext("decision", "Approved"),
    "refuse": lazy_pgettext("decision", "Refused"),
    "restore_version": lazy_pgettext("decision", "Earlier version restored"),
    "remove_version": lazy_pgettext("decision", "Earlier version removed"),
    "remove_participant": lazy_pgettext("decision", "Taken out of the space"),
    "warn": lazy_pgettext("decision", "Warned"),
    "exclude": lazy_pgettext("decision", "Excluded from the space"),
    "readmit": lazy_pgettext("decision", "Let in again"),
    "suspend": lazy_pgettext("decision", "Account suspended"),
    "appeal_upheld": lazy_pgettext("decision", "Taken back after an appeal"),
    "appeal_rejected": lazy_pgettext("decision", "Kept after an appeal"),
}
SIZE = 50


@dataclass(frozen=True)
class Decision:
    """An entry of the log with what it names, as the reader may see it."""

    entry: AuditEntry
    actor: User | None
    subject: Link | None
    space: Space | None
    label: str
    """What kind of thing it is."""


def log_spaces(actor: Actor) -> list[Space]:
    """The spaces whose decisions the actor may read."""
    spaces = moderated_spaces(actor)
    query = select(Space).where(visible_space(actor)).order_by(Space.position)
    return list(db.session.scalars(query if spaces is None else query.where(Space.id.in_(sorted(spaces)))))


def decisions(actor: Actor, space_id: int | None, action: str, after: str | None) -> KeyPage[Decision]:
    """One page of decisions, newest first. Raises NotAllowed."""
    require(can_read_log(actor))
    statement = select(AuditEntry).where(AuditEntry.action.in_(ACTIONS))
    if (own := moderated_spaces(actor)) is not None:
        statement = statement.where(AuditEntry.space_id.in_(sorted(own)))
    if space_id:
        statement = statement.where(AuditEntry.space_id == space_id)
    if action in ACTIONS:
        statement = statement.where(AuditEntry.action == action)

    def fetch(chosen: Select[Any]) -> list[Decision]:
        return _with_names(actor, list(db.session.scalars(chosen)))

    moment, row_id = AuditEntry.created_at, AuditEntry.id
    return key_page(fetch, statement, moment, row_id, lambda row: (row.entry.created_at, row.entry.id), after, SIZE)


def _with_names(actor: Actor, entries: Sequence[AuditEntry]) -> list[Decision]:
    members = select(User).where(User.id.in_({entry.actor_id for entry in entries})).options(lazyload(User.roles))
    named = {member.id: member for member in db.session.scalars(members)}
    spaces = {space.id: space for space in db.session.scalars(select(Space).where(visible_space(actor)))}
    links: dict[tuple[str, int], Link] = {}
    labels = {declared.name: str(declared.label_of_one or declared.label) for declared in kinds()}
    for declared in kinds():
        name = declared.name
        if name not in {entry.subject_kind for entry in entries}:
            continue
        found = declared.load({entry.subject_id for entry in entries if entry.subject_kind == name})
        links |= {(name, subject_id): declared.link(subject) for subject_id, subject in found.items()}
    return [
        Decision(
            entry,
            named.get(entry.actor_id or 0),
            links.get((entry.subject_kind, entry.subject_id)),
            spaces.get(entry.space_id or 0),
            labels.get(entry.subject_kind, ""),
        )
        for entry in entries
    ]
