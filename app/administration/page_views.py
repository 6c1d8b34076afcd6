"""Writing the pages of the site: in each language, with a preview, in versions."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import HiddenInput

from app.accounts.actor import current_member
from app.administration.blueprint import at_the_desk, bp
from app.core.errors import Conflict, NotFound
from app.core.events import unit_of_work
from app.core.forms import Form
from app.core.i18n import lazy_pgettext, offered_languages, pgettext, speaking
from app.core.typed import one_line
from app.pages import queries, services
from app.pages.generic import generic_page, page_title
from app.pages.models import BODY_MOST, OWN_WORDS_NEEDED, SLUGS, TITLE_MOST
from app.pages.rendering import render_page
from app.pages.services import PageDraft


class PageForm(Form):
    """A page in one language."""

    title = StringField(
        lazy_pgettext("forum", "Title"),
        filters=[lambda said: one_line(said or "")],
        validators=[DataRequired(), Length(max=TITLE_MOST)],
        render_kw={"maxlength": TITLE_MOST, "dir": "auto"},
    )
    body = TextAreaField(
        lazy_pgettext("page", "Text"),
        filters=[lambda said: (said or "").replace("\r\n", "\n").strip()],
        validators=[DataRequired(), Length(max=BODY_MOST)],
        render_kw={"rows": 24, "dir": "auto"},
    )
    note = StringField(
        lazy_pgettext("page", "What changed"),
        filters=[lambda said: one_line(said or "")],
        validators=[Length(max=200)],
        render_kw={"maxlength": 200, "dir": "auto"},
    )
    asks_again = BooleanField(lazy_pgettext("page", "Ask members to agree again"))
    base = IntegerField(widget=HiddenInput(), default=0)


@bp.get("/pages")
@at_the_desk
def list_pages() -> ResponseReturnValue:
    """Every page, and in which languages the operator has written it."""
    return render_template(
        "administration/list_pages.html", slugs=SLUGS, needed=OWN_WORDS_NEEDED,
        versions=queries.versions_by_language(), tags=offered_languages(), title_of=page_title,
    )  # fmt: skip


@bp.route("/pages/<slug>/<tag>", methods=["GET", "POST"])
@at_the_desk
def edit_page(slug: str, tag: str) -> ResponseReturnValue:
    """The text of a page in one language."""
    if slug not in SLUGS or tag not in offered_languages():
        raise NotFound
    form = PageForm(data=_begun(slug, tag))  # type: ignore[no-untyped-call]
    preview = None
    status = 200
    if form.validate_on_submit():  # type: ignore[no-untyped-call]
        if "preview" in request.form:
            preview = Markup(render_page(str(form.body.data)))  # noqa: S704 - sanitised by the renderer
        elif _publish(form, slug, tag):
            flash(pgettext("page", "The page is published."), "success")
            return redirect(url_for("administration.edit_page", slug=slug, tag=tag), 303)
        else:
            status = 409
    elif form.errors:
        status = 422
    page = render_template(
        "administration/edit_page.html", form=form, slug=slug, tag=tag, preview=preview, tags=offered_languages(),
        versions=queries.list_versions(slug, tag), page_name=page_title(slug),
    )  # fmt: skip
    return page, status


def _begun(slug: str, tag: str) -> dict[str, Any]:
    """What the form begins with: the version in force in this language, else the text every site begins with."""
    if version := queries.newest_in(slug, tag):
        return {"title": version.title, "body": version.body, "base": version.number}
    with speaking(tag):
        page = generic_page(slug)
    return {"title": page.title, "body": page.text, "base": 0}


def _publish(form: PageForm, slug: str, tag: str) -> bool:
    body = str(form.body.data)
    draft = PageDraft(
        lang=tag, title=str(form.title.data), body=body, html=render_page(body), note=str(form.note.data or ""),
        asks_again=bool(form.asks_again.data), base=form.base.data or 0,
    )  # fmt: skip
    try:
        with unit_of_work():
            services.publish_page(current_member(), slug, draft)
    except Conflict as refused:
        form.form_errors.append(str(refused.reason))
        newest = queries.newest_in(slug, tag)
        form.base.data = newest.number if newest else 0
        form.base.raw_data = [str(form.base.data)]
        return False
    return True


@bp.post("/pages/<slug>/versions/<int:number>/restore")
@at_the_desk
def restore_version(slug: str, number: int) -> ResponseReturnValue:
    """Publish again what a page said before."""
    version = queries.get_version(slug, number)
    with unit_of_work():
        tag = services.restore_version(current_member(), version).lang
    flash(pgettext("page", "The earlier text is published again."), "success")
    return redirect(url_for("administration.edit_page", slug=slug, tag=tag), 303)
