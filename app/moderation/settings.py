"""What operators choose about reports and appeals."""

from __future__ import annotations

from app.core import options
from app.core.i18n import lazy_pgettext
from app.core.options import Option, declare

APPEAL_DAYS = declare(
    Option(
        name="moderation.appeal_days",
        kind="int",
        default=183,
        label=lazy_pgettext("option", "Days to appeal against a decision"),
        group="trust",
        help=lazy_pgettext("option", "European law asks for six months at least."),
        least=14,
        most=730,
    )
)
REPORTS_A_DAY = declare(
    Option(
        name="moderation.reports_a_day",
        kind="int",
        default=20,
        label=lazy_pgettext("option", "Reports that one person may send in a day"),
        group="trust",
        help=lazy_pgettext("option", "Those whose reports are nearly all unfounded may send two."),
        least=1,
        most=1000,
    )
)
VISITORS_REPORT = declare(
    Option(
        name="moderation.visitors_report",
        kind="bool",
        default=True,
        label=lazy_pgettext("option", "Visitors without an account can report"),
        group="trust",
    )
)


def appeal_days() -> int:
    """How many days one may appeal."""
    return int(options.value(APPEAL_DAYS.name))


def reports_a_day() -> int:
    """How many reports one person may send in a day."""
    return int(options.value(REPORTS_A_DAY.name))


def visitors_report() -> bool:
    """Whether visitors may report."""
    return bool(options.value(VISITORS_REPORT.name))
