"""The queue of texts that wait: read in place, approve one or several, refuse with a reason."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField

from app.accounts import trust
from app.accounts.actor import current_member
from app.core.errors import DomainError, Invalid
from app.core.events import room_heads, unit_of_work
from app.core.i18n import language_name, lazy_pgettext, npgettext, pgettext
from app.core.policy import require
from app.forum.addresses import narrowed
from app.forum.order import waiting
from app.forum.order.carried import files_to_read
from app.forum.order.held import HeldText
from app.forum.order.journal import log_spaces
from app.forum.reach import moderated_spaces
from app.moderation import deciding_texts
from app.moderation.blueprint import bp
from app.moderation.policy import can_open_desk
from app.moderation.sifting import CAUSES

MOST_AT_ONCE = 50


class RefusalForm(FlaskForm):
    """Why a text is not published; the service refuses an empty reason, so that every door does."""

    reason = TextAreaField(
        lazy_pgettext("moderation", "Reason, sent to the author"), render_kw={"rows": 3, "maxlength": 500}
    )
    is_spam = BooleanField(lazy_pgettext("moderation", "It is advertising or fraud"))


@bp.get("/moderation/waiting")
@login_required
def list_waiting() -> ResponseReturnValue:
    """What waits in the spaces one moderates, the longest waiting first."""
    return _page()


@bp.post("/moderation/waiting/approve")
@login_required
def approve_waiting() -> ResponseReturnValue:
    """Approve the texts that were ticked. Form: `held`, several times."""
    member = current_member()
    require(can_open_desk(member))
    ids = [int(one) for one in request.form.getlist("held")[:MOST_AT_ONCE] if one.isdecimal() and len(one) < 16]
    done = 0
    for held in waiting.get_helds(member, ids):
        try:
            with unit_of_work():
                deciding_texts.approve(member, held)
            done += 1
        except DomainError as refused:
            flash(str(refused.reason), "error")
    said = npgettext("moderation", "%(num)d message is published.", "%(num)d messages are published.", done)
    flash(said, "success" if done else "info")
    return _back()


@bp.post("/moderation/waiting/<int:held_id>/approve")
@login_required
def approve_text(held_id: int) -> ResponseReturnValue:
    """Publish one text."""
    member = current_member()
    held = waiting.get_held(member, held_id)
    with unit_of_work():
        deciding_texts.approve(member, held)
    flash(pgettext("moderation", "The message is published."), "success")
    return _back()


@bp.post("/moderation/waiting/<int:held_id>/refuse")
@login_required
def refuse_text(held_id: int) -> ResponseReturnValue:
    """Refuse one text. Form: `reason`, `is_spam`."""
    member, form = current_member(), RefusalForm()  # type: ignore[no-untyped-call]
    held = waiting.get_held(member, held_id)
    try:
        with unit_of_work():
            deciding_texts.refuse(member, held, form.reason.data or "", bool(form.is_spam.data))
    except Invalid as refused:
        form.reason.errors = (str(refused.reason),)
        return _page(form, held_id), 422
    flash(pgettext("moderation", "The message is refused, and its author is told."), "success")
    return _back()


def _back() -> ResponseReturnValue:
    kept = {name: request.args.get(name, "") for name in ("space", "text_lang")}
    return redirect(narrowed(url_for("moderation.list_waiting"), **kept), 303)


def _page(refusal: RefusalForm | None = None, refused_id: int = 0) -> str:
    member = current_member()
    require(can_open_desk(member))
    spaces = log_spaces(member)
    space = next((one for one in spaces if one.slug == request.args.get("space")), None)
    langs = waiting.langs_waiting(member)
    lang = request.args.get("text_lang", "")
    lang = lang if lang in langs else ""
    found = waiting.queue_page(member, waiting.Queue(lang, space.id if space else None), request.args.get("after"))
    address, kept = url_for("moderation.list_waiting"), {"space": space.slug if space else "", "text_lang": lang}
    return render_template(
        "moderation/list_waiting.html",
        found=found,
        items=[_item(held) for held in found.rows],
        total=waiting.count_waiting(member),
        spaces=spaces,
        space=space,
        text_lang=lang,
        langs=[(tag, language_name(tag)) for tag in langs],
        address=address,
        suffix=narrowed("", **kept),
        first_page="" if found.is_first else narrowed(address, **kept),
        next_page=narrowed(address, **kept, after=found.next_key) if found.next_key else "",
        form=refusal,
        blank=RefusalForm(formdata=None),  # type: ignore[no-untyped-call]
        refused_id=refused_id,
        rooms=_rooms(),
        actor=member,
    )


def _item(held: HeldText) -> dict[str, Any]:
    causes = [(CAUSES.get(cause["code"], ""), cause.get("words", ())) for cause in held.causes]
    level = trust.name_of(trust.level_of(held.author)) if held.author else ""
    return {"held": held, "causes": causes, "level": level, "files": files_to_read(held)}


def _rooms() -> str:
    """The desks that the page follows live, each with how far it has come."""
    spaces = moderated_spaces(current_member())
    names = ["desk:0"] if spaces is None else [f"desk:{space_id}" for space_id in sorted(spaces)]
    return " ".join(f"{name}={seq}" for name, seq in room_heads(names).items())
