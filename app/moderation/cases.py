"""A case: a subject with everything that whoever decides on it needs before their eyes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, lazyload

from app.accounts import trust
from app.accounts.models import User
from app.core.db import db
from app.core.errors import NotFound
from app.core.oversight import Said, Surroundings
from app.core.policy import Actor
from app.core.subjects import Link, SubjectKind, kind
from app.moderation.models import OPEN, Decision, Report
from app.moderation.policy import Matter, can_open_desk, is_in_scope
from app.terms.reasons import REASONS

FIRST_LOOK = timedelta(hours=24)
"""Within which what is urgent is to be looked at."""
AGAINST = ("hide", "remove", "lock", "warn", "exclude", "suspend", "ban")
"""Decisions that count in the history of a member."""


@dataclass
class Case:
    """A subject, what is said of it, and what was decided before."""

    declared: SubjectKind
    subject: Any
    owner: User | None
    reports: list[Report]
    """Those that are open, the oldest first."""
    said: Said
    around: Surroundings = field(default_factory=Surroundings)
    history: Counter[str] = field(default_factory=Counter)
    """Earlier decisions about its owner that were not taken back, by act."""
    people: dict[int, User] = field(default_factory=dict)
    """Authors of what stands around it."""

    @property
    def kind(self) -> str:
        """Name of its kind."""
        return self.declared.name

    @property
    def space_id(self) -> int | None:
        """The space it is in now."""
        assert self.declared.oversight is not None
        return self.declared.oversight.space_id(self.subject)

    @property
    def state(self) -> str:
        """As `Oversight.state` says it."""
        assert self.declared.oversight is not None
        return self.declared.oversight.state(self.subject)

    @property
    def offered(self) -> Sequence[str]:
        """Acts on it that its state allows now."""
        assert self.declared.oversight is not None
        return self.declared.oversight.offered(self.subject)

    @property
    def matter(self) -> Matter:
        """What policies ask of it."""
        reporters = {report.reporter_id for report in self.reports if report.reporter_id}
        return Matter(self.owner, self.space_id, reporters, [act for act in self.offered if act != "reinstate"])

    @property
    def link(self) -> Link:
        """Where it stands."""
        return self.declared.link(self.subject)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """The reasons given with how often each was, the gravest first."""
        counted = Counter(report.reason for report in self.reports)
        return sorted(counted.items(), key=lambda pair: (-REASONS[pair[0]].gravity, -pair[1]))

    @property
    def gravity(self) -> int:
        """The gravity of the gravest report."""
        return max((report.gravity for report in self.reports), default=0)

    @property
    def is_urgent(self) -> bool:
        """Whether it is to be looked at within a day."""
        return any(REASONS[report.reason].is_urgent for report in self.reports)

    @property
    def since(self) -> datetime | None:
        """When it was first reported."""
        return self.reports[0].created_at if self.reports else None

    @property
    def look_due(self) -> datetime | None:
        """By when it is to be looked at; None where nobody has to hurry, or someone has looked."""
        waiting = [one for one in self.reports if REASONS[one.reason].is_urgent and one.looked_at is None]
        return min(report.created_at for report in waiting) + FIRST_LOOK if waiting else None

    @property
    def level(self) -> str:
        """The level of trust of its owner."""
        return str(trust.name_of(getattr(self.owner, "trust", trust.NEW))) if self.owner else ""

    @property
    def taken_by(self) -> User | None:
        """Who is looking at it."""
        return next((report.taken_by for report in self.reports if report.taken_by), None)


def get_case(actor: Actor, kind_name: str, public_id: str) -> Case:
    """A case of the actor's own scope. Raises NotFound for all others, and for what is the actor's own."""
    declared = kind(kind_name)
    if declared.oversight is None or declared.by_public_id is None or not can_open_desk(actor):
        raise NotFound
    subject = declared.by_public_id(public_id)
    if subject is None or not is_in_scope(actor, declared.oversight.space_id(subject)):
        raise NotFound
    return find_case(kind_name, subject.id)


def find_case(kind_name: str, subject_id: int) -> Case:
    """A case, whoever asks; what surrounds it is read by `fill`. Raises NotFound."""
    declared = kind(kind_name)
    subject = declared.load([subject_id]).get(subject_id)
    if subject is None or declared.oversight is None:
        raise NotFound
    reports = open_reports([(kind_name, subject_id)])
    owner_id = declared.owner_id(subject)
    owner = db.session.get(User, owner_id) if owner_id else None
    return Case(declared, subject, owner, reports, declared.oversight.words([subject])[subject_id])


def case_if_there(kind_name: str, subject_id: int) -> Case | None:
    """A case, or None once its subject is gone for good."""
    try:
        return find_case(kind_name, subject_id)
    except NotFound:
        return None


def open_reports(subjects: Collection[tuple[str, int]]) -> list[Report]:
    """The open reports about these subjects, the oldest first."""
    ids = {subject_id for _, subject_id in subjects}
    query = select(Report).where(Report.subject_id.in_(ids), Report.state.in_(OPEN)).order_by(Report.id)
    people = (joinedload(Report.reporter).lazyload(User.roles), joinedload(Report.taken_by).lazyload(User.roles))
    wanted = set(subjects)
    return [one for one in db.session.scalars(query.options(*people)) if (one.subject_kind, one.subject_id) in wanted]


def lock_reports(case: Case) -> Sequence[Report]:
    """The open reports of a case, kept for this unit of work and read again."""
    same = (Report.subject_kind == case.kind, Report.subject_id == case.subject.id, Report.state.in_(OPEN))
    query = select(Report).where(*same).order_by(Report.id).with_for_update(of=Report)
    case.reports = list(db.session.scalars(query.execution_options(populate_existing=True)))
    return case.reports


def fill(cases: Sequence[Case]) -> Sequence[Case]:
    """Read together what stands around these subjects, and the history of their owners."""
    by_kind: dict[str, list[Case]] = {}
    for case in cases:
        by_kind.setdefault(case.kind, []).append(case)
    for some in by_kind.values():
        oversight = some[0].declared.oversight
        if oversight is not None and oversight.around:
            around = oversight.around([case.subject for case in some])
            for case in some:
                case.around = around.get(case.subject.id, Surroundings())
    _fill_people(cases)
    histories = histories_of({case.owner.id for case in cases if case.owner})
    for case in cases:
        case.history = histories.get(case.owner.id, Counter()) if case.owner else Counter()
    return cases


def _fill_people(cases: Sequence[Case]) -> None:
    beside = [said for case in cases for said in (*case.around.before, *case.around.after)]
    wanted = {said.author_id for said in beside if said.author_id}
    if not wanted:
        return
    people = {member.id: member for member in members(wanted)}
    for case in cases:
        case.people = people


def members(ids: Collection[int]) -> Sequence[User]:
    """Members by their ids, without their roles."""
    return db.session.scalars(select(User).where(User.id.in_(ids)).options(lazyload(User.roles))).all()


def histories_of(ids: Collection[int]) -> dict[int, Counter[str]]:
    """Decisions about these members that were not taken back, by act."""
    query = select(Decision.member_id, Decision.act, func.count()).group_by(Decision.member_id, Decision.act)
    counted = query.where(
        Decision.member_id.in_(ids), Decision.act.in_(AGAINST), Decision.state.in_(("in_force", "ended"))
    )
    found: dict[int, Counter[str]] = {}
    for member_id, act, count in db.session.execute(counted) if ids else ():
        if member_id is not None:
            found.setdefault(member_id, Counter())[act] = count
    return found
