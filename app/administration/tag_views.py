"""Tags at the desk: staff find them, rename and merge them, say what leads to them and who may use them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from app.accounts.actor import current_member
from app.administration.blueprint import bp
from app.administration.tag_forms import MergeForm, RenameForm, SynonymForm
from app.core.db import db
from app.core.errors import Conflict, DomainError, Invalid, NotFound
from app.core.events import unit_of_work
from app.core.i18n import pgettext
from app.core.policy import require
from app.core.slugs import slugify
from app.core.typed import one_line
from app.engagement import tag_keeping
from app.engagement.models import Tag
from app.engagement.policy import can_keep_tags
from app.engagement.queries import tag_of_slug
from app.engagement.tagging import TAG_LENGTH
from app.forum.addresses import narrowed
from app.forum.spaces.forms import Refusable
from app.forum.tags.lists import LONGEST_NUMBER, SIZE, kept_tag, tags_for_keeping

View = TypeVar("View", bound=Callable[..., Any])
FORMS: dict[str, tuple[type[Refusable], str]] = {
    "rename": (RenameForm, "label"),
    "synonym": (SynonymForm, "word"),
    "merge": (MergeForm, "target"),
}
"""Form and field of each act that asks for a word."""


def keeps_tags(view: View) -> View:
    """Staff keep the tags, which are the same in every space."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        require(can_keep_tags(current_member()))
        return view(*args, **kwargs)

    return login_required(guarded)  # type: ignore[no-any-return]


@bp.get("/tags")
@keeps_tags
def list_tags() -> ResponseReturnValue:
    """Every tag, used or not. `?q=`: those whose name has these letters; `?after=`: the page after an id."""
    words, after = one_line(request.args.get("q", ""))[:40], request.args.get("after", "")
    start = int(after) if after.isdecimal() and len(after) <= LONGEST_NUMBER else 0
    found = tags_for_keeping(current_member(), words, start)
    rows, address = found[:SIZE], url_for("administration.list_tags")
    return render_template(
        "administration/list_tags.html", rows=rows, words=words, address=address,
        first_page=narrowed(address, q=words) if start else "",
        next_page=narrowed(address, q=words, after=str(rows[-1].tag.id)) if len(found) > SIZE else "",
    )  # fmt: skip


@bp.get("/tags/<int:tag_id>")
@keeps_tags
def edit_tag(tag_id: int) -> ResponseReturnValue:
    """One tag with what can be done with it."""
    return _page(_tag(tag_id))


def _tag(tag_id: int) -> Tag:
    if tag_id < 10**LONGEST_NUMBER and (tag := db.session.get(Tag, tag_id)):
        return tag
    raise NotFound


def _page(tag: Tag, act: str = "", sent: Refusable | None = None) -> str:
    forms = {name: sent if sent and name == act else form(formdata=None) for name, (form, _field) in FORMS.items()}
    if act != "rename":
        forms["rename"].label.data = tag.label  # type: ignore[attr-defined]
    kept = kept_tag(current_member(), tag)
    return render_template("administration/edit_tag.html", kept=kept, tag=tag, forms=forms, sent=sent)


@bp.post("/tags/<int:tag_id>/<any(rename, synonym, merge):act>")
@keeps_tags
def change_tag(tag_id: int, act: str) -> ResponseReturnValue:
    """Rename a tag, add a word that leads to it, or let another tag take its place."""
    tag, (kind, name) = _tag(tag_id), FORMS[act]
    form: Any = kind()
    if not form.validate_on_submit():
        return _page(tag, act, form), 422
    try:
        with unit_of_work():
            shown = _change(tag, act, str(form[name].data))
    except (Conflict, Invalid) as refused:
        form[name].errors = [str(refused.reason)]
        return _page(_tag(tag_id), act, form), refused.status
    return _done(shown)


def _change(tag: Tag, act: str, word: str) -> Tag:
    if act == "rename":
        return tag_keeping.rename_tag(current_member(), tag, word)
    if act == "synonym":
        tag_keeping.add_synonym(current_member(), tag, word)
        return tag
    target = tag_of_slug(slugify(word, TAG_LENGTH))
    if target is None:
        raise Invalid(pgettext("tags", "There is no tag of this name."), "target")
    return tag_keeping.merge_tags(current_member(), tag, target)


@bp.post("/tags/<int:tag_id>/<any(withdraw, allow, keep, open, forget):act>")
@keeps_tags
def set_tag(tag_id: int, act: str) -> ResponseReturnValue:
    """Withdraw a tag or allow it, keep it for moderators or open it; `forget`: a word leads to it no longer."""
    tag, actor = _tag(tag_id), current_member()
    try:
        with unit_of_work():
            if act in {"withdraw", "allow"}:
                tag_keeping.withdraw_tag(actor, tag, act == "withdraw")
            elif act in {"keep", "open"}:
                tag_keeping.keep_for_staff(actor, tag, act == "keep")
            else:
                tag_keeping.forget_synonym(actor, tag, request.form.get("word", "")[:TAG_LENGTH])
    except DomainError as refused:
        flash(str(refused.reason), "error")
        return redirect(url_for("administration.edit_tag", tag_id=tag_id), 303)
    return _done(tag)


def _done(tag: Tag) -> ResponseReturnValue:
    flash(pgettext("tags", "The tag is changed."), "success")
    return redirect(url_for("administration.edit_tag", tag_id=tag.id), 303)
