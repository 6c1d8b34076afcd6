"""Groups of tags and what categories ask of tags, at the desk."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.accounts.actor import current_member
from app.administration.blueprint import bp
from app.administration.tag_forms import group_form, rules_form
from app.administration.tag_views import keeps_tags
from app.core.db import db
from app.core.errors import Invalid, NotFound
from app.core.events import unit_of_work
from app.core.i18n import pgettext
from app.engagement import tag_keeping
from app.engagement.models import TagGroup
from app.forum.models import Category, Space
from app.forum.tags.lists import LONGEST_NUMBER, tag_groups
from app.forum.tags.rules import every_tag_rule, set_tag_rules, tag_rules_of


@bp.get("/tag-groups")
@keeps_tags
def list_tag_groups() -> ResponseReturnValue:
    """Groups with their tags."""
    return render_template("administration/list_tag_groups.html", groups=tag_groups())


def _group(group_id: int) -> TagGroup:
    if group_id < 10**LONGEST_NUMBER and (group := db.session.get(TagGroup, group_id)):
        return group
    raise NotFound


@bp.route("/tag-groups/new", methods=["GET", "POST"])
@keeps_tags
def create_tag_group() -> ResponseReturnValue:
    """A new group."""
    return _edit(None)


@bp.route("/tag-groups/<int:group_id>", methods=["GET", "POST"])
@keeps_tags
def edit_tag_group(group_id: int) -> ResponseReturnValue:
    """The names of a group, its tags, and whether a topic bears one at most."""
    return _edit(_group(group_id))


def _edit(group: TagGroup | None) -> ResponseReturnValue:
    form = group_form(group, tag_groups()[group] if group else None)
    if form.validate_on_submit():  # type: ignore[no-untyped-call]
        try:
            with unit_of_work():
                tag_keeping.save_tag_group(
                    current_member(), group, form.titles(), form.tags(), is_single=bool(form.is_single.data)
                )
        except Invalid as refused:
            first = f"title-{form.text_langs[0]}"
            form.say(Invalid(refused.reason, first if refused.field == "title" else "words"))
        else:
            flash(pgettext("tags", "The group is saved."), "success")
            return redirect(url_for("administration.list_tag_groups"), 303)
    page = render_template("administration/edit_tag_group.html", form=form, group=group)
    return page, 422 if form.errors or form.form_errors else 200


@bp.post("/tag-groups/<int:group_id>/drop")
@keeps_tags
def drop_tag_group(group_id: int) -> ResponseReturnValue:
    """Forget a group; its tags stay."""
    group = _group(group_id)
    with unit_of_work():
        tag_keeping.drop_tag_group(current_member(), group)
    flash(pgettext("tags", "The group is gone. Its tags stay."), "success")
    return redirect(url_for("administration.list_tag_groups"), 303)


@bp.get("/tag-rules")
@keeps_tags
def list_tag_rules() -> ResponseReturnValue:
    """Every category with what it asks of tags."""
    query = select(Category).join(Category.space).order_by(Space.position, Space.id, Category.position, Category.id)
    shelves: dict[Any, list[Category]] = {}
    for shelf in db.session.scalars(query).unique():
        shelves.setdefault(shelf.space, []).append(shelf)
    return render_template("administration/list_tag_rules.html", shelves=shelves, rules=every_tag_rule())


@bp.route("/tag-rules/<slug>", methods=["GET", "POST"])
@keeps_tags
def edit_tag_rules(slug: str) -> ResponseReturnValue:
    """What a category asks of the tags of its topics."""
    category = db.session.scalars(select(Category).where(Category.slug == slug)).first()
    if category is None:
        raise NotFound
    form = rules_form(tag_rules_of(category.id))
    if form.validate_on_submit():  # type: ignore[no-untyped-call]
        try:
            with unit_of_work():
                set_tag_rules(
                    current_member(), category, form.least.data or 0, form.tags(),
                    is_closed_set=bool(form.is_closed_set.data),
                )  # fmt: skip
        except Invalid as refused:
            form.say(Invalid(refused.reason, refused.field if refused.field == "least" else "words"))
        else:
            flash(pgettext("tags", "The rules are saved."), "success")
            return redirect(url_for("administration.list_tag_rules"), 303)
    page = render_template("administration/edit_tag_rules.html", form=form, category=category)
    return page, 422 if form.errors or form.form_errors else 200
