"""The first page of the desk: what waits for somebody; and the log of what was done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from app.accounts.models import User
from app.administration import figures
from app.administration.acts import known_actions, list_acts
from app.administration.blueprint import at_the_desk, bp
from app.administration.space_views import all_spaces, missing_languages
from app.core.db import db
from app.core.i18n import npgettext, pgettext
from app.core.mail import OutgoingMail
from app.core.mail_settings import mail_settings
from app.pages.models import OWN_WORDS_NEEDED
from app.pages.queries import versions_by_language


@dataclass(frozen=True)
class Check:
    """One thing to look at: what is the case, where it is changed, whether something is to do."""

    said: str
    url: str
    is_todo: bool


@bp.get("/")
@at_the_desk
def show_overview() -> ResponseReturnValue:
    """What there is, and what is to do."""
    return render_template("administration/show_overview.html", totals=figures.totals(), checks=checks())


def checks() -> list[Check]:
    """What the site needs before and while it is open, what is to do first."""
    found = [*_about_people(), *_about_mail(), *_about_words()]
    return sorted(found, key=lambda check: not check.is_todo)


def _about_people() -> list[Check]:
    waiting = db.session.scalar(select(func.count(User.id)).where(User.status == "waiting")) or 0
    if not waiting or "moderation.list_requests" not in current_app.view_functions:
        return []
    said = npgettext("desk", "%(num)d person asks to join", "%(num)d people ask to join", waiting)
    return [Check(said, url_for("moderation.list_requests"), True)]


def _about_mail() -> list[Check]:
    late = db.session.scalar(select(func.count(OutgoingMail.id)).where(OutgoingMail.attempts > 0)) or 0
    url = url_for("administration.show_mail")
    if not mail_settings(current_app.extensions["settings"]).smtp_url:
        return [Check(pgettext("desk", "Mail: no server is named yet"), url, True)]
    if late:
        return [Check(npgettext("desk", "Mail: %(num)d did not go", "Mail: %(num)d did not go", late), url, True)]
    return [Check(pgettext("desk", "Mail leaves"), url, False)]


def _about_words() -> list[Check]:
    written = versions_by_language()
    lacking = sum(1 for slug in OWN_WORDS_NEEDED if not written[slug])
    pages = url_for("administration.list_pages")
    spaces = all_spaces()
    things: list[Any] = [*spaces, *(shelf for space in spaces for shelf in space.categories)]
    untitled = sum(1 for thing in things if missing_languages(thing))
    here = url_for("administration.list_spaces")
    return [_about_pages(lacking, pages), _about_titles(len(spaces), untitled, here)]


def _about_pages(lacking: int, url: str) -> Check:
    if not lacking:
        return Check(pgettext("desk", "The pages of the site are in your words"), url, False)
    said = npgettext(
        "desk", "%(num)d page still has the common text", "%(num)d pages still have the common text", lacking
    )
    return Check(said, url, True)


def _about_titles(spaces: int, untitled: int, url: str) -> Check:
    if not spaces:
        return Check(pgettext("desk", "The forum has no space yet"), url, True)
    if not untitled:
        return Check(pgettext("desk", "Spaces and categories speak every language of the site"), url, False)
    return Check(
        npgettext("desk", "%(num)d title lacks a language", "%(num)d titles lack a language", untitled), url, True
    )


@bp.get("/log", endpoint="list_acts")
@at_the_desk
def list_acts_page() -> ResponseReturnValue:
    """Who did what, when."""
    action = request.args.get("action", "")[:40]
    found = list_acts(action, request.args.get("after"))
    return render_template(
        "administration/list_acts.html", found=found, action=action, actions=known_actions(),
        first_page="" if found.is_first else url_for("administration.list_acts", action=action),
        next_page=url_for("administration.list_acts", action=action, after=found.next_key) if found.next_key else "",
    )  # fmt: skip
