"""Spaces and categories: their list with what is missing in which language, their order, new ones, archiving."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.accounts.actor import current_member
from app.administration.blueprint import at_the_desk, bp
from app.administration.category_form import category_form
from app.administration.policy import can_administer
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.events import unit_of_work
from app.core.i18n import offered_languages, pgettext
from app.forum import categories
from app.forum.models import Category, Space
from app.forum.spaces import services as spaces
from app.forum.spaces.forms import AUDIENCE_HINTS, AUDIENCES, space_form

HERE = "administration.list_spaces"


def all_spaces() -> list[Space]:
    """Every space with its categories, in order, the archived ones too."""
    query = select(Space).options(selectinload(Space.categories)).order_by(Space.position, Space.id)
    return list(db.session.scalars(query))


def get_space(slug: str) -> Space:
    """A space. Raises NotFound."""
    if space := db.session.scalars(select(Space).where(Space.slug == slug)).first():
        return space
    raise NotFound


def get_category(slug: str) -> Category:
    """A category. Raises NotFound."""
    if category := db.session.scalars(select(Category).where(Category.slug == slug)).first():
        return category
    raise NotFound


def missing_languages(thing: Space | Category) -> list[str]:
    """Languages of the site in which a thing has no title, or lacks the description that it has in another."""
    texts = [thing.title, *([thing.description] if thing.description else [])]
    return [tag for tag in offered_languages() if any(not text.get(tag) for text in texts)]


@bp.get("/spaces")
@at_the_desk
def list_spaces() -> ResponseReturnValue:
    """Spaces with their categories, as readers find them in the forum."""
    return render_template(
        "administration/list_spaces.html", spaces=all_spaces(), audiences=AUDIENCES, missing=missing_languages,
        may_change=bool(can_administer(current_member())),
    )  # fmt: skip


@bp.post("/spaces/order")
@at_the_desk
def order_spaces() -> ResponseReturnValue:
    """Form: `up` or `down` with a slug, or `order` with all of them."""
    slugs = _wanted_order([space.slug for space in all_spaces()])
    with unit_of_work():
        categories.order_spaces(current_member(), slugs)
    return redirect(url_for(HERE), 303)


@bp.post("/spaces/<slug>/order")
@at_the_desk
def order_categories(slug: str) -> ResponseReturnValue:
    """The same for the categories of a space."""
    space = get_space(slug)
    slugs = _wanted_order([category.slug for category in space.categories])
    with unit_of_work():
        categories.order_categories(current_member(), space, slugs)
    return redirect(f"{url_for(HERE)}#{slug}", 303)


def _wanted_order(slugs: list[str]) -> list[str]:
    for name, steps in (("up", -1), ("down", 1)):
        if chosen := request.form.get(name):
            return categories.moved(slugs, chosen, steps)
    named = request.form.get("order", "").split()
    if not set(named) <= set(slugs):
        raise NotFound
    return named


@bp.route("/spaces/new", methods=["GET", "POST"])
@at_the_desk
def create_space() -> ResponseReturnValue:
    """A new space, the last in order."""
    form = space_form(current_member())
    if form.validate_on_submit():  # type: ignore[no-untyped-call]
        try:
            with unit_of_work():
                space = spaces.create_space(current_member(), form.draft)
                slug = space.slug
        except Invalid as refused:
            form.say(refused)
        else:
            flash(pgettext("desk", "The space is made. Add its first category."), "success")
            return redirect(url_for("administration.create_category", slug=slug), 303)
    page = render_template("administration/create_space.html", form=form, hints=AUDIENCE_HINTS)
    return page, 422 if form.errors or form.form_errors else 200


@bp.post("/spaces/<slug>/archive")
@at_the_desk
def archive_space(slug: str) -> ResponseReturnValue:
    """Put a space away, or with `restore` take it into use again."""
    space, act = get_space(slug), spaces.restore_space if "restore" in request.form else spaces.archive_space
    _acted(lambda: act(current_member(), space))
    return redirect(f"{url_for(HERE)}#{slug}", 303)


@bp.post("/categories/<slug>/archive")
@at_the_desk
def archive_category(slug: str) -> ResponseReturnValue:
    """Put a category away, or with `restore` take it into use again."""
    category = get_category(slug)
    act = categories.restore_category if "restore" in request.form else categories.archive_category
    _acted(lambda: act(current_member(), category))
    return redirect(f"{url_for(HERE)}#{category.space.slug}", 303)


def _acted(act: object) -> None:
    try:
        with unit_of_work():
            act()  # type: ignore[operator]
    except Conflict as refused:
        flash(str(refused.reason), "error")


@bp.route("/spaces/<slug>/categories/new", methods=["GET", "POST"])
@at_the_desk
def create_category(slug: str) -> ResponseReturnValue:
    """A new category of a space, the last in order."""
    space, form = get_space(slug), category_form()
    if form.validate_on_submit():  # type: ignore[no-untyped-call]
        try:
            with unit_of_work():
                categories.create_category(current_member(), space, form.draft)
        except Invalid as refused:
            form.say(refused)
        else:
            flash(pgettext("desk", "The category is made."), "success")
            return redirect(f"{url_for(HERE)}#{slug}", 303)
    page = render_template("administration/edit_category.html", form=form, space=space, category=None)
    return page, 422 if form.errors or form.form_errors else 200


@bp.route("/categories/<slug>", methods=["GET", "POST"])
@at_the_desk
def edit_category(slug: str) -> ResponseReturnValue:
    """Names and descriptions of a category in each language, its space, its template."""
    category = get_category(slug)
    form = category_form(category, all_spaces())
    if form.validate_on_submit():  # type: ignore[no-untyped-call]
        try:
            with unit_of_work():
                categories.edit_category(current_member(), category, form.draft)
                target = get_space(str(form["space"].data))
                accepts = bool(form["accepts_readers"].data)
                categories.move_category(current_member(), category, target, accepts_readers=accepts)
        except Invalid as refused:
            form.say(refused)
        else:
            flash(pgettext("desk", "The category is saved."), "success")
            return redirect(f"{url_for(HERE)}#{target.slug}", 303)
    page = render_template("administration/edit_category.html", form=form, space=category.space, category=category)
    return page, 422 if form.errors or form.form_errors else 200
