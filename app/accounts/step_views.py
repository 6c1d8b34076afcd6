"""Pages of the second step: set it up, take it, and the way there for who owes it."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from flask_login import login_required
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.accounts import authenticator, queries, second_step, sessions
from app.accounts.actor import current_actor, current_member
from app.accounts.models import SessionRecord, User
from app.config import Settings
from app.core.db import now
from app.core.errors import DomainError
from app.core.events import unit_of_work
from app.core.forms import Form
from app.core.i18n import lazy_pgettext, pgettext
from app.extensions import limiter

bp = Blueprint("second_step", __name__, url_prefix="/<lang>/account")

WAITS_FOR = timedelta(minutes=15)
OPEN = {"second_step", "security", "pages", "privacy", "operating", None}
"""Blueprints (none: files, and what has no page) that stay open to who has power and no second step yet: turning it on,
signing out, what one agrees to and leaving."""
TRIES = "10 per 15 minutes"
TRIES_FOR_ONE = "20 per hour"
"""For one member, from all addresses together."""


class CodeForm(Form):
    """One code."""

    code = StringField(
        lazy_pgettext("account", "Code"),
        filters=[lambda said: (said or "").strip()],
        validators=[DataRequired(), Length(max=40)],
        render_kw={"class": "short", "autocomplete": "one-time-code", "dir": "ltr", "maxlength": 40},
    )


def _whose() -> str:
    """Who has shown the first thing they know, from whatever address: six digits are soon guessed from many."""
    found = queries.find_waiting(sessions.current_digest(), now() - WAITS_FOR)
    return f"member {found[0].id}" if found else get_remote_address()


def _failed(answer: Response) -> bool:
    return answer.status_code == 422


@bp.route("/second-step", methods=["GET", "POST"])
@limiter.limit(TRIES, key_func=get_remote_address, methods=["POST"], deduct_when=_failed)
@limiter.limit(TRIES_FOR_ONE, key_func=_whose, methods=["POST"], deduct_when=_failed)
def take_step() -> ResponseReturnValue:
    """Where who has shown the first thing they know shows the second."""
    found = queries.find_waiting(sessions.current_digest(), now() - WAITS_FOR)
    if found is None:
        session.pop(sessions.WAITING, None)
        return redirect(url_for("security.login"))
    form = CodeForm()  # type: ignore[no-untyped-call]
    if form.validate_on_submit() and _takes(form, *found):  # type: ignore[no-untyped-call]
        return redirect(_next_address())
    return render_template("accounts/take_step.html", form=form), 422 if form.errors else 200


def _takes(form: CodeForm, member: User, waiting: SessionRecord) -> bool:
    token = sessions.new_token()
    try:
        with unit_of_work():
            second_step.take_step(member, waiting, str(form.code.data), sessions.digest(token))
    except DomainError as refused:
        form.code.errors = [str(refused.reason)]
        return False
    session.pop(sessions.WAITING, None)
    session[sessions.KEY] = token
    return True


def _next_address() -> str:
    """Where the reader was going; an address of this site starts with one slash."""
    wanted = request.args.get("next", "")
    is_here = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if is_here else url_for("site.home")


@bp.route("/second-factor", methods=["GET", "POST"])
@login_required
@limiter.limit(TRIES, key_func=get_remote_address, methods=["POST"], deduct_when=_failed)
def set_up() -> ResponseReturnValue:
    """Turn the second step on; where it is, its state and what can be changed about it."""
    member = current_member()
    form = CodeForm()  # type: ignore[no-untyped-call]
    factor = second_step.factor_of(member.id)
    if factor is not None:
        return _change(member, form)
    secret = session.get("new_factor") or authenticator.new_secret()
    session["new_factor"] = secret
    if form.validate_on_submit():  # type: ignore[no-untyped-call]
        try:
            with unit_of_work():
                codes = second_step.turn_on(member, secret, str(form.code.data))
        except DomainError as refused:
            form.code.errors = [str(refused.reason)]
        else:
            session.pop("new_factor", None)
            return _show_codes(codes)
    page = render_template(
        "accounts/set_up_second_step.html", form=form, key=authenticator.readable_key(secret),
        picture=authenticator.picture(secret, member.email or member.handle),
        is_owed=second_step.owes_second_step(member),
    )  # fmt: skip
    return _private(page), 422 if form.errors else 200


def _change(member: User, form: CodeForm) -> ResponseReturnValue:
    """What can be done once the second step is on: new recovery codes, turn it off."""
    if form.validate_on_submit():  # type: ignore[no-untyped-call]
        try:
            with unit_of_work():
                if "off" in request.form:
                    second_step.turn_off(member, str(form.code.data))
                else:
                    codes = second_step.renew_recovery(member, str(form.code.data))
        except DomainError as refused:
            form.code.errors = [str(refused.reason)]
        else:
            if "off" not in request.form:
                return _show_codes(codes)
            flash(pgettext("account", "The second step is turned off."), "success")
            return redirect(url_for("accounts.show_account"))
    return render_template(
        "accounts/show_second_step.html", form=form, factor=second_step.factor_of(member.id),
        is_owed=second_step.owes_second_step(member),
    ), 422 if form.errors else 200  # fmt: skip


def _show_codes(codes: list[str]) -> Response:
    """The recovery codes, this once."""
    goes_on = current_member().role_name and "administration.show_overview" in current_app.view_functions
    return _private(render_template("accounts/show_recovery_codes.html", codes=codes, goes_on=goes_on))


def _private(page: str) -> Response:
    """A page with a secret: nothing keeps it."""
    response = Response(page, mimetype="text/html")
    response.cache_control.no_store = True
    return response


def lead_to_second_step(response: Response) -> Response:
    """After the first step, to the second, which goes where the first would have."""
    if g.get("awaits_code") and response.status_code in {301, 302, 303}:
        response.location = url_for("second_step.take_step", next=response.location)
    return response


def ask_second_step() -> ResponseReturnValue | None:
    """Lead whoever has power over others, and no second step yet, to turn it on: nothing else opens to them before.

    Power goes with the member and not with an address: they would take it everywhere.
    """
    settings = cast(Settings, current_app.extensions["settings"])
    if not settings.second_factor or request.blueprint in OPEN:
        return None
    member = current_actor()
    if not isinstance(member, User) or not second_step.owes_second_step(member):
        return None
    if (member.is_demo and settings.demo) or second_step.factor_of(member.id) is not None:
        return None
    flash(pgettext("account", "Your role needs a second step to sign in. Turn it on to go on."), "info")
    return redirect(url_for("second_step.set_up"), 303)
