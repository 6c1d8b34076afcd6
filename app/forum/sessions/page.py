"""A live session on its topic's page: times in two zones, the questions, what its leaders decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, cast

from babel.dates import format_date, format_time
from flask import current_app, render_template
from markupsafe import Markup

from app.accounts.models import User
from app.config import Settings
from app.core.i18n import current_lang, locale_of, speaking
from app.core.policy import Actor
from app.forum.drafting.fields import zone_name
from app.forum.models import Topic
from app.forum.sessions.live_rules import find_session, seconds_to_wait
from app.forum.sessions.models import LiveQuestion, LiveSession
from app.forum.sessions.policy import can_ask_question, can_lead_session
from app.forum.sessions.questions import own_votes, shown_questions
from app.forum.sessions.recap import marked_ids
from app.forum.sessions.services import in_zone


@dataclass(frozen=True)
class Span:
    """A session on the clocks of one zone."""

    zone: str
    """The name of the zone."""
    words: str
    is_readers: bool


class SessionView(NamedTuple):
    """What the page of a topic shows of its session."""

    panel: Markup = Markup()
    marked: frozenset[int] | None = None
    """Messages marked for the recap, for who may mark them; None for everyone else."""


def session_view(actor: Actor, topic: Topic) -> SessionView:
    """The session of a topic as this reader sees it; nothing where it has none."""
    session = find_session(topic)
    if session is None:
        return SessionView()
    leads = bool(can_lead_session(actor, session))
    marks = leads and session.phase in {"live", "recap"}
    panel = Markup(render_panel(actor, session))  # noqa: S704 - rendered by a template
    return SessionView(panel, frozenset(marked_ids(session)) if marks else None)


def render_panel(actor: Actor, session: LiveSession) -> str:
    """The panel of a session, in the interface language in force."""
    questions = shown_questions(session)
    return render_template(
        "forum/_session.html",
        session=session,
        topic=session.topic,
        spans=spans(actor, session),
        leads=bool(can_lead_session(actor, session)),
        asks=can_ask_question(actor, session),
        queue=[(question, _drawn(question)) for question in questions if question.state in {"taken", "waiting"}],
        answered=[(question, _drawn(question)) for question in questions if question.state == "answered"],
        votes=own_votes(actor, session),
        wait=seconds_to_wait(actor, session),
        actor=actor,
    )


def render_question(question: LiveQuestion, lang: str) -> str:
    """A question as every reader sees it."""
    with speaking(lang):
        return str(_drawn(question))


def _drawn(question: LiveQuestion) -> Markup:
    template = current_app.jinja_env.get_template("forum/_question.html")
    return Markup(template.render(question=question))  # noqa: S704 - rendered by a template that escapes


def spans(actor: Actor, session: LiveSession) -> list[Span]:
    """The times in the zone they were chosen in, and in the reader's: the member's own, the site's for a visitor."""
    settings = cast(Settings, current_app.extensions["settings"])
    own = actor.timezone if isinstance(actor, User) else settings.timezone
    chosen = [_span(session, session.timezone, is_readers=False)]
    same = in_zone(session.starts_at, own).utcoffset() == in_zone(session.starts_at, session.timezone).utcoffset()
    return chosen if same else [*chosen, _span(session, own, is_readers=isinstance(actor, User))]


def _span(session: LiveSession, zone: str, is_readers: bool) -> Span:
    starts, ends = in_zone(session.starts_at, zone), in_zone(session.ends_at, zone)
    first = f"{_day(starts)}, {_hour(starts)}"
    last = _hour(ends) if starts.date() == ends.date() else f"{_day(ends)}, {_hour(ends)}"
    return Span(zone_name(zone), f"{first} – {last}", is_readers)


def _day(moment: datetime) -> str:
    return str(format_date(moment, "full", locale_of(current_lang())))


def _hour(moment: datetime) -> str:
    lang = current_lang()
    return str(
        format_time(moment, "H 'h' mm" if lang == "fr" else "HH:mm", tzinfo=moment.tzinfo, locale=locale_of(lang))
    )
