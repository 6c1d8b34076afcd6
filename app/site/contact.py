"""Writing to those who run the site: a form that becomes a mail to them, answered by mail."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from sqlalchemy import select
from wtforms import EmailField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, Length

from app.accounts.actor import current_actor
from app.accounts.models import Role, User
from app.core import mail, options
from app.core.db import db
from app.core.forms import Form
from app.core.humans import HumanCheck
from app.core.i18n import current_lang, default_language, lazy_pgettext, pgettext
from app.core.options import Option, declare
from app.core.typed import one_line
from app.extensions import limiter

CONTACT = declare(
    Option("site.contact", "text", "", lazy_pgettext("option", "Address of those who run the site"), "site",
           lazy_pgettext("option", "Gets what is written on the contact page; the administrators do when it is empty."),
           most=254)
)  # fmt: skip
PER_HOUR = "5 per hour"


class ContactForm(HumanCheck, Form):
    """Who writes, where the answer goes, and the words."""

    human_purpose = "contact"

    name = StringField(
        lazy_pgettext("contact", "Your name"),
        filters=[lambda said: one_line(said or "")],
        validators=[Length(max=60)],
        render_kw={"autocomplete": "name", "maxlength": 60},
    )
    email = EmailField(
        lazy_pgettext("account", "E-mail address"),
        filters=[lambda said: (said or "").strip()],
        validators=[DataRequired(), Email(), Length(max=254)],
        render_kw={"autocomplete": "email", "dir": "ltr"},
    )
    about = StringField(
        lazy_pgettext("contact", "What it is about"),
        filters=[lambda said: one_line(said or "")],
        validators=[DataRequired(), Length(max=120)],
        render_kw={"maxlength": 120},
    )
    body = TextAreaField(
        lazy_pgettext("contact", "What you want to say"),
        filters=[lambda said: (said or "").strip()],
        validators=[DataRequired(), Length(max=10_000)],
        render_kw={"rows": 8, "dir": "auto"},
    )


@limiter.limit(
    PER_HOUR, key_func=get_remote_address, methods=["POST"], deduct_when=lambda answer: answer.status_code == 302
)
def write_to_us() -> ResponseReturnValue:
    """The form, and sending it."""
    actor = current_actor()
    form = ContactForm()
    if isinstance(actor, User) and not form.is_submitted():  # type: ignore[no-untyped-call]
        form.name.data, form.email.data = actor.display_name, actor.email
    if not form.validate_on_submit():  # type: ignore[no-untyped-call]
        return render_template("site/write_to_us.html", form=form), 422 if form.errors else 200
    for address, lang in readers():
        mail.send(
            address, "site/contact", lang, {"Reply-To": str(form.email.data)},
            name=form.name.data, email=form.email.data, about=form.about.data, body=form.body.data,
            spoken=current_lang(), member=actor if isinstance(actor, User) else None,
        )  # fmt: skip
    flash(pgettext("contact", "Your words are on their way. The answer comes by e-mail."), "success")
    return redirect(url_for("site.write_to_us"))


def readers() -> list[tuple[str, str]]:
    """Address and language of each who gets what is written: the operator's address, else the administrators."""
    if address := str(options.value(CONTACT.name)):
        return [(address, default_language())]
    held = select(User.email, User.ui_lang).join(Role, Role.user_id == User.id)
    held = held.where(
        Role.name == "administrator", User.status == "active", User.email.is_not(None), User.is_demo.is_(False)
    )
    found = [(str(email), str(lang)) for email, lang in db.session.execute(held.distinct())]
    return found or [(current_app.extensions["settings"].mail_from, default_language())]
