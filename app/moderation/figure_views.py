"""What moderation came to in a year: a public page, and the same counts for machines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.db import now
from app.core.errors import NotFound
from app.core.i18n import language_name, pgettext
from app.extensions import limiter
from app.forum.addresses import narrowed
from app.moderation.acts import DONE
from app.moderation.blueprint import bp
from app.moderation.figures import MEASURES, Year, year_figures, years
from app.terms.reasons import REASONS


@bp.get("/transparency")
@limiter.limit("60 per minute")
def show_figures() -> ResponseReturnValue:
    """The counts of a year. Query: `year`."""
    found = _asked()
    return render_template(
        "moderation/show_figures.html",
        found=found,
        years=years(),
        measures=MEASURES,
        label=_label,
        address=lambda year: narrowed(url_for("moderation.show_figures"), year=str(year)),
    )


@bp.get("/transparency.csv")
@limiter.limit("60 per minute")
def download_figures() -> ResponseReturnValue:
    """The counts of a year as CSV: year, measure, detail, value."""
    found = _asked()
    rows = [("year", "measure", "detail", "value"), *found.rows()]
    return _csv(rows, f"transparency-{found.year}.csv")


@bp.get("/transparency-dictionary.csv")
def download_dictionary() -> ResponseReturnValue:
    """What each measure and each code of the CSV file means, in the reader's language."""
    rows: list[tuple[str, str, str]] = [("measure", "code", "meaning")]
    rows += [(measure, "", str(said)) for measure, said in MEASURES.items()]
    rows += [("reports", code, str(reason.label)) for code, reason in REASONS.items()]
    rows += [("decisions", code, str(said)) for code, said in DONE.items()]
    rows += [("appeals", code, _label("appeals", code)) for code in ("open", "upheld", "rejected")]
    return _csv(rows, "transparency-dictionary.csv")


def _asked() -> Year:
    asked = request.args.get("year", "") or str(now().year)
    if not asked.isdecimal() or len(asked) > 4 or int(asked) not in years():
        raise NotFound
    return year_figures(int(asked))


def _csv(rows: Iterable[Iterable[object]], name: str) -> Response:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    answer = Response(text.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _label(measure: str, code: str) -> str:
    """What a code of a measure is called in the reader's language."""
    if measure.endswith("by_language"):
        return language_name(code)
    if measure == "appeals":
        return {
            "open": pgettext("figures", "Not yet decided"),
            "upheld": pgettext("figures", "Decision taken back"),
            "rejected": pgettext("figures", "Decision kept"),
        }[code]
    if code in REASONS:
        return str(REASONS[code].label)
    return str(DONE.get(code, code))
