"""Letting people in: requests to join that wait, and invitations to the site."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from app.accounts import admission
from app.accounts.actor import current_member
from app.core.db import now
from app.core.errors import Invalid
from app.core.events import unit_of_work
from app.core.forms import Form
from app.core.i18n import lazy_pgettext, pgettext
from app.core.policy import require
from app.moderation.blueprint import bp


class TurnAwayForm(Form):
    """Why somebody may not join; the service refuses an empty reason."""

    reason = StringField(lazy_pgettext("account", "Reason, sent to the person"), validators=[Length(max=500)])


class InvitationForm(Form):
    """How many people a link lets in, and until when."""

    uses = IntegerField(
        lazy_pgettext("account", "How many people it lets in"),
        validators=[InputRequired(), NumberRange(1, admission.MOST_USES)],
        default=1,
    )
    days = IntegerField(
        lazy_pgettext("account", "Days it can be used"), validators=[InputRequired(), NumberRange(1, 365)], default=14
    )
    note = StringField(lazy_pgettext("account", "For whom, as a reminder"), validators=[Length(max=120)])


@bp.get("/moderation/requests")
@login_required
def list_requests() -> ResponseReturnValue:
    """Who waits to be let in."""
    return _requests(TurnAwayForm(formdata=None), 0)  # type: ignore[no-untyped-call]


@bp.post("/moderation/requests/<int:member_id>/accept")
@login_required
def let_in(member_id: int) -> ResponseReturnValue:
    """Let somebody in, and tell them."""
    with unit_of_work():
        admission.let_in(current_member(), member_id)
    flash(pgettext("account", "The account is open, and its owner is told."), "success")
    return redirect(url_for("moderation.list_requests"), 303)


@bp.post("/moderation/requests/<int:member_id>/refuse")
@login_required
def turn_away(member_id: int) -> ResponseReturnValue:
    """Refuse a request, and say why."""
    form = TurnAwayForm()  # type: ignore[no-untyped-call]
    try:
        with unit_of_work():
            admission.turn_away(current_member(), member_id, form.reason.data or "")
    except Invalid as refused:
        form.reason.errors = (str(refused.reason),)
        return _requests(form, member_id), 422
    flash(pgettext("account", "The request is refused, and the person is told."), "success")
    return redirect(url_for("moderation.list_requests"), 303)


@bp.route("/moderation/invitations", methods=["GET", "POST"])
@login_required
def list_invitations() -> ResponseReturnValue:
    """Invitations to the site; a new one is shown once."""
    member, form, link = current_member(), InvitationForm(), ""  # type: ignore[no-untyped-call]
    require(admission.can_admit(member))
    if form.validate_on_submit():  # type: ignore[no-untyped-call]
        with unit_of_work():
            until = now() + timedelta(days=form.days.data or 1)
            token = admission.invite(member, form.note.data or "", form.uses.data or 1, until)
        link = url_for("security.register", invitation=token)
    listed = admission.invitations(member)
    page = render_template(
        "moderation/list_invitations.html", form=form, link=link, invitations=listed, token=FlaskForm()
    )
    return page, 422 if form.errors else 200


@bp.post("/moderation/invitations/<int:invitation_id>/withdraw")
@login_required
def withdraw_invitation(invitation_id: int) -> ResponseReturnValue:
    """Nobody joins by it any more."""
    with unit_of_work():
        admission.withdraw_invitation(current_member(), invitation_id)
    flash(pgettext("account", "The invitation is taken back."), "success")
    return redirect(url_for("moderation.list_invitations"), 303)


def _requests(form: TurnAwayForm, refused_id: int) -> str:
    asked = admission.requests(current_member())
    return render_template(
        "moderation/list_requests.html", requests=asked, form=form, refused_id=refused_id, mode=admission.mode()
    )
