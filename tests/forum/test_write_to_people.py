"""Those who lead a space write to everyone in it: to whom, how often, in which language, and how one gets no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import services as accounts
from app.accounts.actor import VISITOR
from app.accounts.models import User
from app.core.audit import AuditEntry
from app.core.db import db, now
from app.core.errors import NotAllowed, NotFound
from app.core.events import unit_of_work
from app.core.mail import OutgoingMail
from app.engagement import services as engagement
from app.engagement.queries import follow_level
from app.forum.models import Space
from app.forum.spaces import announcing
from app.forum.spaces.announcing import MOST_A_DAY, Letter, can_write_to_people
from tests.factories import SpaceFactory, UserFactory
from tests.support.browser import token_of
from tests.support.clock import FrozenClock
from tests.support.html import Page, words

SAID = {"title": "Réunion", "body": "Jeudi à 18 h.\n\nVenez tous.", "lang": "fr"}


@pytest.fixture
def space(app: Flask) -> Space:
    return SpaceFactory(visibility="closed", title={"fr": "Réseau", "en": "Network"})


@pytest.fixture
def leader(space: Space) -> User:
    return UserFactory(role="facilitator", space=space, ui_lang="en", display_name="Zoé Relais")


@pytest.fixture
def browser(app: Flask, sign_in: Callable[..., FlaskClient], leader: User) -> FlaskClient:
    return sign_in(app.test_client(), leader)


def sent() -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def written(browser: FlaskClient, space: Space, **fields: str):  # type: ignore[no-untyped-def]
    address = f"/en/spaces/{space.slug}/letter"
    return browser.post(address, data={"csrf_token": token_of(browser.get(address)), **SAID, **fields})


@pytest.mark.parametrize(
    ("role", "is_archived", "may"),
    [
        ("visitor", False, False), ("", False, False), ("participant", False, False), ("facilitator", False, True),
        ("moderator", False, True), ("administrator", False, True), ("facilitator", True, False),
        ("administrator", True, False),
    ],
)  # fmt: skip
def test_who_may_write_to_everyone(app: Flask, space: Space, role: str, is_archived: bool, may: bool) -> None:
    scope = space if role in {"participant", "facilitator"} else None
    actor = VISITOR if role == "visitor" else UserFactory(role=role, space=scope)
    with unit_of_work():
        space.archived_at = now() if is_archived else None
    assert bool(can_write_to_people(actor, space)) is may
    if not may and role != "visitor":
        with pytest.raises(NotAllowed), unit_of_work():
            announcing.write_to_people(actor, space, [])
        assert sent() == []


def test_a_participant_and_a_stranger_find_no_form(
    app: Flask, sign_in: Callable[..., FlaskClient], space: Space
) -> None:
    address = f"/en/spaces/{space.slug}/letter"
    assert app.test_client().get(address).status_code == 302
    assert sign_in(app.test_client(), UserFactory()).get(address).status_code == 404
    inside = sign_in(app.test_client(), UserFactory(role="participant", space=space))
    assert inside.get(address).status_code == 403
    assert address not in Page(inside.get(f"/en/spaces/{space.slug}/people").text).links()


def test_the_letter_is_read_over_then_sent_to_each_in_their_language(browser: FlaskClient, space: Space) -> None:
    reader = UserFactory(role="participant", space=space, ui_lang="ar")
    for wrong in ({"title": " "}, {"body": ""}, {"lang": "xx"}, {"body": "x" * 5001}):
        refused = written(browser, space, sure="1", **wrong)
        assert refused.status_code == 422, wrong
        assert Page(refused.text).all("p", role="alert") or "aria-invalid" in refused.text
    page = Page(written(browser, space).text)
    assert any("2 people will get this letter." in words(said) for said in page.all("p", role="status"))
    assert sent() == []
    assert Page(written(browser, space, change="1").text).one("input", id="title").get("value") == "Réunion"
    assert written(browser, space, sure="1").status_code == 303
    (mail,) = [one for one in sent() if one.to == reader.email]
    assert mail.lang == "ar"
    assert 'lang="fr" dir="ltr"' in mail.html
    assert 'dir="rtl"' in mail.html
    assert "Venez tous." in mail.text
    assert mail.headers["List-Unsubscribe"].startswith("<http")
    (noted,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "write_to_people"))
    assert (noted.space_id, noted.detail) == (space.id, {"receivers": 2})


def test_who_gets_no_letter(space: Space, leader: User) -> None:
    muted, excluded, gone, ended, silent = (UserFactory(role="participant", space=space) for _ in range(5))
    UserFactory()
    with unit_of_work():
        engagement.follow(muted, "space", space.id, "muted")
        accounts.exclude(leader, excluded, space.id, "Insultes.")
        gone.status = "suspended"
        ended.roles[0].until = now() - timedelta(days=1)
        silent.email = None
    assert [member.id for member in announcing.receivers(space)] == [leader.id]


def test_a_space_is_not_written_to_all_day(browser: FlaskClient, space: Space, clock: FrozenClock) -> None:
    for _ in range(MOST_A_DAY):
        assert written(browser, space, sure="1").status_code == 303
    refused = written(browser, space, sure="1")
    assert refused.status_code == 429
    assert Page(refused.text).one("input", id="title").get("value") == "Réunion"
    assert len(sent()) == MOST_A_DAY
    clock.advance(days=1, seconds=1)
    assert written(browser, space, sure="1").status_code == 303


def test_a_space_without_anybody_says_so(app: Flask, sign_in: Callable[..., FlaskClient], space: Space) -> None:
    staff = sign_in(app.test_client(), UserFactory(role="staff"))
    page = Page(staff.get(f"/en/spaces/{space.slug}/letter").text)
    assert page.one("section", class_="empty") is not None
    assert not page.all("textarea", id="body")


def test_the_link_of_a_letter_mutes_the_space(app: Flask, space: Space, leader: User) -> None:
    member = UserFactory(role="participant", space=space, ui_lang="en")
    mails = announcing.compose_letters(leader, space, Letter("T", "B", "fr"))
    link = announcing.quiet_link(member, space)
    assert any(link in mail.text for mail in mails)
    path = "/" + link.split("/", 3)[3]
    client = app.test_client()
    for made_up in ("nonsense", path.rpartition("/")[2] + "x"):
        assert client.get(f"/en/quiet/{made_up}").status_code == 404
    page = client.get(path)
    assert follow_level(member, "space", space.id) is None, "to look at it mutes nothing"
    assert client.post(path, data={"csrf_token": token_of(page)}).status_code == 303
    assert follow_level(member, "space", space.id) == "muted"
    with unit_of_work():
        member.status = "closed"
    with pytest.raises(NotFound):
        announcing.find_quiet(path.rpartition("/")[2])
