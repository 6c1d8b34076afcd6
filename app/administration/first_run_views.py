"""The first run as pages: open while no administrator exists, to who knows the token of the console."""

from __future__ import annotations

import os
from typing import cast

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from flask_security.proxies import _datastore
from flask_security.utils import login_user

from app.administration.beginnings import HINTS, has_spaces
from app.administration.first_run_form import FirstRunForm, TokenForm, present_values
from app.administration.mail_views import try_mail
from app.administration.setting_up import has_administrator, set_up
from app.config import Settings
from app.core.errors import DomainError, Invalid, NotFound
from app.core.events import unit_of_work
from app.core.first_token import drop_first_token, is_first_token
from app.core.i18n import pgettext
from app.core.mail_settings import is_set_by_file, mail_settings
from app.extensions import limiter

bp = Blueprint("first_run", __name__, url_prefix="/<lang>/first-run")
KEPT = "first_run"


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])


def _refuse_once_set_up() -> None:
    if has_administrator():
        raise NotFound


def _failed(answer: object) -> bool:
    return getattr(answer, "status_code", 0) == 422


@bp.route("", methods=["GET", "POST"])
@limiter.limit("60 per 15 minutes", key_func=get_remote_address, methods=["POST"], deduct_when=_failed)
def set_site_up() -> ResponseReturnValue:
    """The form, a test of the mail, and opening the site."""
    _refuse_once_set_up()
    if token := request.args.get("token", ""):
        if is_first_token(_settings(), token):
            session[KEPT] = token
            return redirect(url_for("first_run.set_site_up"))
        return redirect(url_for("first_run.give_token"))
    if not is_first_token(_settings(), str(session.get(KEPT, ""))):
        return redirect(url_for("first_run.give_token"))
    form = FirstRunForm(data=present_values())  # type: ignore[no-untyped-call]
    if request.method == "POST" and "test" in request.form:
        return _tried(form)
    if form.validate_on_submit() and (answer := _opened(form)):  # type: ignore[no-untyped-call]
        return answer
    return _page(form), 422 if form.errors or form.form_errors else 200


@bp.route("/token", methods=["GET", "POST"])
@limiter.limit("10 per 15 minutes", key_func=get_remote_address, methods=["POST"], deduct_when=_failed)
def give_token() -> ResponseReturnValue:
    """Where who opened the pages without the token types it."""
    _refuse_once_set_up()
    form = TokenForm()  # type: ignore[no-untyped-call]
    if form.validate_on_submit():  # type: ignore[no-untyped-call]
        if is_first_token(_settings(), str(form.token.data)):
            session[KEPT] = form.token.data
            return redirect(url_for("first_run.set_site_up"), 303)
        form.token.errors = [pgettext("first run", "This is not the token that the console shows.")]
    return render_template("administration/give_token.html", form=form), 422 if form.errors else 200


def _page(form: FirstRunForm, sent: str = "", trouble: str = "") -> str:
    settings = _settings()
    return render_template(
        "administration/set_site_up.html", form=form, hints=HINTS, sent=sent, trouble=trouble,
        is_set_by_file=is_set_by_file(settings), has_spaces=has_spaces(),
        can_write=os.access(settings.var, os.W_OK), sends=bool(mail_settings(settings).smtp_url),
    )  # fmt: skip


def _tried(form: FirstRunForm) -> ResponseReturnValue:
    """Send a test with what was typed; nothing is written."""
    if not form.email.validate(form) or "@" not in str(form.email.data):
        form.email.errors = [pgettext("account", "Write a whole address, for example name@example.org.")]
        return _page(form), 422
    settings = form.with_mail(_settings())
    if trouble := try_mail(settings, str(form.email.data)):
        return _page(form, trouble=trouble), 422
    took = pgettext("desk", "The server took the mail. See that it arrived.")
    folder = pgettext("desk", "There is no mail server: the mail landed in the folder of this machine.")
    return _page(form, sent=took if settings.smtp_url else folder), 200


def _opened(form: FirstRunForm) -> ResponseReturnValue | None:
    """Write everything, sign the administrator in, lead to the second step."""
    settings = _settings()
    try:
        with unit_of_work():
            member = set_up(form.chosen(settings))
    except Invalid as refused:
        if refused.field in form:
            form[refused.field].errors = [str(refused.reason)]
        else:
            form.form_errors = [str(refused.reason)]
        return None
    except DomainError as refused:
        form.form_errors = [str(refused.reason)]
        return None
    drop_first_token(settings)
    session.pop(KEPT, None)
    assert member is not None
    login_user(member, authn_via=["password"])
    _datastore.commit()  # type: ignore[no-untyped-call]
    flash(
        pgettext("first run", "The site is open. Turn on the second step, then look at what is left to do."), "success"
    )
    return redirect(url_for("second_step.set_up", lang=member.ui_lang), 303)
