"""Keeping order: decisions on messages and topics, each with a reason, and the log of them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from app.accounts.actor import current_member
from app.core.errors import Invalid, NotFound
from app.core.events import unit_of_work
from app.core.i18n import pgettext
from app.core.policy import require
from app.core.subjects import ports
from app.forum import policy, queries
from app.forum.addresses import narrowed, topic_url
from app.forum.blueprint import bp
from app.forum.models import Post, Topic
from app.forum.order import journal, moderating
from app.forum.order.forms import ReasonForm

POST_ACTIONS = ("hide", "restore")
STATE_ACTIONS = ("lock", "unlock", "hide", "restore")


@bp.get("/posts/<public_id>/moderate")
@login_required
def read_hidden(public_id: str) -> ResponseReturnValue:
    """What a message says, hidden or not, and the decision to take on it: for the moderators of its space."""
    return _moderate_post_page(_moderated_post(public_id), ReasonForm.empty())


@bp.post("/posts/<public_id>/moderate")
@login_required
def moderate_post(public_id: str) -> ResponseReturnValue:
    """Hide a message or show it again. Form: `action`, and `reason`, which under a post carries its id."""
    post = _moderated_post(public_id)
    action = request.values.get("action", "")
    if action not in POST_ACTIONS:
        raise NotFound
    reason = request.form.get("reason", "") or request.form.get(f"reason-{public_id}", "")
    try:
        with unit_of_work():
            ports.decide(current_member(), "post", post.id, action, reason)
    except Invalid as error:
        return _moderate_post_page(post, _refused(reason, error)), 422
    return redirect(topic_url(post.topic, number=post.number), 303)


@bp.get("/topics/<public_id>/moderate")
@login_required
def decide_on_topic(public_id: str) -> ResponseReturnValue:
    """The decisions to take on a topic, for the moderators of its space."""
    return _moderate_topic_page(_moderated_topic(public_id), ReasonForm.empty())


@bp.post("/topics/<public_id>/moderate")
@login_required
def moderate_topic(public_id: str) -> ResponseReturnValue:
    """Close, reopen, hide, restore, pin or unpin a topic. Form: `action`, `reason`."""
    topic, action = _moderated_topic(public_id), request.values.get("action", "")
    reason = request.form.get("reason", "")
    if action not in (*STATE_ACTIONS, "pin", "unpin"):
        raise NotFound
    try:
        with unit_of_work():
            if action in STATE_ACTIONS:
                ports.decide(current_member(), "topic", topic.id, action, reason)
            else:
                moderating.pin_topic(current_member(), topic, action == "pin", reason)
    except Invalid as error:
        return _moderate_topic_page(topic, _refused(reason, error)), 422
    flash(pgettext("forum", "Done, and noted in the log."), "success")
    return redirect(topic_url(topic), 303)


@bp.get("/moderation/log")
@login_required
def show_log() -> ResponseReturnValue:
    """What was decided, by whom and why; by space and by decision."""
    actor = current_member()
    require(policy.can_read_log(actor))
    spaces = journal.log_spaces(actor)
    chosen = next((space for space in spaces if space.slug == request.args.get("space")), None)
    action = request.args.get("action", "")
    action = action if action in journal.ACTIONS else ""
    found = journal.decisions(actor, chosen.id if chosen else None, action, request.args.get("after"))
    address = url_for("forum.show_log")
    kept = {"space": chosen.slug if chosen else "", "action": action}
    return render_template(
        "forum/show_log.html",
        found=found,
        spaces=spaces,
        space=chosen,
        action=action,
        actions=journal.ACTIONS,
        address=address,
        first_page="" if found.is_first else narrowed(address, **kept),
        next_page=narrowed(address, **kept, after=found.next_key) if found.next_key else "",
    )


def _moderated_post(public_id: str) -> Post:
    post = queries.get_post(current_member(), public_id)
    require(policy.can_moderate(current_member(), post.topic))
    if post.state == "removed":
        raise NotFound
    return post


def _moderated_topic(public_id: str) -> Topic:
    topic = queries.get_topic(current_member(), public_id)
    require(policy.can_moderate(current_member(), topic))
    return topic


def _refused(reason: str, error: Invalid) -> ReasonForm:
    return ReasonForm.refused(reason, error.reason)


def _moderate_post_page(post: Post, form: ReasonForm) -> str:
    return _page("moderate_post", post=post, topic=post.topic, form=form)


def _moderate_topic_page(topic: Topic, form: ReasonForm) -> str:
    return _page("moderate_topic", topic=topic, form=form)


def _page(name: str, **values: Any) -> str:
    return render_template(f"forum/{name}.html", topic_address=topic_url(values["topic"]), **values)
