"""Reads: what waits at the desk, one's own reports, decisions about oneself; what is not the actor's is not found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    case,
    cast,
    distinct,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from app.accounts.models import User
from app.core.db import Utc, db
from app.core.errors import NotFound
from app.core.pagination import KeyPage, decode_key, encode_key, key_page
from app.core.policy import Actor
from app.core.subjects import kind, kinds
from app.forum.reach import moderated_spaces
from app.moderation.cases import Case, fill, members, open_reports
from app.moderation.models import OPEN, Appeal, Decision, Report
from app.moderation.policy import can_see_decision, can_see_report, is_in_scope
from app.terms.reasons import REASONS

PAGE = 20


@dataclass(frozen=True)
class Wanted:
    """What of the queue is shown."""

    reason: str = ""
    lang: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Waiting:
    """One page of the queue: `next_key` is empty at its end."""

    cases: Sequence[Case]
    next_key: str
    is_first: bool


def _in_scope(table: type[Report] | type[Decision], actor: Actor) -> ColumnElement[bool]:
    spaces = moderated_spaces(actor)
    if spaces is None:
        return true()
    return table.space_id.in_(sorted(spaces)) if spaces else false()


def _open_to(actor: Actor) -> ColumnElement[bool]:
    """Open reports in the actor's scope, but for those about what is the actor's own."""
    not_own = or_(Report.owner_id.is_(None), Report.owner_id != actor.actor_id)
    known = [one.name for one in kinds() if one.oversight]
    return Report.state.in_(OPEN) & not_own & _in_scope(Report, actor) & Report.subject_kind.in_(known)


def queue(actor: User, wanted: Wanted, after: str = "", size: int = PAGE) -> Waiting:
    """What waits for a decision: the gravest first, then in the languages the actor reads, then the oldest."""
    gravity = (-func.max(Report.gravity)).label("gravity")
    foreign = func.min(case((Report.lang.in_(actor.content_langs or [actor.ui_lang]), 0), else_=1)).label("foreign")
    since = func.min(Report.created_at).label("since")
    first = func.min(Report.id).label("first")
    grouped = (
        select(Report.subject_kind, Report.subject_id, gravity, foreign, since, first)
        .where(_open_to(actor), *_narrowed(wanted))
        .group_by(Report.subject_kind, Report.subject_id)
        .subquery()
    )
    order = (grouped.c.gravity, grouped.c.foreign, grouped.c.since, grouped.c.first)
    query = select(grouped).order_by(*order).limit(size + 1)
    start = _start(after)
    if start:
        query = query.where(tuple_(*order) > tuple_(*start))
    rows = db.session.execute(query).all()
    cases = _cases(actor, [(row.subject_kind, row.subject_id) for row in rows[:size]])
    last = rows[size - 1] if len(rows) > size else None
    return Waiting(fill(cases), _key(last) if last else "", start is None)


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    asked = ((Report.reason, wanted.reason), (Report.lang, wanted.lang), (Report.subject_kind, wanted.kind))
    return [column == value for column, value in asked if value]


def _key(row: Any) -> str:
    return f"{-row.gravity}.{row.foreign}.{encode_key(row.since, row.first)}"


def _start(after: str) -> tuple[Any, ...] | None:
    gravity, _, rest = after.partition(".")
    foreign, _, place = rest.partition(".")
    decoded = decode_key(place)
    if decoded is None or not (gravity.isdecimal() and foreign in {"0", "1"} and len(gravity) < 3):
        return None
    return literal(-int(gravity)), literal(int(foreign)), literal(decoded[0], Utc()), literal(decoded[1])


def _cases(actor: Actor, subjects: Sequence[tuple[str, int]]) -> list[Case]:
    """Cases in the order given; what is gone, or has moved out of the actor's scope, is absent."""
    reports: dict[tuple[str, int], list[Report]] = {}
    for report in open_reports(subjects):
        reports.setdefault((report.subject_kind, report.subject_id), []).append(report)
    found: dict[tuple[str, int], Case] = {}
    for name in {name for name, _ in subjects}:
        declared = kind(name)
        rows = declared.load([subject_id for one, subject_id in subjects if one == name])
        assert declared.oversight is not None
        said = declared.oversight.words(list(rows.values()))
        owners = {member.id: member for member in members({declared.owner_id(row) or 0 for row in rows.values()})}
        for subject_id, row in rows.items():
            owner = owners.get(declared.owner_id(row) or 0)
            one = Case(declared, row, owner, reports.get((name, subject_id), []), said[subject_id])
            if is_in_scope(actor, one.space_id):
                found[(name, subject_id)] = one
    return [found[subject] for subject in subjects if subject in found]


def waiting_reasons(actor: Actor) -> Counter[str]:
    """How many subjects wait by reason; one reported for two reasons counts under both."""
    subject = Report.subject_kind + ":" + cast(Report.subject_id, String)
    query = select(Report.reason, func.count(distinct(subject))).where(_open_to(actor)).group_by(Report.reason)
    found = dict(db.session.execute(query).all())
    return Counter({code: found[code] for code in REASONS if code in found})


def waiting_langs(actor: Actor) -> list[str]:
    """The languages of what waits."""
    query = select(Report.lang).where(_open_to(actor)).distinct().order_by(Report.lang)
    return list(db.session.scalars(query))


def _appeals_open_to(actor: Actor) -> ColumnElement[bool]:
    """Appeals that fall to the actor: not against their own decisions, nor about themselves."""
    not_mine = or_(Decision.actor_id.is_(None), Decision.actor_id != actor.actor_id)
    sent = select(Report.id).where(Report.id == Appeal.report_id, Report.reporter_id == actor.actor_id).exists()
    return _in_scope(Decision, actor) & not_mine & _not_about(actor) & ~sent


