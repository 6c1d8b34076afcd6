"""Blocked mail domains and networks, for administrators."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length, NumberRange

from app.accounts import blocks
from app.accounts.actor import current_member
from app.core.db import now
from app.core.errors import DomainError, Invalid
from app.core.events import unit_of_work
from app.core.forms import Form
from app.core.i18n import lazy_pgettext, pgettext
from app.core.policy import require
from app.moderation.blueprint import bp

MOST_DAYS = 730


class BlockForm(Form):
    """What is blocked, why, and for how long: an address is not kept for ever."""

    kind = RadioField(
        lazy_pgettext("block", "What to block"),
        choices=[
            SelectChoice("domain", lazy_pgettext("block", "A mail domain")),
            SelectChoice("network", lazy_pgettext("block", "A network address")),
        ],
        default="domain",
    )
    value = StringField(
        lazy_pgettext("block", "Domain or address"),
        validators=[InputRequired(), Length(max=254)],
        render_kw={"dir": "ltr", "autocomplete": "off"},
    )
    days = IntegerField(
        lazy_pgettext("block", "Days until it ends"),
        validators=[InputRequired(), NumberRange(1, MOST_DAYS)],
        default=30,
    )
    reason = StringField(lazy_pgettext("block", "Reason"), validators=[InputRequired(), Length(max=500)])


@bp.route("/moderation/blocks", methods=["GET", "POST"])
@login_required
def list_blocks() -> ResponseReturnValue:
    """The blocks in force, and the form of a new one."""
    member, form = current_member(), BlockForm()  # type: ignore[no-untyped-call]
    require(blocks.can_block(member))
    if form.validate_on_submit():  # type: ignore[no-untyped-call]
        try:
            with unit_of_work():
                until = now() + timedelta(days=form.days.data or 1)
                blocks.add_block(member, form.kind.data, form.value.data or "", form.reason.data or "", until)
        except DomainError as refused:
            field = form[refused.field] if isinstance(refused, Invalid) and refused.field in form else form.value
            field.errors = [*field.errors, str(refused.reason)]
        else:
            flash(pgettext("block", "It is blocked from now on."), "success")
            return redirect(url_for("moderation.list_blocks"), 303)
    page = render_template("moderation/list_blocks.html", form=form, blocks=blocks.blocks(member), token=FlaskForm())
    return page, 422 if form.errors else 200


@bp.post("/moderation/blocks/<int:block_id>/end")
@login_required
def end_block(block_id: int) -> ResponseReturnValue:
    """Lift a block before its end."""
    with unit_of_work():
        blocks.end_block(current_member(), block_id)
    flash(pgettext("block", "The block is lifted."), "success")
    return redirect(url_for("moderation.list_blocks"), 303)
