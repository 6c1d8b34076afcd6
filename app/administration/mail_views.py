"""Mail at the desk: what waits, what failed and why, a test."""

from __future__ import annotations

import smtplib
import time
from typing import cast

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select, update
from wtforms import EmailField
from wtforms.validators import DataRequired, Email, Length

from app.accounts.actor import current_member, member_key
from app.administration.blueprint import at_the_desk, bp
from app.administration.policy import can_administer
from app.config import Settings
from app.core import mail
from app.core.audit import audit
from app.core.db import db, now
from app.core.events import unit_of_work
from app.core.forms import Form
from app.core.i18n import current_lang, lazy_pgettext, pgettext
from app.core.mail import OutgoingMail
from app.core.mail_settings import mail_settings
from app.core.transport import transport_for
from app.extensions import limiter

SHOWN = 50


class TestForm(Form):
    """Where a test goes."""

    __test__ = False  # no test of pytest's

    email = EmailField(
        lazy_pgettext("account", "E-mail address"),
        filters=[lambda said: (said or "").strip()],
        validators=[DataRequired(), Email(), Length(max=254)],
        render_kw={"dir": "ltr"},
    )


@bp.get("/mail")
@at_the_desk
def show_mail() -> ResponseReturnValue:
    """The queue, what was given up, and the form of the test."""
    form = TestForm(formdata=None, email=current_member().email)  # type: ignore[no-untyped-call]
    return _page(form)


def _page(form: TestForm) -> str:
    settings = cast(Settings, current_app.extensions["settings"])
    waiting = select(func.count()).where(OutgoingMail.due_at.is_not(None), OutgoingMail.attempts == 0)
    late = select(OutgoingMail).where(OutgoingMail.attempts > 0).order_by(OutgoingMail.id.desc()).limit(SHOWN)
    in_force = mail_settings(settings)
    return render_template(
        "administration/show_mail.html", form=form, waiting=db.session.scalar(waiting) or 0,
        late=db.session.scalars(late).all(), sends=bool(in_force.smtp_url), sender=in_force.mail_from,
        may_change=bool(can_administer(current_member())),
    )  # fmt: skip


@bp.post("/mail/test")
@limiter.limit("10 per hour", key_func=member_key)
@at_the_desk
def send_test() -> ResponseReturnValue:
    """Send a mail now, and say what the server answered."""
    form = TestForm()  # type: ignore[no-untyped-call]
    if not form.validate_on_submit():  # type: ignore[no-untyped-call]
        return _page(form), 422
    said = try_mail(cast(Settings, current_app.extensions["settings"]), str(form.email.data))
    if said:
        form.email.errors = [said]
        return _page(form), 422
    flash(sent_words(), "success")
    return redirect(url_for("administration.show_mail"), 303)


def sent_words() -> str:
    """What is said after a test that went."""
    settings = mail_settings(cast(Settings, current_app.extensions["settings"]))
    if settings.smtp_url:
        return pgettext("desk", "The server took the mail. See that it arrived.")
    return pgettext("desk", "There is no mail server: the mail landed in the folder of this machine.")


def try_mail(settings: Settings, address: str) -> str:
    """Send a test at once; what stood in the way in words, or an empty string."""
    letter = mail.compose(address, "administration/test", current_lang())
    letter.id, letter.created_at = time.time_ns() % 1_000_000, now()
    try:
        with transport_for(mail_settings(settings)) as transport:
            transport.carry(letter)
    except (OSError, smtplib.SMTPException, ValueError) as trouble:
        return pgettext("desk", "The mail did not go. The server said: %(words)s", words=_words(trouble))
    return ""


def _words(trouble: Exception) -> str:
    """What a mail server or the network said, on one line."""
    return " ".join(str(trouble).split())[:200] or type(trouble).__name__


@bp.post("/mail/retry")
@at_the_desk
def retry_mail() -> ResponseReturnValue:
    """Try again, now, every mail that failed; with `mail` one of them."""
    chosen = request.form.get("mail", "")
    late = update(OutgoingMail).where(OutgoingMail.attempts > 0)
    if chosen.isdigit():
        late = late.where(OutgoingMail.id == int(chosen[:18]))
    with unit_of_work() as session:
        count = len(session.scalars(late.values(due_at=now(), attempts=0).returning(OutgoingMail.id)).all())
        audit(current_member(), "retry_mail", "mail", 0, mails=count)
        session.info["mail_waits"] = True
    flash(pgettext("desk", "These mails are tried again now."), "success")
    return redirect(url_for("administration.show_mail"), 303)
