"""Vocabularies at the desk: labels in each language, other words, order, withdrawal."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.accounts.actor import current_member
from app.administration.blueprint import at_the_desk, bp
from app.administration.policy import can_administer
from app.core.db import db
from app.core.errors import Invalid, NotFound
from app.core.events import record, unit_of_work
from app.core.i18n import language_name, lazy_pgettext, offered_languages, pgettext
from app.core.subjects import SubjectChanged, SubjectRenamed
from app.core.typed import one_line
from app.engagement.models import Tag, Tagging
from app.forum.categories import moved
from app.forum.spaces.forms import Refusable
from app.terms import services
from app.terms.models import Term
from app.terms.services import CODE_MOST, LABEL_MOST

SCHEMES: dict[str, Any] = {
    "theme": lazy_pgettext("desk", "Themes"),
    "report_reason": lazy_pgettext("desk", "Reasons of reports"),
}
"""What schemes are called; another one goes by its code."""
HERE = "administration.list_terms"


class TermForm(Refusable):
    """The words of a term; `term_form` adds them."""

    text_langs: tuple[str, ...] = ()

    def labels(self) -> dict[str, str]:
        """The label in each language."""
        return {tag: str(self[f"label-{tag}"].data or "") for tag in self.text_langs}

    def synonyms(self) -> dict[str, list[str]]:
        """Other words in each language."""
        typed = {tag: str(self[f"words-{tag}"].data or "").replace("،", ",").split(",") for tag in self.text_langs}
        return {tag: [word for one in words if (word := one_line(one))] for tag, words in typed.items()}


def term_form(term: Term | None = None) -> TermForm:
    """The form of a term, or of one to be made, which has a code too."""
    kept = (*term.labels, *term.synonyms) if term else ()
    tags = tuple(dict.fromkeys([*offered_languages(), *kept]))
    fields: dict[str, Any] = {"text_langs": tags}
    values: dict[str, Any] = {}
    if term is None:
        fields["code"] = StringField(
            lazy_pgettext("term", "Code"), validators=[DataRequired(), Length(max=CODE_MOST)],
            render_kw={"dir": "ltr", "autocomplete": "off", "maxlength": CODE_MOST},
        )  # fmt: skip
    for tag in tags:
        name, shared = language_name(tag), {"lang": tag, "dir": "auto"}
        fields[f"label-{tag}"] = StringField(
            pgettext("term", "Label in %(language)s", language=name), filters=[lambda said: one_line(said or "")],
            validators=[Length(max=LABEL_MOST)], render_kw={"maxlength": LABEL_MOST, **shared},
        )  # fmt: skip
        fields[f"words-{tag}"] = StringField(
            pgettext("term", "Other words in %(language)s", language=name), validators=[Length(max=500)],
            render_kw={"maxlength": 500, **shared},
        )  # fmt: skip
        if term is not None:
            values[f"label-{tag}"] = term.labels.get(tag, "")
            values[f"words-{tag}"] = ", ".join(term.synonyms.get(tag, []))
    return type("TermFormWithWords", (TermForm,), fields)(data=values)  # type: ignore[no-any-return]


def terms_of(scheme: str) -> list[Term]:
    """The terms of a scheme in order, those withdrawn too. Raises NotFound for a scheme without any."""
    found = list(db.session.scalars(select(Term).where(Term.scheme == scheme).order_by(Term.position, Term.id)))
    if not found:
        raise NotFound
    return found


def _term(scheme: str, code: str) -> Term:
    if term := db.session.scalars(select(Term).where(Term.scheme == scheme, Term.code == code)).first():
        return term
    raise NotFound


@bp.get("/vocabularies")
@bp.get("/vocabularies/<scheme>")
@at_the_desk
def list_terms(scheme: str = "theme") -> ResponseReturnValue:
    """A vocabulary in its order, and the others that there are."""
    schemes = db.session.scalars(select(Term.scheme).distinct().order_by(Term.scheme)).all()
    return render_template(
        "administration/list_terms.html", terms=terms_of(scheme), scheme=scheme,
        schemes={code: SCHEMES.get(code, code) for code in schemes}, tags=offered_languages(),
        may_change=bool(can_administer(current_member())),
    )  # fmt: skip


@bp.post("/vocabularies/<scheme>/order")
@at_the_desk
def order_terms(scheme: str) -> ResponseReturnValue:
    """Form: `up` or `down` with a code, or `order` with all of them."""
    codes = [term.code for term in terms_of(scheme)]
    wanted = request.form.get("order", "").split()
    for name, steps in (("up", -1), ("down", 1)):
        if chosen := request.form.get(name):
            wanted = moved(codes, chosen, steps)
    with unit_of_work():
        services.order_terms(current_member(), scheme, wanted)
    return redirect(url_for(HERE, scheme=scheme), 303)


@bp.post("/vocabularies/<scheme>/<code>/withdraw")
@at_the_desk
def withdraw_term(scheme: str, code: str) -> ResponseReturnValue:
    """Offer a term no more, or with `restore` again."""
    with unit_of_work():
        services.withdraw_term(current_member(), _term(scheme, code), "restore" in request.form)
    return redirect(url_for(HERE, scheme=scheme), 303)


@bp.route("/vocabularies/<scheme>/new", methods=["GET", "POST"])
@at_the_desk
def create_term(scheme: str) -> ResponseReturnValue:
    """A new term, the last in order."""
    terms_of(scheme)
    form = term_form()
    if form.validate_on_submit():  # type: ignore[no-untyped-call]
        try:
            with unit_of_work():
                term = services.create_term(current_member(), scheme, str(form["code"].data), form.labels())
                services.edit_term(current_member(), term, form.labels(), form.synonyms())
        except Invalid as refused:
            form.say(refused)
        else:
            flash(pgettext("desk", "The term is saved."), "success")
            return redirect(url_for(HERE, scheme=scheme), 303)
    page = render_template("administration/edit_term.html", form=form, scheme=scheme, term=None)
    return page, 422 if form.errors or form.form_errors else 200


@bp.route("/vocabularies/<scheme>/<code>", methods=["GET", "POST"])
@at_the_desk
def edit_term(scheme: str, code: str) -> ResponseReturnValue:
    """The words of a term."""
    term = _term(scheme, code)
    form = term_form(term)
    if form.validate_on_submit():  # type: ignore[no-untyped-call]
        try:
            with unit_of_work():
                services.edit_term(current_member(), term, form.labels(), form.synonyms())
                find_anew(term)
        except Invalid as refused:
            form.say(refused)
        else:
            flash(pgettext("desk", "The term is saved."), "success")
            return redirect(url_for(HERE, scheme=scheme), 303)
    page = render_template("administration/edit_term.html", form=form, scheme=scheme, term=term)
    return page, 422 if form.errors or form.form_errors else 200


def find_anew(term: Term) -> None:
    """What bears the term is found by its new words: the index reads it again."""
    bearers = select(Tagging.subject_kind, Tagging.subject_id).join(Tag, Tag.id == Tagging.tag_id)
    for kind, subject_id in db.session.execute(bearers.where(Tag.slug == term.code.replace("_", "-"))):
        record(SubjectChanged(kind, subject_id))
        record(SubjectRenamed(kind, subject_id))
