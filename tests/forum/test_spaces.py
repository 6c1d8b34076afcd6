"""What a space is: made, changed, archived; its settings through their page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotAllowed
from app.core.events import EventRow, unit_of_work
from app.forum import policy
from app.forum.models import Space
from app.forum.spaces import services as spaces
from app.forum.spaces.services import SpaceDraft
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.forum.test_membership import post
from tests.support.forum import opened

DRAFT = SpaceDraft({"fr": "Réseau", "en": "Network"}, {"fr": "Pour nous.", "en": ""}, "closed", "participants")


@pytest.mark.parametrize("role", ["", "moderator", "staff"])
def test_only_administrators_make_and_archive_spaces(app: Flask, role: str) -> None:
    actor, space = UserFactory(role=role), SpaceFactory()
    for act in (
        lambda: spaces.create_space(actor, DRAFT),
        lambda: spaces.archive_space(actor, space),
        lambda: spaces.restore_space(actor, space),
    ):
        with pytest.raises(NotAllowed), unit_of_work():
            act()


@pytest.mark.parametrize(
    ("changes", "slug", "field"),
    [
        ({"title": {"fr": "", "en": ""}}, "", "title"),
        ({"title": {"fr": "x" * 81}}, "", "title-fr"),
        ({"description": {"vi": "x" * 501}}, "", "description-vi"),
        ({"visibility": "secret"}, "", "visibility"),
        ({"posting": "cats"}, "", "posting"),
        ({"premoderation": "some"}, "", "premoderation"),
        ({"langs": ("xx",)}, "", "langs"),
        ({}, "Bad slug", "slug"),
        ({}, "taken", "slug"),
        ({}, "x" * 41, "slug"),
    ],
)
def test_what_a_space_cannot_be(app: Flask, changes: dict[str, object], slug: str, field: str) -> None:
    SpaceFactory(slug="taken")
    draft = SpaceDraft(**{**vars(DRAFT), **changes})  # type: ignore[arg-type]
    with pytest.raises(Invalid) as refusal, unit_of_work():
        spaces.create_space(UserFactory(role="administrator"), draft, slug)
    assert refusal.value.field == field


def test_a_space_is_made_with_an_address_of_its_own(app: Flask) -> None:
    admin = UserFactory(role="administrator")
    made = []
    for draft in (DRAFT, DRAFT, SpaceDraft({"ar": "شبكة"}, {})):
        with unit_of_work():
            made.append(spaces.create_space(admin, draft))
    assert [space.slug for space in made] == ["reseau", "reseau-2", "space"]
    assert [space.position for space in made] == [1, 2, 3]
    assert made[0].description == {"fr": "Pour nous."}
    entries = db.session.scalars(select(AuditEntry.action)).all()
    assert entries == ["create_space"] * 3


def test_a_change_is_told_and_noted_and_none_is_neither(app: Flask) -> None:
    space = SpaceFactory(visibility="public")
    leader = UserFactory(role="facilitator", space=space)
    same = SpaceDraft(space.title, space.description)
    with unit_of_work():
        spaces.edit_space(leader, space, same)
    assert db.session.scalars(select(EventRow.name)).all() == []
    with pytest.raises(NotAllowed), unit_of_work():
        spaces.edit_space(leader, space, SpaceDraft(space.title, space.description, "staff"))
    with pytest.raises(NotAllowed), unit_of_work():
        spaces.edit_space(UserFactory(), space, DRAFT)
    with unit_of_work():
        spaces.edit_space(leader, space, DRAFT)
    assert db.session.scalars(select(EventRow.name)).all() == ["SubjectChanged"]
    entry = db.session.scalars(select(AuditEntry)).one()
    assert entry.detail["visibility"] == ["public", "closed"]
    assert "Réseau" not in str(entry.detail)


def test_an_archived_space_is_read_and_takes_nothing(
    app: Flask, client: FlaskClient, sign_in: Callable[..., FlaskClient], actor: User
) -> None:
    admin, shelf = UserFactory(role="administrator"), CategoryFactory()
    topic = opened(actor, shelf)
    with pytest.raises(Conflict), unit_of_work():
        spaces.restore_space(admin, shelf.space)
    with unit_of_work():
        spaces.archive_space(admin, shelf.space)
    with pytest.raises(Conflict), unit_of_work():
        spaces.archive_space(admin, shelf.space)
    for who in (actor, admin):
        assert not policy.can_reply(who, topic)
        assert not policy.can_open_topic(who, shelf)
    assert "archived" in client.get(f"/en/spaces/{shelf.space.slug}").text
    assert "Archived" in client.get("/en/spaces").text
    with unit_of_work():
        spaces.restore_space(admin, shelf.space)
    assert policy.can_reply(actor, topic)


@pytest.mark.parametrize(
    ("posting", "allowed"), [("members", {"member", "participant"}), ("participants", {"participant"})]
)
def test_who_writes_in_a_public_space(app: Flask, posting: str, allowed: set[str]) -> None:
    space = SpaceFactory(posting=posting)
    people = {"member": UserFactory(), "participant": UserFactory(role="participant", space=space)}
    assert {role for role, one in people.items() if policy.can_write(one, space)} == allowed


FORM = {"title-fr": "Cercle", "visibility": "request", "posting": "participants", "premoderation": "all", "langs": "pl"}


def test_settings_through_their_page(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    space = SpaceFactory(visibility="closed")
    page = f"/en/spaces/{space.slug}/settings"
    inside = sign_in(app.test_client(), UserFactory(role="participant", space=space))
    outside = sign_in(app.test_client(), UserFactory())
    assert (inside.get(page).status_code, outside.get(page).status_code) == (403, 404)
    assert app.test_client().get(page).status_code == 302
    leader = sign_in(app.test_client(), UserFactory(role="facilitator", space=space))
    shown = leader.get(page).text
    assert f"Espace {space.slug}" in shown
    assert 'value="staff"' not in shown.partition('name="posting"')[0]  # the audience is not theirs to give
    for wrong, words in (
        ({"title-fr": ""}, "title in at least one language"),
        ({"title-fr": "x" * 81}, "at most 80"),
        ({"description-ar": "y" * 501}, "at most 500"),
        ({"visibility": "staff"}, "Choose one of the options."),
        ({"posting": "nobody"}, "Choose one of the options."),
    ):
        empty = {f"title-{tag}": "" for tag in ("en", "nl", "ar")}
        answer = post(leader, page, page, **FORM | empty | wrong)
        assert (answer.status_code, words in answer.text) == (422, True), wrong
    assert post(leader, page, page, **FORM | {"title-en": ""}).status_code == 303
    again = db.session.get(Space, space.id, populate_existing=True)
    assert again is not None
    assert (again.title, again.visibility, again.posting) == ({"fr": "Cercle"}, "request", "participants")
    assert (again.premoderation, again.langs) == ("all", ["pl"])
    assert outside.get(f"/en/spaces/{space.slug}").status_code == 200


def test_staff_are_told_of_spaces_that_nobody_leads(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    SpaceFactory(visibility="request", title={"en": "Orphan circle"})
    staff = sign_in(app.test_client(), UserFactory(role="staff"))
    member = sign_in(app.test_client(), UserFactory())
    assert "Spaces that nobody leads" in staff.get("/en/spaces").text
    assert "Spaces that nobody leads" not in member.get("/en/spaces").text
    assert "Orphan circle" in member.get("/en/spaces").text
