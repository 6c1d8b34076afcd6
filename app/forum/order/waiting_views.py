"""What its author sees of a text that waits: on the page of its topic, and on a page of their own."""

from __future__ import annotations

from flask import flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from app.accounts.actor import current_member
from app.core.asking import wants_json
from app.core.errors import NotFound
from app.core.events import unit_of_work
from app.core.i18n import lazy_pgettext, pgettext
from app.core.policy import Actor
from app.forum.addresses import narrowed, topic_url
from app.forum.blueprint import bp
from app.forum.models import Topic
from app.forum.order import approving, waiting

WAITS = lazy_pgettext("forum", "Your message waits for a moderator, who reads it before the others do.")


def waiting_url(topic: Topic) -> str:
    """Where the author finds a text of theirs that waits; another address than the topic's, so that it is loaded."""
    return narrowed(topic_url(topic), waits="1") + "#waiting"


def waits_answer(url: str) -> ResponseReturnValue:
    """The way to a text that waits: 202, for a script, says that it was taken and is not published."""
    if wants_json():
        return jsonify(waits=True, url=url, reason=str(WAITS)), 202
    return redirect(url, 303)


def show_unpublished(actor: Actor, public_id: str) -> ResponseReturnValue:
    """A topic that is not published, for its author and its moderators. Raises NotFound for all others."""
    held = waiting.find_opening(actor, public_id)
    if held is None:
        raise NotFound
    return render_template("forum/show_unpublished.html", held=held, topic=held.post.topic)


@bp.get("/account/waiting")
@login_required
def list_waiting() -> ResponseReturnValue:
    """One's own texts that wait, and those that were refused."""
    member = current_member()
    return render_template("forum/list_waiting.html", texts=waiting.own_texts(member), member=member)


@bp.post("/account/waiting/<int:held_id>/withdraw")
@login_required
def take_back(held_id: int) -> ResponseReturnValue:
    """Take back a text that waits or was refused."""
    member = current_member()
    held = waiting.get_held(member, held_id)
    with unit_of_work():
        approving.take_back(member, held)
    flash(pgettext("forum", "Your message is taken back."), "success")
    return redirect(url_for("forum.list_waiting"), 303)
