"""The history of a message: its versions, what differs between two, bringing one back, taking one's text away."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from app.accounts.actor import current_actor, current_member, member_key
from app.core.errors import Invalid, NotFound
from app.core.events import unit_of_work
from app.core.i18n import pgettext
from app.core.policy import require
from app.core.typed import whole
from app.extensions import limiter
from app.forum import queries
from app.forum.addresses import topic_url
from app.forum.blueprint import bp
from app.forum.drafts import draft_post
from app.forum.history import versions as history
from app.forum.history.differing import parts
from app.forum.models import Post
from app.forum.order.forms import ReasonForm

SIZE = 50
"""Versions on a page."""


@bp.get("/posts/<public_id>/history")
def show_history(public_id: str) -> ResponseReturnValue:
    """Who changed a message and when. `?from=1&to=3`: what differs between two versions; `?before=`: earlier ones."""
    return _page(queries.get_post(current_actor(), public_id), ReasonForm.empty())


@bp.post("/posts/<public_id>/history")
@login_required
@limiter.limit("20 per minute", key_func=member_key)
def change_history(public_id: str) -> ResponseReturnValue:
    """Bring a version back or take its text away. Form: `action` (restore, remove), `version`, `reason`."""
    member = current_member()
    post = queries.get_post(member, public_id)
    action, number = request.form.get("action", ""), request.form.get("version", type=whole)
    if action not in {"restore", "remove"} or number is None:
        raise NotFound
    reason = request.form.get("reason", "")
    try:
        (_restore if action == "restore" else _remove)(post, number, reason)
    except Invalid as refused:
        return _page(post, ReasonForm.refused(reason, refused.reason)), 422
    return redirect(url_for("forum.show_history", public_id=public_id), 303)


def _restore(post: Post, number: int, reason: str) -> None:
    member = current_member()
    require(history.can_restore_version(member, post))
    version = next((one for one in history.versions_of(member, post) if one.number == number), None)
    if version is None:
        raise NotFound
    draft = draft_post(version.body, version.lang, post.client_token)  # rendered before the write lock
    with unit_of_work():
        history.restore_version(member, post, number, draft, reason)
    flash(pgettext("history", "The message says again what version %(number)s said.", number=number), "success")


def _remove(post: Post, number: int, reason: str) -> None:
    with unit_of_work():
        history.remove_version(current_member(), post, number, reason)
    flash(pgettext("forum", "Done, and noted in the log."), "success")


def _page(post: Post, form: ReasonForm) -> str:
    actor = current_actor()
    versions = history.versions_of(actor, post)
    old, new = history.chosen_pair(versions, request.args.get("from", ""), request.args.get("to", ""))
    before = request.args.get("before", type=whole) or versions[-1].number + 1
    listed = [version for version in reversed(versions) if version.number < before]
    rest = listed[SIZE:]
    return render_template(
        "forum/show_history.html",
        post=post,
        topic_address=topic_url(post.topic, number=post.number),
        versions=listed[:SIZE],
        earlier=rest[0].number + 1 if rest else 0,
        is_first=before > versions[-1].number,
        total=len(versions),
        old=old,
        new=new,
        parts=[] if old.removed_at or new.removed_at else parts(old.body, new.body),
        restores=bool(history.can_restore_version(actor, post)),
        removes=bool(history.can_remove_version(actor, post)),
        form=form,
    )
