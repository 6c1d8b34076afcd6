"""Drafts of one's own: saved while they are typed, listed, continued, discarded, published later or not after all."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms import ValidationError

from app.accounts.actor import current_member, member_key
from app.accounts.models import User
from app.core.errors import NotFound
from app.core.events import unit_of_work
from app.core.i18n import pgettext
from app.core.policy import Ruling, no
from app.extensions import csrf, limiter
from app.forum import policy, queries
from app.forum.blueprint import bp
from app.forum.composing.answering import as_member
from app.forum.drafting import queries as draft_queries
from app.forum.drafting import services as draft_services
from app.forum.drafting.fields import zone_of
from app.forum.drafting.keeping import Keeping, conflict_said
from app.forum.drafting.models import Draft
from app.forum.drafting.queries import PlaceSeen
from app.forum.drafting.services import DraftConflict
from app.forum.forms import STALE


@bp.put("/drafts/<any(topic, reply, edit):place>/<ref>")
@csrf.exempt  # it checks its own token, so that a page that was open long takes a new one and goes on
@limiter.limit("120 per minute", key_func=member_key)
@as_member
def save_draft(place: str, ref: str) -> ResponseReturnValue:
    """Form: the fields of a composer, with `draft` and `draft_version` as it knows them, `writer` and `turn`.

    JSON: `{id, version}` of the draft, both empty where nothing is left to keep; 409 where another window changed it.
    """
    keeping = keeping_at(current_member(), place, ref)
    try:
        validate_csrf(request.form.get("csrf_token"))
        typed = keeping.typed()
        with unit_of_work():
            draft = draft_services.keep_draft(keeping.member, typed)
    except ValidationError:
        error = {"status": 422, "reason": str(STALE), "fields": {}, "is_stale": True}
        return jsonify(error=error, csrf_token=generate_csrf()), 422
    except DraftConflict as conflict:
        return jsonify(conflict_said(conflict.theirs)), 409
    return jsonify(id=draft.public_id if draft else "", version=draft.version if draft else 0)


def keeping_at(member: User, place: str, ref: str) -> Keeping:
    """The composer of a place named by its address: a category's slug, a topic's or a post's id. Raises NotFound."""
    if place == "topic":
        category = queries.get_category(member, ref)
        return Keeping(member, place, category.id, lambda: policy.can_open_topic(member, category))
    if place == "reply":
        topic = queries.get_topic(member, ref)
        return Keeping(member, place, topic.id, lambda: policy.can_reply(member, topic))
    post = queries.get_post(member, ref)
    if post.author_id != member.id and not policy.can_edit_post(member, post):
        raise NotFound
    return Keeping(member, place, post.id, lambda: policy.can_edit_post(member, post), post.body)


@bp.get("/drafts")
@as_member
def list_drafts() -> ResponseReturnValue:
    """What one has begun to write, and what leaves by itself later."""
    member = current_member()
    drafts = draft_queries.list_drafts(member, request.args.get("after"))
    scheduled = draft_queries.list_scheduled(member) if drafts.is_first else []
    places = draft_queries.places_of(member, [*drafts.rows, *scheduled])
    shown = {"drafts": drafts, "scheduled": scheduled, "places": places, "zone": zone_of(member)}
    return render_template("forum/list_drafts.html", **shown)


@bp.get("/drafts/<public_id>")
@as_member
def show_draft(public_id: str) -> ResponseReturnValue:
    """To the composer with the draft in it; where its author may no longer write there, the text to copy, and why."""
    member = current_member()
    draft = draft_queries.get_draft(member, public_id)
    seen = draft_queries.places_of(member, [draft]).get(draft.id)
    ruling = _ruling(member, draft, seen)
    if ruling and seen:
        return redirect(_composer_of(draft, seen))
    return render_template("forum/show_draft.html", draft=draft, reason=ruling.reason)


def _ruling(member: User, draft: Draft, seen: PlaceSeen | None) -> Ruling:
    if seen is None:
        return no(pgettext("draft", "What it was written for is no longer there."))
    if seen.post:
        return policy.can_edit_post(member, seen.post)
    return policy.can_reply(member, seen.topic) if seen.topic else policy.can_open_topic(member, seen.category)


def _composer_of(draft: Draft, seen: PlaceSeen) -> str:
    known: dict[str, Any] = {"draft": draft.public_id}
    if seen.post:
        return url_for("forum.edit_post", public_id=seen.post.public_id, **known)
    if seen.topic:
        return url_for("forum.reply", public_id=seen.topic.public_id, **known)
    return url_for("forum.open_topic", slug=seen.category.slug, **known)


@bp.post("/drafts/<public_id>/discard")
@as_member
def discard_draft(public_id: str) -> ResponseReturnValue:
    """Forget a draft."""
    member = current_member()
    draft = draft_queries.get_draft(member, public_id)
    with unit_of_work():
        draft_services.discard_draft(member, draft)
    flash(pgettext("draft", "The draft is discarded."), "success")
    return redirect(url_for("forum.list_drafts"), 303)


@bp.post("/drafts/<public_id>/cancel")
@as_member
def cancel_schedule(public_id: str) -> ResponseReturnValue:
    """Keep as a draft what was to be published later."""
    member = current_member()
    draft = draft_queries.get_draft(member, public_id)
    try:
        with unit_of_work():
            draft_services.cancel_schedule(member, draft)
    except NotFound:
        flash(pgettext("draft", "It has been published meanwhile."), "info")
    else:
        flash(pgettext("draft", "It is a draft again, and leaves only when you publish it."), "success")
    return redirect(url_for("forum.list_drafts"), 303)
