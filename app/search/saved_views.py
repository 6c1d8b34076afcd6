"""A member's own page of kept searches: keep, open, rename, delete."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from werkzeug.datastructures import MultiDict

from app.accounts.actor import current_member, member_key
from app.core.errors import DomainError, Invalid
from app.core.events import unit_of_work
from app.core.i18n import pgettext
from app.extensions import limiter
from app.search import saved
from app.search.asked import Asked
from app.search.blueprint import bp
from app.search.forms import SavedSearchForm


def _asked(query: str) -> Asked:
    return Asked.of(MultiDict(parse_qsl(query)))


@bp.get("/my/searches")
@login_required
def list_saved() -> ResponseReturnValue:
    """One's own searches, each with its address."""
    kept = saved.saved_searches(current_member())
    rows = [(one, _asked(one.query)) for one in kept]
    return render_template("search/list_saved.html", rows=rows, most=saved.MOST_SAVED)


@bp.route("/my/searches/new", methods=["GET", "POST"])
@login_required
@limiter.limit("60 per minute", key_func=member_key, methods=["POST"])
def save_search() -> ResponseReturnValue:
    """Keep a search. Address: that of the search (`q` ...). Form: `name`."""
    member, asked = current_member(), Asked.of(request.args)
    form = SavedSearchForm()  # type: ignore[no-untyped-call]
    if request.method == "GET":
        form.name.data = asked.shown_text[:80]
    elif form.validate():
        try:
            with unit_of_work():
                saved.save_search(member, form.name.data or "", asked.query_string())
        except DomainError as refused:
            form.say(refused)
            return _form(form, asked), refused.status
        flash(pgettext("search", "The search is kept."), "success")
        return redirect(url_for("search.list_saved"), 303)
    else:
        return _form(form, asked), 422
    return _form(form, asked)


@bp.route("/my/searches/<int:saved_id>", methods=["GET", "POST"])
@login_required
@limiter.limit("60 per minute", key_func=member_key, methods=["POST"])
def edit_saved(saved_id: int) -> ResponseReturnValue:
    """Another name for one's own search (form: `name`), or, with `drop`, its end."""
    member = current_member()
    kept = saved.get_saved(member, saved_id)
    form = SavedSearchForm()  # type: ignore[no-untyped-call]
    if request.method == "GET":
        form.name.data = kept.name
        return _form(form, _asked(kept.query), saved_id)
    if not form.validate():
        return _form(form, _asked(kept.query), saved_id), 422
    try:
        with unit_of_work():
            _change(saved_id, form)
    except Invalid as refused:
        form.say(refused)
        return _form(form, _asked(saved.get_saved(member, saved_id).query), saved_id), refused.status
    return redirect(url_for("search.list_saved"), 303)


def _change(saved_id: int, form: SavedSearchForm) -> None:
    member = current_member()
    kept = saved.get_saved(member, saved_id)
    if "drop" in request.form:
        saved.delete_search(member, kept)
        flash(pgettext("search", "The search is deleted."), "success")
    else:
        saved.rename_search(member, kept, form.name.data or "")
        flash(pgettext("search", "The search has its new name."), "success")


def _form(form: SavedSearchForm, asked: Asked, saved_id: int | None = None) -> str:
    return render_template("search/edit_saved.html", form=form, asked=asked, saved_id=saved_id)
