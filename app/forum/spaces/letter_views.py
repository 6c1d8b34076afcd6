"""The page on which those who lead a space write to its people, and the one on which a receiver wants no more."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, Length

from app.accounts.actor import current_member, member_key
from app.core.errors import Invalid, TooMany
from app.core.events import unit_of_work
from app.core.i18n import CONTENT, current_lang, lazy_pgettext, npgettext, pgettext
from app.core.policy import require
from app.core.typed import one_line
from app.engagement import services as engagement
from app.extensions import limiter
from app.forum import queries
from app.forum.blueprint import bp
from app.forum.forms import own_languages
from app.forum.models import Space
from app.forum.spaces import announcing
from app.forum.spaces.forms import Refusable
from app.places.queries import languages


class LetterForm(Refusable):
    """A letter to everyone in a space."""

    title = StringField(
        lazy_pgettext("contact", "What it is about"), filters=[lambda said: one_line(said or "")],
        validators=[DataRequired(), Length(max=announcing.TITLE_MAX)],
        render_kw={"maxlength": announcing.TITLE_MAX, "dir": "auto"},
    )  # fmt: skip
    body = TextAreaField(
        lazy_pgettext("contact", "What you want to say"),
        filters=[lambda said: (said or "").replace("\r\n", "\n").strip()],
        validators=[DataRequired(), Length(max=announcing.BODY_MAX)],
        render_kw={"rows": 10, "maxlength": announcing.BODY_MAX, "dir": "auto"},
    )  # fmt: skip
    lang = SelectField(
        lazy_pgettext("forum", "Language of the text"), validate_choice=False,
        validators=[AnyOf(CONTENT, lazy_pgettext("forum", "Choose the language you write in."))],
    )  # fmt: skip

    @property
    def letter(self) -> announcing.Letter:
        """What was typed."""
        return announcing.Letter(str(self.title.data), str(self.body.data), str(self.lang.data))


@bp.route("/spaces/<slug>/letter", methods=["GET", "POST"])
@login_required
@limiter.limit("30 per hour", key_func=member_key, methods=["POST"])
def write_to_people(slug: str) -> ResponseReturnValue:
    """Write, read it over with the number of those who will get it, then send it. Form: its fields, and `sure`."""
    actor = current_member()
    space = queries.get_space(actor, slug)
    require(announcing.can_write_to_people(actor, space))
    form = LetterForm()
    form.lang.choices = list(languages(current_lang()))
    form.lang.data = form.lang.data or own_languages(actor)[0]
    if request.method != "POST" or "change" in request.form:
        return _page(space, form)
    if not form.validate():
        return _page(space, form), 422
    if "sure" not in request.form:
        return _page(space, form, is_read_over=True)
    mails = announcing.compose_letters(actor, space, form.letter)
    try:
        with unit_of_work():
            count = announcing.write_to_people(actor, space, mails)
    except Invalid as refused:
        form.say(refused)
        return _page(space, form), 422
    except TooMany as refused:
        form.form_errors.append(str(refused.reason))
        return _page(space, form), 429
    flash(npgettext("forum", "Sent to %(num)d person.", "Sent to %(num)d people.", count), "success")
    return redirect(url_for("forum.list_people", slug=slug), 303)


def _page(space: Space, form: LetterForm, is_read_over: bool = False) -> str:
    return render_template(
        "forum/write_to_people.html", space=space, form=form, is_read_over=is_read_over,
        count=len(announcing.receivers(space)),
    )  # fmt: skip


@bp.route("/quiet/<token>", methods=["GET", "POST"])
@limiter.limit("30 per hour", methods=["POST"])
def keep_quiet(token: str) -> ResponseReturnValue:
    """Mute a space by the link of one of its letters, without signing in."""
    member, space = announcing.find_quiet(token)
    if request.method == "GET":
        return render_template("forum/keep_quiet.html", space=space, token=token)
    with unit_of_work():
        engagement.follow(member, "space", space.id, "muted")
    flash(pgettext("forum", "You will get no more letters of this space."), "success")
    return redirect(f"/{current_lang()}/", 303)
