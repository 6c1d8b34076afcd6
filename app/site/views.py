"""Home, writing to the team, language and appearance."""

from __future__ import annotations

from collections.abc import Hashable

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug import Response

from app.accounts.actor import current_actor
from app.accounts.visitor_pages import kept_for_visitors
from app.core import i18n
from app.core.asking import saves_data
from app.core.kept import kept_lines
from app.core.policy import Actor
from app.forum.reading.said import Said, latest_said
from app.forum.reading.shelves import doors
from app.forum.sessions.running import running_topics
from app.site.belfry_map import BelfryMap
from app.site.contact import write_to_us
from app.site.excerpts import excerpt
from app.site.member_views import show_member
from app.site.shell import THEMES
from app.site.shortcuts import choose_shortcuts, show_shortcuts

bp = Blueprint("site", __name__, url_prefix="/<lang>")
bp.add_url_rule("/members/<handle>", view_func=show_member)
bp.add_url_rule("/shortcuts", view_func=show_shortcuts)
bp.add_url_rule("/shortcuts/keep", view_func=choose_shortcuts)
bp.add_url_rule("/contact", view_func=write_to_us, methods=["GET", "POST"])

YEAR = 365 * 24 * 3600
PULSE = 4
"""Posts shown as they are being said."""


@bp.get("/")
@kept_for_visitors()
def home() -> ResponseReturnValue:
    """What this is and for whom, what is being said now, where to go in, where members live."""
    actor = current_actor()
    belfry_map: BelfryMap = current_app.extensions["belfry_map"]
    return render_template(
        "site/home.html",
        pulse=_pulse(actor),
        live=running_topics(actor),
        spaces=doors(actor),
        belfry_map=belfry_map.drawn(i18n.current_lang()),
    )


@bp.get("/pulse")
@kept_for_visitors()
def show_pulse() -> ResponseReturnValue:
    """The list of the latest posts alone, which the home page puts in place of its own when something was said."""
    return _pulse(current_actor())


def _pulse(actor: Actor) -> Markup:
    """What is being said now, one line for each message."""
    return kept_lines("site/_pulse_line.html", ((said.created_at, _line(said)) for said in latest_said(actor, PULSE)))


def _line(said: Said) -> dict[str, Hashable]:
    shelf = said.category_title
    return {
        "public_id": said.public_id, "lang": said.lang, "words": excerpt(said.html), "author": said.author,
        "shelf": i18n.translated(shelf), "shelf_lang": i18n.text_lang(shelf),
    }  # fmt: skip


@bp.get("/language")
def switch_language() -> ResponseReturnValue:
    """Back to the page one came from, in this language, which a cookie keeps. `to`: the address after the language."""
    response = redirect(_in_this_language(request.args.get("to", "/")), 303)
    _remember(response, i18n.COOKIE, i18n.current_lang())
    return response


@bp.get("/appearance")
def choose_appearance() -> ResponseReturnValue:
    """Keep the theme and the light mode in cookies, then back to the page one came from."""
    response = redirect(_in_this_language(request.args.get("to", "/")), 303)
    theme = request.args.get("theme", "auto")
    _remember(response, "theme", theme if theme in THEMES[1:] else "")
    # Said aloud where the browser saves data by itself: no is an answer too.
    _remember(response, "light", "1" if request.args.get("light") else "0" if saves_data() else "")
    return response


def _in_this_language(address: str) -> str:
    """An address of this site: it always starts with the language, so it can lead nowhere else."""
    rest = "/" + address.lstrip("/\\")
    return f"/{i18n.current_lang()}{rest}" if rest.isprintable() else f"/{i18n.current_lang()}/"


def _remember(response: Response, name: str, value: str) -> None:
    """Keep a preference for a year, or forget it."""
    if value:
        response.set_cookie(name, value, max_age=YEAR, secure=request.is_secure, httponly=True, samesite="Lax")
    else:
        response.delete_cookie(name, secure=request.is_secure, httponly=True, samesite="Lax")
