"""The queue of what waits, as moderators use it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.db import db
from app.core.mail import OutgoingMail
from app.forum.models import Category, Post
from tests.factories import UserFactory
from tests.support.browser import token_of
from tests.support.forum import opened
from tests.support.pages import said
from tests.support.trust import guarded, held_texts

Sign = Callable[..., FlaskClient]
PAGE = "/fr/moderation/waiting"


@pytest.fixture
def shelf(app: Flask) -> Category:
    return guarded("all")


@pytest.fixture
def desk(app: Flask, shelf: Category, sign_in: Sign) -> FlaskClient:
    """The browser of a moderator of the space."""
    return sign_in(app.test_client(), UserFactory(role="moderator", space=shelf.space))


def press(client: FlaskClient, address: str, **fields: object):  # type: ignore[no-untyped-def]
    token = token_of(client.get("/fr/account/settings"))
    return client.post(address, data={"csrf_token": token, **fields})


def test_members_have_no_queue(app: Flask, shelf: Category, sign_in: Sign) -> None:
    opened(UserFactory(), shelf)
    (held,) = held_texts()
    member = sign_in(app.test_client(), UserFactory())
    assert app.test_client().get(PAGE).status_code == 302
    assert member.get(PAGE).status_code == 403
    assert press(member, f"{PAGE}/approve", held=[held.id]).status_code == 403
    for act in ("approve", "refuse"):
        assert press(member, f"{PAGE}/{held.id}/{act}", reason="non").status_code == 404
    assert held_texts() == [held]


def test_a_moderator_sees_what_waits_in_their_spaces_alone(app: Flask, shelf: Category, desk: FlaskClient) -> None:
    opened(UserFactory(), shelf, "Chez nous", body="Mon beau texte")
    opened(UserFactory(), guarded("all"), "Ailleurs")
    page = said(desk.get(PAGE))
    assert "Chez nous" in page
    assert "Mon beau texte" in page
    assert "Ailleurs" not in page
    other = held_texts()[1]
    assert press(desk, f"{PAGE}/{other.id}/approve").status_code == 404
    press(desk, f"{PAGE}/approve", held=[other.id])
    assert other in held_texts()


def test_the_queue_is_narrowed_by_language_and_pages_by_key(app: Flask, shelf: Category, desk: FlaskClient) -> None:
    opened(UserFactory(), shelf, "Une question arabe", lang="ar")
    for number in range(26):
        opened(UserFactory(), shelf, f"Sujet {number:02}")
    assert "Sujet 00" not in desk.get(f"{PAGE}?text_lang=ar").text
    first = desk.get(f"{PAGE}?text_lang=fr").text
    assert "Sujet 24" in first
    assert "Sujet 25" not in first
    last = held_texts()[25].id
    assert "Sujet 25" in desk.get(f"{PAGE}?text_lang=fr&after={last}").text
    assert desk.get(f"{PAGE}?after=x&text_lang=zz&space=zz").status_code == 200


def test_approving_one_and_several(app: Flask, shelf: Category, desk: FlaskClient) -> None:
    for number in range(3):
        opened(UserFactory(), shelf, f"Sujet {number}")
    first, *others = held_texts()
    assert press(desk, f"{PAGE}/{first.id}/approve").status_code == 303
    again = press(desk, f"{PAGE}/{first.id}/approve")
    assert again.status_code == 409
    assert press(desk, f"{PAGE}/approve", held=[held.id for held in others] + ["x"]).status_code == 303
    assert held_texts() == []
    assert set(db.session.scalars(select(Post.state))) == {"visible"}


def test_refusing_asks_why_and_tells_the_author_in_their_language(
    app: Flask, shelf: Category, desk: FlaskClient
) -> None:
    author = UserFactory(ui_lang="en")
    opened(author, shelf, "Mon sujet")
    (held,) = held_texts()
    without = press(desk, f"{PAGE}/{held.id}/refuse", reason=" ")
    assert without.status_code == 422
    assert f"reason-{held.id}-error" in without.text
    assert press(desk, f"{PAGE}/{held.id}/refuse", reason="Trop court", is_spam="y").status_code == 303
    (mail,) = db.session.scalars(select(OutgoingMail))
    assert (mail.to, mail.lang) == (author.email, "en")
    assert "Trop court" in mail.text
    assert "/en/account/waiting" in mail.text


def test_the_desk_follows_live_what_begins_and_ceases_to_wait(
    app: Flask, shelf: Category, desk: FlaskClient, run_consumers: Callable[[], int]
) -> None:
    from app.core.events import tail
    from app.moderation.events import QueueMoved

    opened(UserFactory(), shelf)
    press(desk, f"{PAGE}/{held_texts()[0].id}/approve")
    run_consumers()
    moves = [logged.event for logged in tail((0, 0)) if isinstance(logged.event, QueueMoved)]
    assert {(move.desk, move.what) for move in moves} == {
        (desk_id, what) for desk_id in (0, shelf.space_id) for what in ("held", "decided")
    }


def test_the_queue_costs_the_same_however_long_it_is(
    app: Flask, shelf: Category, desk: FlaskClient, query_counter
) -> None:  # type: ignore[no-untyped-def]
    opened(UserFactory(), shelf)
    desk.get(PAGE)
    with query_counter() as one:
        desk.get(PAGE)
    for _ in range(10):
        opened(UserFactory(), shelf)
    with query_counter() as many:
        desk.get(PAGE)
    assert many.count == one.count
