"""One's own data: a copy of it, what one agreed to, closing the account and coming back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required, logout_user
from flask_security import auth_required
from flask_wtf import FlaskForm

from app.accounts.actor import current_member
from app.accounts.models import User
from app.accounts.queries import find_member
from app.core import jobs
from app.core.errors import NotFound
from app.core.events import unit_of_work
from app.core.i18n import pgettext
from app.core.policy import require
from app.core.redirects import back
from app.privacy import closing, consents, exporting, policy
from app.privacy.forms import CloseForm, StaffForm
from app.privacy.models import PURPOSES

bp = Blueprint("privacy", __name__, url_prefix="/<lang>")


@bp.get("/account/data")
@login_required
def show_data() -> ResponseReturnValue:
    """Copies of one's data, what one agreed to, and the way out."""
    member = current_member()
    return render_template(
        "privacy/show_data.html",
        member=member,
        exports=exporting.exports_of(member),
        consents=consents.given_by(member),
        form=FlaskForm(),
    )


@bp.post("/account/data")
@login_required
def ask_export() -> ResponseReturnValue:
    """Have a copy made; a mail says when it is ready."""
    member = current_member()
    with unit_of_work():
        exporting.ask_export(member, member)
    jobs.wake("export")
    flash(pgettext("privacy", "Your copy is being made. We write to you when it is ready."), "success")
    return redirect(url_for("privacy.show_data"), 303)


@bp.get("/account/data/<public_id>.zip")
@login_required
def download_export(public_id: str) -> ResponseReturnValue:
    """The copy, for the member alone."""
    export = exporting.get_export(current_member(), public_id)
    answer = send_file(exporting.path_of(export), mimetype="application/zip", as_attachment=True,
                       download_name=f"{current_member().handle}.zip")  # fmt: skip
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.route("/account/close", methods=["GET", "POST"])
@auth_required("session", within=15, grace=0)
def close_account() -> ResponseReturnValue:
    """Close one's account, after signing in afresh."""
    member, form = current_member(), CloseForm()  # type: ignore[no-untyped-call]
    ruling = policy.can_close(member, member, closing.administrators())
    if form.validate_on_submit():  # type: ignore[no-untyped-call]
        require(ruling)
        with unit_of_work():
            closing.close_account(member, member)
        logout_user()
        return redirect(url_for("privacy.show_closed"), 303)
    page = render_template(
        "privacy/close_account.html", member=member, form=form, ruling=ruling, led_alone=closing.led_alone(member)
    )
    return page, 422 if form.errors else 200


@bp.get("/account/closed")
def show_closed() -> ResponseReturnValue:
    """What happens now."""
    return render_template("privacy/show_closed.html")


@bp.route("/account/return/<token>", methods=["GET", "POST"])
def reopen(token: str) -> ResponseReturnValue:
    """Behind the mailed link: one button that opens the account again."""
    found = closing.find_closing(token)
    if request.method == "POST":
        with unit_of_work():
            closing.reopen(closing.find_closing(token))
        flash(pgettext("privacy", "Your account is open again. Sign in to go on."), "success")
        return redirect(url_for("security.login"), 303)
    return render_template("privacy/reopen.html", member=found.user, form=FlaskForm())


@bp.route("/account/consent", methods=["GET", "POST"])
@login_required
def ask_consent() -> ResponseReturnValue:
    """What changed in the texts one agreed to, and the question whether one still does."""
    member, form = current_member(), FlaskForm()
    following = back(url_for("site.home"))
    asked = consents.missing(member)
    if form.validate_on_submit():
        with unit_of_work():
            consents.agree(member)
        return redirect(following, 303)
    return render_template("privacy/ask_consent.html", asked=asked, pages=PURPOSES, form=form, following=following)


@bp.route("/members/<handle>/account", methods=["GET", "POST"])
@login_required
def close_for_member(handle: str) -> ResponseReturnValue:
    """Staff close an account, or erase a closed one, because its owner asked."""
    actor, form = current_member(), StaffForm()  # type: ignore[no-untyped-call]
    member = _member(actor, handle)
    is_closed = member.status == "closed"
    if form.validate_on_submit():  # type: ignore[no-untyped-call]
        reason = form.reason.data or ""
        with unit_of_work():
            if is_closed:
                closing.erase_now(actor, member, reason)
            else:
                closing.close_account(actor, member, reason)
        said = (
            pgettext("privacy", "The account is erased.")
            if is_closed
            else pgettext("privacy", "The account is closed.")
        )
        flash(said, "success")
        return redirect(url_for("site.home"), 303)
    page = render_template(
        "privacy/close_for_member.html", member=member, form=form, is_closed=is_closed,
        led_alone=closing.led_alone(member),
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _member(actor: User, handle: str) -> User:
    """A member whose account staff may end, in whatever state. Raises NotFound, NotAllowed."""
    if not actor.is_staff:
        raise NotFound
    member = find_member(handle)
    if member is None or member.status not in {"active", "suspended", "closed"}:
        raise NotFound
    if member.status != "closed":
        require(policy.can_close(actor, member, closing.administrators()))
    return member
