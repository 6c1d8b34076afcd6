"""Keys that act on a page by themselves: what they do, and a switch for who types by chance or speaks to a computer.

They are scripts' alone; the page that names them needs none (WCAG 2.1.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.i18n import current_lang, lazy_pgettext

COOKIE = "shortcuts"
"""Read by the script; "off" where the member or visitor wants no single keys."""
YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Shortcut:
    """Keys pressed one after the other, or any one of several, and what they do."""

    keys: Sequence[str]
    does: Any
    is_sequence: bool = False


GROUPS: Sequence[tuple[Any, Sequence[Shortcut]]] = (
    (
        lazy_pgettext("shortcut", "Move on the page"),
        (
            Shortcut(("j",), lazy_pgettext("shortcut", "The next message or topic")),
            Shortcut(("k",), lazy_pgettext("shortcut", "The message or topic before")),
            Shortcut(("n",), lazy_pgettext("shortcut", "The next page")),
            Shortcut(("p",), lazy_pgettext("shortcut", "The page before")),
        ),
    ),
    (
        lazy_pgettext("shortcut", "Act on a message"),
        (
            Shortcut(("r",), lazy_pgettext("shortcut", "Reply")),
            Shortcut(("b",), lazy_pgettext("shortcut", "Bookmark")),
            Shortcut(("e",), lazy_pgettext("shortcut", "Edit, where you may")),
        ),
    ),
    (
        lazy_pgettext("shortcut", "Go elsewhere"),
        (
            Shortcut(("g", "h"), lazy_pgettext("shortcut", "The home page"), is_sequence=True),
            Shortcut(("g", "l"), lazy_pgettext("shortcut", "The latest topics"), is_sequence=True),
            Shortcut(("/",), lazy_pgettext("shortcut", "Search")),
            Shortcut(("?",), lazy_pgettext("shortcut", "This list")),
        ),
    ),
)


def show_shortcuts() -> ResponseReturnValue:
    """The list of keys, and whether they are on; a script shows the same in a dialog."""
    is_on = request.cookies.get(COOKIE) != "off"
    return render_template("site/show_shortcuts.html", groups=GROUPS, is_on=is_on)


def choose_shortcuts() -> ResponseReturnValue:
    """Keep in a cookie whether single keys act; back to the list. `?keys=1` switches them on."""
    answer = redirect(url_for("site.show_shortcuts", lang=current_lang()), 303)
    if request.args.get("keys") == "1":
        answer.delete_cookie(COOKIE, secure=request.is_secure, samesite="Lax")
    else:  # for the script to read: it says nothing about anybody
        answer.set_cookie(COOKIE, "off", max_age=YEAR, secure=request.is_secure, samesite="Lax")
    return answer
