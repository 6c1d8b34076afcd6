"""Figures as pages with bars and tables, and as CSV with a dictionary of its columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from app.administration import figures
from app.administration.blueprint import at_the_desk, bp
from app.core.errors import NotFound
from app.core.i18n import language_name, lazy_pgettext
from app.places.queries import country_name

TABLES: dict[str, tuple[str, ...]] = {
    "months": ("month", "members", "topics", "posts", "writers"),
    "languages": ("language", "posts"),
    "countries": ("country", "members"),
    "answers": ("language", "topics", "unanswered", "median_hours"),
}
DICTIONARY: dict[tuple[str, str], Any] = {
    ("months", "month"): lazy_pgettext("figures", "Month of the calendar in universal time, as year and month."),
    ("months", "members"): lazy_pgettext("figures", "Accounts opened in the month, those never confirmed left out."),
    ("months", "topics"): lazy_pgettext("figures", "Topics opened in the month that are shown today."),
    ("months", "posts"): lazy_pgettext("figures", "Messages published in the month that are shown today."),
    ("months", "writers"): lazy_pgettext("figures", "Members who published at least one of these messages."),
    ("languages", "language"): lazy_pgettext("figures", "Language of the message, as its BCP 47 tag."),
    ("languages", "posts"): lazy_pgettext("figures", "Messages shown today in that language."),
    ("countries", "country"): lazy_pgettext("figures", "Country where the member lives, as its ISO 3166-1 code."),
    ("countries", "members"): lazy_pgettext("figures", "Active members who say that they live there."),
    ("answers", "language"): lazy_pgettext("figures", "Language of the topic, as its BCP 47 tag."),
    ("answers", "topics"): lazy_pgettext("figures", "Topics shown today in that language, announcements left out."),
    ("answers", "unanswered"): lazy_pgettext("figures", "Those that nobody but their author has written in."),
    ("answers", "median_hours"): lazy_pgettext("figures", "Median of the hours until another member first answers."),
}  # fmt: skip


@bp.get("/figures")
@at_the_desk
def show_figures() -> ResponseReturnValue:
    """What the site has become."""
    return render_template(
        "administration/show_figures.html", totals=figures.totals(), months=figures.months(),
        languages=figures.languages(), countries=figures.countries(), waits=figures.waits(),
        language_name=language_name, country_name=country_name,
    )  # fmt: skip


@bp.get("/figures/<table>.csv")
@at_the_desk
def download_figures(table: str) -> ResponseReturnValue:
    """One table as CSV; "dictionary" says what each column of the others holds."""
    if table == "dictionary":
        rows = [[name, column, str(said)] for (name, column), said in DICTIONARY.items()]
        return _csv("dictionary", ("table", "column", "meaning"), rows)
    if table not in TABLES:
        raise NotFound
    return _csv(table, TABLES[table], _rows(table))


def _rows(table: str) -> Iterable[Sequence[Any]]:
    if table == "months":
        return [(row.code, row.members, row.topics, row.posts, row.writers) for row in figures.months()]
    if table == "languages":
        return [(row.code, row.count) for row in figures.languages()]
    if table == "countries":
        return [(row.code, row.count) for row in figures.countries()]
    return [(row.lang, row.topics, row.unanswered, row.median_hours) for row in figures.waits()]


def _csv(name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """Comma-separated, in UTF-8 with the mark that spreadsheets ask for; codes and numbers hold no formula."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(columns)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response("\ufeff" + written.getvalue(), mimetype="text/csv", headers=headers)
