"""Spaces and categories at the desk: new ones, their words in each language, order, archiving, moving."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.administration.space_views import missing_languages
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.core.events import EventRow, unit_of_work
from app.forum import categories, policy
from app.forum.categories import CategoryDraft
from app.forum.models import Category, Space
from tests.administration.desk import SignIn, at_desk, send
from tests.factories import CategoryFactory, PostFactory, SpaceFactory, TopicFactory, UserFactory
from tests.support.html import Page

PAGE = "/fr/administration/spaces"


def slugs(space: Space) -> list[str]:
    db.session.expire_all()
    query = select(Category.slug).where(Category.space_id == space.id).order_by(Category.position)
    return list(db.session.scalars(query))


@pytest.mark.parametrize("role", ["", "moderator", "staff"])
def test_administrators_alone_touch_categories(app: Flask, role: str) -> None:
    actor, category = UserFactory(role=role), CategoryFactory()
    draft = CategoryDraft({"fr": "Titre"})
    acts = (
        lambda: categories.create_category(actor, category.space, draft),
        lambda: categories.edit_category(actor, category, draft),
        lambda: categories.archive_category(actor, category),
        lambda: categories.restore_category(actor, category),
        lambda: categories.move_category(actor, category, SpaceFactory()),
        lambda: categories.order_spaces(actor, []),
        lambda: categories.order_categories(actor, category.space, []),
    )
    for act in acts:
        with pytest.raises(NotAllowed), unit_of_work():
            act()


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (CategoryDraft({"fr": " "}), "title"),
        (CategoryDraft({"fr": "x" * 81}), "title-fr"),
        (CategoryDraft({"fr": "A"}, {"vi": "x" * 501}), "description-vi"),
        (CategoryDraft({"fr": "A"}, {}, {"fr": "x" * 4001}), "template-fr"),
    ],
)
def test_texts_that_do_not_fit_are_refused_by_name(app: Flask, draft: CategoryDraft, field: str) -> None:
    with pytest.raises(Invalid) as refused, unit_of_work():
        categories.create_category(UserFactory(role="administrator"), SpaceFactory(), draft)
    assert refused.value.field == field


def test_a_category_has_an_address_of_its_own(app: Flask) -> None:
    admin, space = UserFactory(role="administrator"), SpaceFactory()
    made = []
    for wanted in ("", "", "chosen"):
        with unit_of_work():
            made.append(categories.create_category(admin, space, CategoryDraft({"fr": "Été à Lille"}), wanted).slug)
    assert made == ["ete-a-lille", "ete-a-lille-2", "chosen"]
    for wrong in ("chosen", "Not A Slug", "x" * 61):
        with pytest.raises(Invalid), unit_of_work():
            categories.create_category(admin, space, CategoryDraft({"fr": "A"}), wrong)
    with unit_of_work():
        assert categories.create_category(admin, space, CategoryDraft({"ar": "مرحبا"})).slug
    assert slugs(space)[:3] == made


def test_order_by_buttons_and_by_dragging(app: Flask, sign_in: SignIn) -> None:
    client, _admin = at_desk(app, sign_in)
    space = SpaceFactory()
    for slug in "abc":
        CategoryFactory(space=space, slug=slug, position=ord(slug))
    address = f"{PAGE}/{space.slug}/order"
    assert send(client, address, PAGE, up="c").status_code == 303
    assert slugs(space) == ["a", "c", "b"]
    send(client, address, PAGE, down="a")
    assert slugs(space) == ["c", "a", "b"]
    send(client, address, PAGE, up="c")
    assert slugs(space) == ["c", "a", "b"]
    send(client, address, PAGE, order="b c a")
    assert slugs(space) == ["b", "c", "a"]
    send(client, address, PAGE, order="a")
    assert slugs(space) == ["a", "b", "c"]
    assert send(client, address, PAGE, up="zz").status_code == 404
    assert send(client, address, PAGE, order="a zz").status_code == 404
    other = SpaceFactory(position=9)
    send(client, f"{PAGE}/order", PAGE, up=other.slug)
    db.session.expire_all()
    order = list(db.session.scalars(select(Space.slug).order_by(Space.position)))
    assert order == [other.slug, space.slug]


def test_an_archived_category_is_read_and_takes_nothing(app: Flask, sign_in: SignIn) -> None:
    client, admin = at_desk(app, sign_in)
    topic = TopicFactory()
    PostFactory(topic=topic)
    category = topic.category
    send(client, f"/fr/administration/categories/{category.slug}/archive", PAGE)
    db.session.expire_all()
    assert category.archived_at
    member = UserFactory()
    assert not policy.can_open_topic(member, category)
    assert not policy.can_reply(member, topic)
    assert not policy.can_open_topic(admin, category)
    assert app.test_client().get(f"/fr/categories/{category.slug}").status_code == 200
    with pytest.raises(Conflict), unit_of_work():
        categories.archive_category(admin, category)
    send(client, f"/fr/administration/categories/{category.slug}/archive", PAGE, restore="1")
    db.session.expire_all()
    assert policy.can_reply(member, topic)
    with pytest.raises(Conflict), unit_of_work():
        categories.restore_category(admin, category)
    assert client.get(PAGE).status_code == 200


def test_a_space_is_archived_and_taken_up_again(app: Flask, sign_in: SignIn) -> None:
    client, _admin = at_desk(app, sign_in)
    space = SpaceFactory()
    for fields, is_archived in (({}, True), ({}, True), ({"restore": "1"}, False)):
        send(client, f"{PAGE}/{space.slug}/archive", PAGE, **fields)
        db.session.expire_all()
        assert space.is_archived is is_archived


def test_a_space_and_its_first_category_are_made_in_the_browser(app: Flask, sign_in: SignIn) -> None:
    client, _admin = at_desk(app, sign_in)
    assert "/spaces/new" in client.get(PAGE).text
    fields = {"title-fr": "", "visibility": "public", "posting": "members", "premoderation": "none"}
    assert send(client, f"{PAGE}/new", **fields).status_code == 422
    made = send(client, f"{PAGE}/new", **fields | {"title-fr": "Notre région", "description-ar": "منطقتنا"})
    assert made.status_code == 303
    assert made.location.endswith("/spaces/notre-region/categories/new")
    wrong = send(client, made.location, **{"title-fr": "x" * 90})
    assert wrong.status_code == 422
    assert "x" * 90 in wrong.text
    assert send(client, made.location, **{"title-fr": "Bienvenue", "template-fr": "Qui êtes-vous ?"}).status_code == 303
    category = db.session.scalars(select(Category)).one()
    assert (category.slug, category.template) == ("bienvenue", {"fr": "Qui êtes-vous ?"})
    assert client.get(f"{PAGE}/nowhere/categories/new").status_code == 404


def test_what_is_missing_in_which_language_is_shown(app: Flask, sign_in: SignIn) -> None:
    client, _admin = at_desk(app, sign_in)
    category = CategoryFactory(title={"fr": "Cuisine", "ar": "مطبخ"}, description={"fr": "À table."})
    assert missing_languages(category) == ["en", "nl", "pt-BR", "vi", "ar", "mg"]
    address = f"/fr/administration/categories/{category.slug}"
    page = Page(client.get(address).text)
    assert len(page.all("section", class_="missing")) == 6
    fields = {"title-fr": "Cuisine", "description-fr": "À table.", "title-ar": "مطبخ", "description-ar": "على المائدة"}
    assert send(client, address, **fields, space=category.space.slug).status_code == 303
    db.session.expire_all()
    assert missing_languages(category) == ["en", "nl", "pt-BR", "vi", "mg"]


def test_a_category_moves_with_all_in_it_and_not_to_more_readers_unseen(app: Flask, sign_in: SignIn) -> None:
    client, _admin = at_desk(app, sign_in)
    closed, public = SpaceFactory(visibility="staff"), SpaceFactory()
    topic = TopicFactory(category=CategoryFactory(space=closed))
    PostFactory(topic=topic)
    category = topic.category
    address = f"/fr/administration/categories/{category.slug}"
    fields = {"title-fr": "Titre", "space": public.slug}
    assert app.test_client().get(f"/fr/topics/{topic.public_id}/x").status_code == 404
    assert send(client, address, **fields).status_code == 422
    assert send(client, address, **fields, accepts_readers="y").status_code == 303
    db.session.expire_all()
    assert category.space_id == public.id
    assert app.test_client().get(f"/fr/topics/{topic.public_id}/x", follow_redirects=True).status_code == 200
    told = set(db.session.scalars(select(EventRow.name)))
    assert {"TopicRefiled", "SubjectChanged"} <= told
    assert "move_category" in set(db.session.scalars(select(AuditEntry.action)))
    assert send(client, address, **fields | {"space": "nowhere"}).status_code in {404, 422}


def test_where_one_goes_in_an_order() -> None:
    assert categories.moved(["a", "b", "c"], "b", -1) == ["b", "a", "c"]
    assert categories.moved(["a", "b", "c"], "a", -1) == ["a", "b", "c"]
    assert categories.moved(["a", "b", "c"], "c", 5) == ["a", "b", "c"]
    with pytest.raises(NotFound):
        categories.moved([], "a", 1)
