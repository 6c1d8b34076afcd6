"""The cookies there are, as a table of the page about personal data."""

from __future__ import annotations

from app.core.i18n import pgettext


def cookie_table() -> str:
    """A Markdown table: name, what for, how long."""
    year = pgettext("legal", "A year")
    rows = [
        (pgettext("legal", "Name"), pgettext("legal", "What for"), pgettext("legal", "How long")),
        ("-", "-", "-"),
        ("`session`", pgettext("legal", "Keeps you signed in and protects forms"), pgettext("privacy", "30 days after the last visit; on a shared computer, until the browser closes")),
        ("`lang`", pgettext("legal", "The language you chose"), year),
        ("`theme`, `light`", pgettext("legal", "The appearance you chose"), year),
    ]  # fmt: skip
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
