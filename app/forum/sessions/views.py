"""Live sessions: opening one, its settings, its phases, its calendar file, its recap."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlsplit

from flask import Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from app.accounts.actor import current_actor, current_member, member_key
from app.config import Settings
from app.core.asking import wants_json
from app.core.errors import Conflict, NotFound
from app.core.events import unit_of_work
from app.core.i18n import pgettext
from app.core.identity import site
from app.core.policy import require
from app.core.typed import whole
from app.extensions import csrf, limiter
from app.forum import policy, queries
from app.forum.addresses import topic_url
from app.forum.blueprint import bp
from app.forum.composing.answering import answered, as_member, by_member
from app.forum.forms import PostForm
from app.forum.lifecycle import OUT_OF_STEP
from app.forum.models import Topic
from app.forum.sessions import policy as session_policy
from app.forum.sessions import recap
from app.forum.sessions import services as sessions
from app.forum.sessions.calendar_file import calendar_of
from app.forum.sessions.forms import SessionForm, SessionTimesForm
from app.forum.sessions.live_rules import get_session
from app.forum.sessions.models import LiveSession
from app.forum.sessions.page import render_panel

ACTIONS = ("begin", "end", "resume", "close")


@bp.route("/categories/<slug>/new-session", methods=["GET", "POST"])
@csrf.exempt
@as_member
def open_session(slug: str) -> ResponseReturnValue:
    """The page of a new live session; publishing leads to its topic."""
    member = current_member()
    category = queries.get_category(member, slug)
    form = SessionForm()
    form.offer_languages(member)
    form.offer_kinds_of_session()
    form.offer_themes()
    form.offer_times(member)

    def show(**shown: Any) -> str:
        return render_template("forum/open_session.html", form=form, category=category, **shown)

    def publish() -> ResponseReturnValue:
        draft, times = form.drafted(), form.times
        with unit_of_work():
            topic = sessions.open_session(member, category, draft, times).topic
        url = topic_url(topic)
        return jsonify(url=url) if wants_json() else redirect(url, 303)

    if request.method == "POST":
        return answered(form, publish, show)
    require(session_policy.can_open_session(member, category))
    return show()


def _led(public_id: str) -> tuple[Topic, LiveSession]:
    topic = queries.get_topic(current_member(), public_id)
    session = get_session(topic)
    require(session_policy.can_lead_session(current_member(), session))
    return topic, session


@bp.route("/topics/<public_id>/session", methods=["GET", "POST"])
@csrf.exempt
@as_member
def edit_session(public_id: str) -> ResponseReturnValue:
    """Times, languages, slow mode and leaders of a session."""
    member = current_member()
    topic, session = _led(public_id)
    form = SessionTimesForm()
    if request.method == "GET":
        form.fill(session)
    form.lang.data = topic.lang
    form.offer_languages(member)
    form.offer_times(member)

    def show(**shown: Any) -> str:
        return render_template("forum/edit_session.html", form=form, topic=topic, session=session, **shown)

    def save() -> ResponseReturnValue:
        times = form.times
        with unit_of_work():
            sessions.edit_session(member, session, times)
        url = topic_url(topic)
        return jsonify(url=url) if wants_json() else redirect(url, 303)

    return show() if request.method == "GET" else answered(form, save, show)


@bp.post("/topics/<public_id>/session/phase")
@login_required
def move_session(public_id: str) -> ResponseReturnValue:
    """Form or address: `action` ("begin", "end", "resume", "close")."""
    topic, session = _led(public_id)
    action = request.values.get("action", "")
    if action not in ACTIONS:
        raise NotFound
    with unit_of_work():
        sessions.move_session(current_member(), session, action)
    if action == "end":
        return redirect(url_for("forum.write_recap", public_id=public_id), 303)
    return redirect(topic_url(topic), 303)


@bp.post("/topics/<public_id>/session/slow-mode")
@login_required
def set_slow_mode(public_id: str) -> ResponseReturnValue:
    """Form: `seconds`."""
    topic, session = _led(public_id)
    with unit_of_work():
        sessions.set_slow_mode(current_member(), session, request.form.get("seconds", type=whole, default=-1))
    return redirect(topic_url(topic), 303)


@bp.get("/topics/<public_id>/session.ics")
def show_calendar(public_id: str) -> ResponseReturnValue:
    """The session as a calendar file, for those who may see its topic."""
    topic = queries.get_topic(current_actor(), public_id)
    session = get_session(topic)
    settings = cast(Settings, current_app.extensions["settings"])
    address = f"{settings.site_url}{topic_url(topic)}"
    body = calendar_of(session, address, urlsplit(settings.site_url).hostname or "localhost", str(site.name))
    answer = Response(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{topic.public_id}.ics"'
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@bp.get("/fragments/sessions/<public_id>")
def show_session_panel(public_id: str) -> ResponseReturnValue:
    """The panel of a session alone, as this reader sees it: for scripts."""
    topic = queries.get_topic(current_actor(), public_id)
    answer = Response(render_panel(current_actor(), get_session(topic)), mimetype="text/html")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.post("/posts/<public_id>/mark")
@limiter.limit("120 per minute", key_func=member_key)
@by_member
def mark_post(public_id: str) -> ResponseReturnValue:
    """Form or address: `mark`, 1 to mark a message for the recap, 0 to take the mark off."""
    member = current_member()
    post = queries.get_post(member, public_id)
    session = get_session(post.topic)
    wanted = {"1": True, "0": False}.get(request.values.get("mark", ""))
    with unit_of_work():
        is_marked = recap.mark_post(member, session, post, wanted)
    if wants_json():
        return jsonify(marked=is_marked)
    return redirect(topic_url(post.topic, number=post.number), 303)


@bp.route("/topics/<public_id>/recap", methods=["GET", "POST"])
@csrf.exempt
@as_member
def write_recap(public_id: str) -> ResponseReturnValue:
    """The recap of a session, drafted from what was marked; publishing it ends the session."""
    member = current_member()
    topic, session = _led(public_id)
    form = PostForm()
    if request.method == "GET":
        if session.phase != "recap":
            raise Conflict(OUT_OF_STEP)
        require(policy.can_reply(member, topic))
        form.body.data, form.lang.data = recap.drafted(session), topic.lang
    form.offer_languages(member)

    def show(**shown: Any) -> str:
        marked = len(recap.marked_posts(session))
        return render_template("forum/write_recap.html", form=form, topic=topic, marked=marked, **shown)

    def publish() -> ResponseReturnValue:
        draft = form.rendered()
        with unit_of_work():
            number = recap.publish_recap(member, session, draft).number
        flash(pgettext("forum", "The recap is published."), "success")
        url = topic_url(topic, number=number)
        return jsonify(url=url) if wants_json() else redirect(url, 303)

    return show() if request.method == "GET" else answered(form, publish, show)