def _not_about(actor: Actor) -> ColumnElement[bool]:
    """Appeals about somebody else and what is somebody else's: nobody learns who reported what is their own."""
    not_me = or_(Decision.member_id.is_(None), Decision.member_id != actor.actor_id)
    own = select(Report.id).where(Report.id == Appeal.report_id, Report.owner_id == actor.actor_id).exists()
    return not_me & ~own


@dataclass(frozen=True)
class Counts:
    """What waits for a moderator."""

    reports: int
    appeals: int


def desk_counts(actor: Actor) -> Counts:
    """Subjects reported and appeals to decide on, in one query."""
    subjects = select(Report.subject_kind, Report.subject_id).where(_open_to(actor)).distinct().subquery()
    reported = select(func.count()).select_from(subjects)
    asked = select(func.count()).select_from(Appeal).join(Appeal.decision)
    asked = asked.where(Appeal.state == "open", _appeals_open_to(actor))
    return Counts(*db.session.execute(select(reported.scalar_subquery(), asked.scalar_subquery())).one())


def appeals(actor: Actor, state: str, after: str | None) -> KeyPage[Appeal]:
    """Appeals of a state, newest first. Those against the actor's own decisions are seen, and decided by others."""
    statement = (
        select(Appeal)
        .join(Appeal.decision)
        .options(
            contains_eager(Appeal.decision).joinedload(Decision.member).lazyload(User.roles),
            contains_eager(Appeal.decision).joinedload(Decision.actor).lazyload(User.roles),
        )
        .where(Appeal.state == "open" if state == "open" else Appeal.state != "open", _in_scope(Decision, actor))
        .where(_not_about(actor))
    )

    def fetch(chosen: Select[Any]) -> Sequence[Appeal]:
        return db.session.scalars(chosen).all()

    return key_page(fetch, statement, Appeal.created_at, Appeal.id, lambda row: (row.created_at, row.id), after, PAGE)


def get_appeal(actor: Actor, public_id: str) -> Appeal:
    """An appeal in the actor's scope. Raises NotFound."""
    query = select(Appeal).join(Appeal.decision).options(contains_eager(Appeal.decision))
    found = db.session.scalars(
        query.where(Appeal.public_id == public_id, _in_scope(Decision, actor), _not_about(actor))
    ).first()
    if found is None:
        raise NotFound
    return found


def get_decision(actor: Actor, public_id: str, key: str) -> Decision:
    """A decision that the actor may read: about them, in their scope, or named by its signed link. Raises NotFound."""
    from app.moderation.keys import is_key_of

    query = select(Decision).where(Decision.public_id == public_id).options(joinedload(Decision.appeal))
    found = db.session.scalars(query).first()
    if found is None or not can_see_decision(actor, found, is_key_of(found, key)):
        raise NotFound
    return found


def get_report(actor: Actor, public_id: str, key: str) -> Report:
    """A report of the actor's own, or named by the signed link of its receipt. Raises NotFound."""
    from app.moderation.keys import is_key_of

    found = db.session.scalars(select(Report).where(Report.public_id == public_id)).first()
    if found is None or not can_see_report(actor, found, is_key_of(found, key)):
        raise NotFound
    return found


def reports_of(decision: Decision) -> Sequence[Report]:
    """The reports that a decision settled, the oldest first."""
    query = select(Report).where(Report.decision_id == decision.id).options(joinedload(Report.reporter))
    return db.session.scalars(query.order_by(Report.id)).unique().all()


def own_reports(member: User, after: str | None) -> KeyPage[Report]:
    """What a member reported, newest first."""
    statement = select(Report).where(Report.reporter_id == member.id).options(joinedload(Report.decision))

    def fetch(chosen: Select[Any]) -> Sequence[Report]:
        return db.session.scalars(chosen).all()

    return key_page(fetch, statement, Report.created_at, Report.id, lambda row: (row.created_at, row.id), after, PAGE)


def decisions_about(member: User, after: str | None) -> KeyPage[Decision]:
    """Decisions that concern a member, newest first."""
    statement = select(Decision).where(Decision.member_id == member.id).options(joinedload(Decision.appeal))

    def fetch(chosen: Select[Any]) -> Sequence[Decision]:
        return db.session.scalars(chosen).all()

    return key_page(
        fetch, statement, Decision.created_at, Decision.id, lambda row: (row.created_at, row.id), after, PAGE
    )


def last_decision_on(case: Case) -> Decision | None:
    """The latest decision about a subject itself."""
    same = (Decision.subject_kind == case.kind, Decision.subject_id == case.subject.id)
    query = select(Decision).where(*same).options(lazyload(Decision.member), lazyload(Decision.actor))
    return db.session.scalars(query.order_by(Decision.id.desc()).limit(1)).first()


def decisions_on(case: Case, limit: int = 20) -> Sequence[Decision]:
    """Earlier decisions about a subject and its owner, newest first."""
    same = (Decision.subject_kind == case.kind) & (Decision.subject_id == case.subject.id)
    about = or_(same, Decision.member_id == case.owner.id) if case.owner else same
    actor = joinedload(Decision.actor).lazyload(User.roles)
    query = select(Decision).where(about).options(actor, joinedload(Decision.appeal), lazyload(Decision.member))
    return db.session.scalars(query.order_by(Decision.id.desc()).limit(limit)).all()
