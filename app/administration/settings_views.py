"""Settings in the browser, with the log of their changes."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.actor import current_member
from app.administration.blueprint import at_the_desk, bp
from app.administration.changing import change_options, get_change, list_changes, shown_value, undo_change
from app.administration.option_form import OptionForm, groups, option_form, options_of
from app.administration.policy import can_administer
from app.core.errors import Conflict, Invalid, NotFound
from app.core.events import unit_of_work
from app.core.i18n import pgettext
from app.core.mail_settings import is_set_by_file


@bp.route("/settings", methods=["GET", "POST"])
@bp.route("/settings/<group>", methods=["GET", "POST"])
@at_the_desk
def edit_settings(group: str = "site") -> ResponseReturnValue:
    """The options of a group; staff read them."""
    if group not in groups():
        raise NotFound
    form = option_form(options_of(group))
    if form.validate_on_submit() and _save(form):  # type: ignore[no-untyped-call]
        flash(pgettext("account", "Your settings are saved."), "success")
        return redirect(url_for("administration.edit_settings", group=group), 303)
    page = render_template(
        "administration/edit_settings.html", form=form, group=group, groups=groups(),
        may_change=bool(can_administer(current_member())),
        is_set_by_file=group == "mail" and is_set_by_file(current_app.extensions["settings"]),
    )  # fmt: skip
    return page, 422 if form.errors or form.form_errors else 200


def _save(form: OptionForm) -> bool:
    wanted = {option.name: form.wanted(option) for option in form.chosen if not form.is_left(option)}
    try:
        with unit_of_work():
            change_options(current_member(), wanted)
    except Invalid as refused:
        form.say(refused)
        return False
    return True


@bp.get("/settings-log")
@at_the_desk
def show_changes() -> ResponseReturnValue:
    """Who changed which setting, when, from what to what."""
    found = list_changes(request.args.get("after"))
    here = url_for("administration.show_changes")
    return render_template(
        "administration/list_changes.html", found=found, shown_value=shown_value,
        first_page="" if found.is_first else here,
        next_page=url_for("administration.show_changes", after=found.next_key) if found.next_key else "",
        may_change=bool(can_administer(current_member())),
    )  # fmt: skip


@bp.post("/settings-log/<int:change_id>/undo")
@at_the_desk
def undo_setting(change_id: int) -> ResponseReturnValue:
    """Take a change back."""
    try:
        with unit_of_work():
            undo_change(current_member(), get_change(change_id))
    except (Conflict, Invalid) as refused:
        flash(str(refused.reason), "error")
    else:
        flash(pgettext("desk", "The setting has its earlier value again."), "success")
    return redirect(url_for("administration.show_changes"), 303)
