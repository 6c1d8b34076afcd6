"""The wording of the reasons, in each language: for administrators."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from flask_wtf import FlaskForm

from app.accounts.actor import current_member
from app.core.errors import Invalid
from app.core.events import unit_of_work
from app.core.i18n import INTERFACE, current_lang, pgettext
from app.core.policy import require
from app.forum.addresses import narrowed
from app.moderation import policy, statements
from app.moderation.blueprint import bp
from app.moderation.forms import tidy, tongues
from app.terms.reasons import REASONS


@bp.route("/moderation/texts", methods=["GET", "POST"])
@login_required
def edit_texts() -> ResponseReturnValue:
    """The sentence that a statement gives for each reason. Query: `said_in`, the language edited."""
    require(policy.can_edit_texts(current_member()))
    asked = request.args.get("said_in", "")
    lang = asked if asked in INTERFACE else current_lang()
    form = FlaskForm()
    shipped = statements.shipped(lang)
    texts, errors = {**shipped, **statements.own_texts(lang)}, dict[str, str]()
    if form.validate_on_submit():
        typed = {reason: tidy(request.form.get(reason)) for reason in REASONS}
        try:
            with unit_of_work():
                statements.keep_texts(current_member(), lang, typed)
        except Invalid as refused:
            texts, errors = typed, {refused.field: str(refused.reason)}
        else:
            flash(pgettext("moderation", "The texts are saved."), "success")
            return redirect(narrowed(url_for("moderation.edit_texts"), said_in=lang), 303)
    page = render_template(
        "moderation/edit_texts.html",
        form=form,
        texts=texts,
        shipped=shipped,
        errors=errors,
        lang_edited=lang,
        tongues=tongues(),
        longest=statements.LONGEST,
        actor=current_member(),
    )
    return (page, 422) if errors else page
