"""Questions of a live session: as plain forms, and as JSON for scripts."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from app.accounts.actor import current_member, member_key
from app.core.asking import wants_json
from app.core.errors import Conflict, Invalid, NotFound
from app.core.events import unit_of_work
from app.core.i18n import CONTENT, language_name, pgettext
from app.core.policy import require
from app.extensions import limiter
from app.forum.addresses import topic_url
from app.forum.blueprint import bp
from app.forum.forms import new_token, own_languages
from app.forum.models import Topic
from app.forum.queries import get_topic
from app.forum.sessions import questions
from app.forum.sessions.live_rules import get_session
from app.forum.sessions.policy import can_ask_question


def _back(topic: Topic) -> ResponseReturnValue:
    if wants_json():
        return jsonify(done=True)
    return redirect(f"{topic_url(topic)}#session", 303)


def _asking(topic: Topic, typed: str, lang: str, token: str, reason: Any = "") -> str:
    return render_template(
        "forum/ask_question.html",
        topic=topic,
        typed=typed,
        lang=lang,
        languages=[(tag, language_name(tag)) for tag in CONTENT],
        token=token,
        reason=reason,
    )


@bp.get("/topics/<public_id>/questions")
@login_required
def write_question(public_id: str) -> ResponseReturnValue:
    """The form alone, with the choice of a language."""
    member = current_member()
    topic = get_topic(member, public_id)
    require(can_ask_question(member, get_session(topic)))
    return _asking(topic, "", own_languages(member)[0], new_token())


@bp.post("/topics/<public_id>/questions")
@login_required
@limiter.limit("20 per minute", key_func=member_key)
def ask_question(public_id: str) -> ResponseReturnValue:
    """Form: `question`, `lang`, `client_token`."""
    member = current_member()
    topic = get_topic(member, public_id)
    session = get_session(topic)
    body, lang = request.form.get("question", ""), request.form.get("lang", own_languages(member)[0])
    token = request.form.get("client_token", "")[:64] or new_token()
    try:
        with unit_of_work():
            questions.ask(member, session, body, lang, token)
    except (Invalid, Conflict) as error:
        if wants_json():
            raise
        return _asking(topic, body, lang, token, error.reason), error.status
    if not wants_json():
        flash(pgettext("forum", "Your question is in the queue."), "success")
    return _back(topic)


@bp.post("/topics/<public_id>/questions/<question_id>")
@login_required
@limiter.limit("120 per minute", key_func=member_key)
def act_on_question(public_id: str, question_id: str) -> ResponseReturnValue:
    """Form or address: `action`: "vote", "withdraw", or what the leaders decide."""
    member, action = current_member(), request.values.get("action", "")
    topic = get_topic(member, public_id)
    session, question = get_session(topic), questions.get_question(topic, question_id)
    with unit_of_work():
        if action == "vote":
            wanted = {"1": True, "0": False}.get(request.values.get("pressed", ""))
            has_voice = questions.vote(member, session, question, wanted)
            return jsonify(pressed=has_voice, votes=question.votes) if wants_json() else _back(topic)
        if action == "withdraw":
            questions.withdraw(member, session, question)
        elif action in questions.DECISIONS:
            questions.decide(member, session, question, action)
        else:
            raise NotFound
    return _back(topic)


@bp.post("/topics/<public_id>/questions/next")
@login_required
def take_next_question(public_id: str) -> ResponseReturnValue:
    """Take the question with the most voices."""
    topic = get_topic(current_member(), public_id)
    session = get_session(topic)
    with unit_of_work():
        questions.take_next(current_member(), session)
    return _back(topic)
