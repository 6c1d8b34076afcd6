"""Pages of one's own account, and the two steps of signing in that Flask-Security leaves out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required, logout_user
from flask_security.proxies import _datastore
from flask_security.utils import get_message
from flask_wtf import FlaskForm

from app.accounts import queries, services, sessions
from app.accounts.actor import current_actor, current_member
from app.accounts.forms import SignInForm
from app.accounts.identity import is_code_of
from app.accounts.settings_form import SettingsForm
from app.core import i18n
from app.core.errors import Invalid
from app.core.events import unit_of_work
from app.core.i18n import pgettext

bp = Blueprint("accounts", __name__, url_prefix="/<lang>")


@bp.get("/register/sent")
def await_code() -> ResponseReturnValue:
    """Where who has just signed up types the mailed code."""
    address = session.get("awaited")
    if not address or not current_actor().is_visitor:
        return redirect(url_for("security.login"))
    return render_template("accounts/await_code.html", form=SignInForm(formdata=None, identity=address))


def open_sign_in_link() -> ResponseReturnValue:
    """Behind a mailed link: one button that signs in. Programs that open every link of a mail do not press it."""
    code, member = request.args.get("code", ""), _datastore.find_user(fs_uniquifier=request.args.get("id", ""))
    if member is None or not member.is_active or not is_code_of(member, code):
        flash(*get_message("INVALID_CODE"))
        return redirect(url_for("security.login"))
    return render_template("accounts/open_sign_in_link.html", member=member, code=code, form=SignInForm(formdata=None))


@bp.get("/account/")
@login_required
def show_account() -> ResponseReturnValue:
    """What there is to see and to change about one's own account."""
    return render_template("accounts/show_account.html", member=current_member())


@bp.route("/account/settings", methods=["GET", "POST"])
@login_required
def edit_settings() -> ResponseReturnValue:
    """Name, handle, country, languages, time zone, presentation, presence."""
    member = current_member()
    form = SettingsForm(member)
    if form.validate_on_submit():  # type: ignore[no-untyped-call]
        draft = form.draft()
        try:
            with unit_of_work():
                services.change_profile(member, member, draft)
        except Invalid as refused:
            form.handle.errors = [str(refused.reason)]
        else:
            flash(pgettext("account", "Your settings are saved."), "success")
            response = redirect(url_for("accounts.edit_settings", lang=draft.ui_lang))
            response.set_cookie(i18n.COOKIE, draft.ui_lang, max_age=31_536_000, samesite="Lax", httponly=True)
            return response
    return render_template("accounts/edit_settings.html", form=form, member=member)


@bp.get("/account/sessions")
@login_required
def list_sessions() -> ResponseReturnValue:
    """The devices one is signed in on."""
    opened = queries.list_sessions(current_member())
    return render_template(
        "accounts/list_sessions.html", sessions=opened, current=sessions.current_session(), form=FlaskForm()
    )


@bp.post("/account/sessions/<int:session_id>/end")
@login_required
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign one device out; this one goes through the same door as signing out."""
    current = sessions.current_session()
    if current is not None and current.id == session_id:
        logout_user()
        return redirect(url_for("site.home"))
    with unit_of_work():
        services.end_session(current_member(), queries.get_session(current_member(), session_id))
    flash(pgettext("account", "This device is signed out."), "success")
    return redirect(url_for("accounts.list_sessions"))


@bp.post("/account/sessions/end-all")
@login_required
def end_all_sessions() -> ResponseReturnValue:
    """Sign every device out, this one too."""
    member = current_member()
    with unit_of_work():
        services.end_all_sessions(member, except_digest=sessions.current_digest())
    logout_user()
    flash(pgettext("account", "All your devices are signed out."), "success")
    return redirect(url_for("security.login"))
