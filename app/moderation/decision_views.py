"""Decisions as the person concerned reads them, signed in or by the link of the mail, and their appeal."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from flask_login import login_required

from app.accounts.actor import current_actor, current_member
from app.core.errors import Invalid, NotAllowed
from app.core.events import unit_of_work
from app.core.i18n import pgettext
from app.core.oversight import Said
from app.core.subjects import kind
from app.extensions import limiter
from app.forum.addresses import narrowed
from app.moderation import policy, queries
from app.moderation.appealing import appeal as file_appeal
from app.moderation.blueprint import bp
from app.moderation.forms import AppealForm
from app.moderation.keys import is_key_of
from app.moderation.models import Decision


@bp.get("/account/decisions")
@login_required
def list_decisions() -> ResponseReturnValue:
    """What was decided about oneself and what one published."""
    found = queries.decisions_about(current_member(), request.args.get("after"))
    address = url_for("moderation.list_decisions")
    return render_template(
        "moderation/list_decisions.html",
        found=found,
        first_page="" if found.is_first else address,
        next_page=narrowed(address, after=found.next_key) if found.next_key else "",
    )


@bp.get("/decisions/<public_id>")
def show_decision(public_id: str) -> ResponseReturnValue:
    """A decision with its statement of reasons, what it is about, and the way to appeal."""
    key = request.args.get("key", "")
    decision = queries.get_decision(current_actor(), public_id, key)
    return _page(decision, AppealForm(decision.statement_lang, formdata=None, key=key))


@bp.post("/decisions/<public_id>/appeal")
@limiter.limit("10 per hour", key_func=get_remote_address)
def appeal(public_id: str) -> ResponseReturnValue:
    """Appeal against a decision. Form: `text`, `lang`, and `key` for who is not signed in."""
    key = request.form.get("key", "")
    decision = queries.get_decision(current_actor(), public_id, key)
    form = AppealForm(decision.statement_lang)
    if not form.validate():
        return _page(decision, form), 422
    try:
        with unit_of_work():
            file_appeal(current_actor(), decision, form.draft(), has_key=is_key_of(decision, key))
    except (Invalid, NotAllowed) as refused:
        form.say(refused)
        return _page(decision, form), 422
    flash(
        pgettext("moderation", "Your appeal has reached the moderators. Another one than the first decides."), "success"
    )
    return redirect(narrowed(url_for("moderation.show_decision", public_id=public_id), key=key), 303)


def _page(decision: Decision, form: AppealForm) -> str:
    actor, key = current_actor(), form.key.data or ""
    is_theirs = is_key_of(decision, key) or (not actor.is_visitor and decision.member_id == actor.actor_id)
    return render_template(
        "moderation/show_decision.html",
        decision=decision,
        form=form,
        ruling=policy.can_appeal(actor, decision, is_key_of(decision, key)),
        said=_said(decision),
        title=_title(decision),
        is_theirs=is_theirs,
    )


def _said(decision: Decision) -> Said | None:
    """What it is about, which its author may read again though nobody else can."""
    declared = kind(decision.subject_kind)
    row = declared.load([decision.subject_id]).get(decision.subject_id)
    if row is None or declared.oversight is None or declared.oversight.is_person:
        return None
    return declared.oversight.words([row])[row.id]


def _title(decision: Decision) -> str:
    declared = kind(decision.subject_kind)
    row = declared.load([decision.subject_id]).get(decision.subject_id)
    return declared.link(row).title if row is not None else ""
