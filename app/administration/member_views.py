"""Members and roles at the desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security.confirmable import send_confirmation_instructions
from sqlalchemy import select
from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, Length, Optional

from app.accounts.actor import current_member
from app.accounts.models import EXCLUDED, ROLES, User
from app.accounts.queries import find_member
from app.administration import members, people
from app.administration.blueprint import at_the_desk, bp
from app.administration.members import Wanted
from app.administration.policy import can_administer
from app.core.db import db
from app.core.errors import DomainError
from app.core.events import unit_of_work
from app.core.forms import Form
from app.core.i18n import lazy_pgettext, pgettext, translated
from app.core.typed import one_line
from app.forum.models import Space
from app.privacy.closing import close_account

STATES = {
    "active": lazy_pgettext("account state", "Active"),
    "pending": lazy_pgettext("account state", "Address not confirmed"),
    "waiting": lazy_pgettext("account state", "Waits to be let in"),
    "refused": lazy_pgettext("account state", "Not let in"),
    "suspended": lazy_pgettext("account state", "Suspended"),
    "closed": lazy_pgettext("account state", "Closed"),
    "anonymised": lazy_pgettext("account state", "Erased"),
}
ROLE_NAMES = {
    "moderator": lazy_pgettext("role", "Moderator"),
    "facilitator": lazy_pgettext("role", "Facilitator"),
    "staff": lazy_pgettext("role", "Staff"),
    "administrator": lazy_pgettext("role", "Administrator"),
    "participant": lazy_pgettext("role", "Participant"),
    EXCLUDED: lazy_pgettext("role", "Excluded"),
}
HELD_ROLES = {name: label for name, label in ROLE_NAMES.items() if name != EXCLUDED}
"""Roles to look members up by; being excluded is what a member's own page says."""


class RoleForm(Form):
    """A role for a member."""

    member = StringField(
        lazy_pgettext("desk", "Handle or address of the member"),
        filters=[lambda said: one_line(said or "")],
        validators=[DataRequired(), Length(max=254)],
        render_kw={"dir": "ltr", "autocomplete": "off"},
    )
    role = SelectField(lazy_pgettext("desk", "Role"), choices=[SelectChoice(name, ROLE_NAMES[name]) for name in ROLES])
    space = SelectField(lazy_pgettext("desk", "In"), validate_choice=False)
    until = DateField(lazy_pgettext("desk", "Until and with"), validators=[Optional()])


class CloseForm(Form):
    """Why an account is closed."""

    reason = StringField(
        lazy_pgettext("forum", "Reason"),
        filters=[lambda said: one_line(said or "")],
        validators=[DataRequired(), Length(max=500)],
        render_kw={"maxlength": 500},
    )


@bp.get("/members")
@at_the_desk
def list_members() -> ResponseReturnValue:
    """Members by name, handle, mail, state and role."""
    wanted = Wanted(*(request.args.get(name, "")[:100] for name in ("q", "state", "role")))
    found = members.list_members(wanted, request.args.get("after"))
    kept: dict[str, Any] = {"q": wanted.words, "state": wanted.state, "role": wanted.role}
    here = url_for("administration.list_members", **kept)
    return render_template(
        "administration/list_members.html", found=found, wanted=wanted, states=STATES, roles=HELD_ROLES,
        counts=members.count_states(), first_page="" if found.is_first else here,
        next_page=url_for("administration.list_members", **kept, after=found.next_key) if found.next_key else "",
    )  # fmt: skip


@bp.get("/members/<public_id>")
@at_the_desk
def show_member(public_id: str) -> ResponseReturnValue:
    """One member: state, roles, what can be done."""
    return _member_page(members.get_member(public_id), CloseForm(formdata=None))  # type: ignore[no-untyped-call]


def _member_page(member: User, form: CloseForm) -> str:
    return render_template(
        "administration/show_member.html", member=member, form=form, states=STATES, roles=ROLE_NAMES,
        spaces=_space_titles(), may_change=bool(can_administer(current_member())),
    )  # fmt: skip


@bp.post("/members/<public_id>/confirm")
@at_the_desk
def resend_confirmation(public_id: str) -> ResponseReturnValue:
    """Send the confirming mail again."""
    member = members.get_member(public_id)
    if member.status == "pending":
        send_confirmation_instructions(member)  # type: ignore[no-untyped-call]
        flash(pgettext("desk", "The confirming mail is on its way."), "success")
    return redirect(url_for("administration.show_member", public_id=public_id), 303)


@bp.post("/members/<public_id>/close")
@at_the_desk
def close_member(public_id: str) -> ResponseReturnValue:
    """Close an account, with a reason."""
    member, form = members.get_member(public_id), CloseForm()  # type: ignore[no-untyped-call]
    if not form.validate_on_submit():  # type: ignore[no-untyped-call]
        return _member_page(member, form), 422
    try:
        with unit_of_work():
            close_account(current_member(), member, str(form.reason.data))
    except DomainError as refused:
        form.reason.errors = [str(refused.reason)]
        return _member_page(member, form), refused.status
    flash(pgettext("desk", "The account is closed."), "success")
    return redirect(url_for("administration.show_member", public_id=public_id), 303)


@bp.route("/roles", methods=["GET", "POST"])
@at_the_desk
def list_roles() -> ResponseReturnValue:
    """Who holds which role, where and until when; giving one."""
    form, titles = RoleForm(), _space_titles()  # type: ignore[no-untyped-call]
    whole = SelectChoice("", pgettext("desk", "The whole site"))
    form.space.choices = [whole, *(SelectChoice(str(key), name) for key, name in titles.items())]
    if form.validate_on_submit() and _give(form):  # type: ignore[no-untyped-call]
        flash(pgettext("desk", "The role is given."), "success")
        return redirect(url_for("administration.list_roles"), 303)
    page = render_template(
        "administration/list_roles.html", form=form, held=members.role_holders(), roles=ROLE_NAMES, spaces=titles,
        may_change=bool(can_administer(current_member())),
    )  # fmt: skip
    return page, 422 if form.errors or form.form_errors else 200


def _give(form: RoleForm) -> bool:
    member = find_member(str(form.member.data))
    if member is None:
        form.member.errors = [pgettext("desk", "There is no member with this handle or address.")]
        return False
    space = str(form.space.data or "")
    day = form.until.data
    until = datetime.combine(day, datetime.min.time(), UTC) + timedelta(days=1) if day else None
    try:
        with unit_of_work():
            people.give_role(current_member(), member, form.role.data, _space_id(space), until)
    except DomainError as refused:
        at = form.until if getattr(refused, "field", "") == "until" else form.role
        at.errors = [str(refused.reason)]
        return False
    return True


@bp.post("/roles/take")
@at_the_desk
def take_role() -> ResponseReturnValue:
    """Take a role back. Form: `member` (its public id), `role`, `space`."""
    member, space = members.get_member(request.form.get("member", "")), request.form.get("space", "")
    try:
        with unit_of_work():
            role = request.form.get("role", "")
            people.take_role(current_member(), member, role, _space_id(space))
    except DomainError as refused:
        flash(str(refused.reason), "error")
    else:
        flash(pgettext("desk", "The role is taken back."), "success")
    return redirect(url_for("administration.list_roles"), 303)


def _space_id(typed: str) -> int | None:
    """The space of a form; None for the whole site."""
    return int(typed) if typed.isdecimal() and len(typed) < 13 else None


def _space_titles() -> dict[int, str]:
    rows = db.session.execute(select(Space.id, Space.title).order_by(Space.position, Space.id))
    return {space_id: translated(title) for space_id, title in rows}
