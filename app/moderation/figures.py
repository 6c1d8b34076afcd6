"""Transparency: counts of a year, of reports, decisions and appeals. Counts alone, which name nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, func, select

from app.core.db import db, now
from app.core.i18n import lazy_pgettext
from app.moderation.models import Appeal, Decision, Report

MEASURES: dict[str, Any] = {
    "reports": lazy_pgettext("figures", "Reports received in the year, by reason"),
    "reports_by_language": lazy_pgettext("figures", "Reports received in the year, by language of what was reported"),
    "reports_of_visitors": lazy_pgettext("figures", "Reports received from people without an account"),
    "decisions": lazy_pgettext("figures", "Decisions taken in the year, by kind"),
    "decisions_by_reason": lazy_pgettext("figures", "Decisions against a content or a person, by reason"),
    "decisions_by_language": lazy_pgettext("figures", "Decisions by language of the person concerned"),
    "decisions_at_once": lazy_pgettext("figures", "Decisions made by the software alone, before a moderator looked"),
    "decisions_unreported": lazy_pgettext("figures", "Decisions that no report had asked for"),
    "hours_to_look": lazy_pgettext("figures", "Median number of hours from a report to the first look of a moderator"),
    "hours_to_decide": lazy_pgettext("figures", "Median number of hours from a report to its decision"),
    "appeals": lazy_pgettext("figures", "Appeals received in the year, by outcome"),
}
"""What each measure counts: the dictionary of the CSV file."""


@dataclass
class Year:
    """The figures of one year."""

    year: int
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    """By measure, then by code; the code is empty where a measure is one number."""
    hours: dict[str, float | None] = field(default_factory=dict)

    def total(self, measure: str) -> int:
        """The sum of a measure."""
        return self.counts[measure].total()

    def rows(self) -> Iterator[tuple[int, str, str, str]]:
        """(year, measure, detail, value) of every figure, in the order of the dictionary."""
        for measure in MEASURES:
            if measure in self.hours:
                hours = self.hours[measure]
                yield self.year, measure, "", "" if hours is None else f"{hours:.1f}"
                continue
            for code, count in sorted(self.counts[measure].items()):
                yield self.year, measure, code, str(count)


def years() -> Sequence[int]:
    """The years of which there is something to tell, the latest first; this year always."""
    first = [db.session.scalar(select(func.min(table.created_at))) for table in (Report, Decision)]
    earliest = min((moment.year for moment in first if moment), default=now().year)
    return range(now().year, earliest - 1, -1)


def year_figures(year: int) -> Year:
    """Every figure of a year, counted now."""
    reports, decisions, appeals = (_within(table.created_at, year) for table in (Report, Decision, Appeal))
    against = decisions & Decision.act.not_in(("dismiss", "restore", "unlock"))
    found = Year(year)
    found.counts = {
        "reports": _count(Report, Report.reason, reports),
        "reports_by_language": _count(Report, Report.lang, reports),
        "reports_of_visitors": _one(Report, reports & Report.reporter_id.is_(None)),
        "decisions": _count(Decision, Decision.act, decisions),
        "decisions_by_reason": _count(Decision, Decision.reason, against),
        "decisions_by_language": _count(Decision, Decision.statement_lang, against),
        "decisions_at_once": _one(Decision, decisions & Decision.is_automatic),
        "decisions_unreported": _one(Decision, decisions & Decision.is_reported.is_(False)),
        "appeals": _count(Appeal, Appeal.state, appeals),
    }
    found.hours = {
        "hours_to_look": _median_hours(Report.looked_at, reports),
        "hours_to_decide": _median_hours(Report.decided_at, reports),
    }
    return found


def _within(moment: Any, year: int) -> ColumnElement[bool]:
    begins, ends = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    condition: ColumnElement[bool] = (moment >= begins) & (moment < ends)
    return condition


def _count(table: type[Any], column: Any, condition: ColumnElement[bool]) -> Counter[str]:
    query = select(column, func.count()).select_from(table).where(condition).group_by(column)
    return Counter(dict(db.session.execute(query).all()))


def _one(table: type[Any], condition: ColumnElement[bool]) -> Counter[str]:
    return Counter({"": db.session.scalar(select(func.count()).select_from(table).where(condition)) or 0})


def _median_hours(end: Any, condition: ColumnElement[bool]) -> float | None:
    rows = db.session.execute(select(Report.created_at, end).where(condition, end.is_not(None)))
    spans = [(later - earlier).total_seconds() / 3600 for earlier, later in rows]
    return median(spans) if spans else None
