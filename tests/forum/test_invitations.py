"""Invitations: by name, by address, by list, by link; what ended says so; new people are led to the space."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import Role, User
from app.core.db import db, now
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from app.core.events import unit_of_work
from app.core.mail import OutgoingMail
from app.forum.jobs import purge_membership
from app.forum.models import Space
from app.forum.spaces import invitation_links, invitations
from app.forum.spaces.models import SpaceInvitation
from tests.factories import SpaceFactory, UserFactory
from tests.forum.test_membership import post


@pytest.fixture
def space(app: Flask) -> Space:
    """A closed space."""
    return SpaceFactory(visibility="closed", title={"fr": "Réseau fermé", "en": "Closed network"})


@pytest.fixture
def leader(space: Space) -> User:
    return UserFactory(role="facilitator", space=space, ui_lang="en")


@pytest.fixture
def browse(app: Flask, sign_in: Callable[..., FlaskClient]) -> Callable[[User], FlaskClient]:
    return lambda member: sign_in(app.test_client(), member)


def is_in(member: User, space: Space) -> bool:
    query = select(Role.id).where(Role.user_id == member.id, Role.space_id == space.id)
    return db.session.scalar(query) is not None


def sent() -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def path_of(invitation: SpaceInvitation) -> str:
    return f"/en/invitations/{invitation_links.token_of(invitation)}"


@pytest.mark.parametrize("who", ["member", "participant"])
def test_only_who_leads_invites(app: Flask, space: Space, who: str) -> None:
    actor = UserFactory(role="participant" if who == "participant" else "", space=space)
    for act in (
        lambda: invitations.invite_member(actor, space, UserFactory().handle),
        lambda: invitations.invite_address(actor, space, "new@example.org"),
        lambda: invitations.make_link(actor, space, 1, 1),
    ):
        with pytest.raises(NotAllowed), unit_of_work():
            act()
    assert sent() == []


def test_a_member_is_invited_by_handle_in_their_language(app: Flask, space: Space, leader: User) -> None:
    member = UserFactory(ui_lang="mg")
    with pytest.raises(Invalid), unit_of_work():
        invitations.invite_member(leader, space, "nobody-at-all")
    with unit_of_work():
        made = invitations.invite_member(leader, space, f"@{member.handle.upper()}")
    (mail,) = sent()
    assert (mail.to, mail.lang) == (member.email, "mg")
    assert invitation_links.way_in(made) in mail.text
    with pytest.raises(Invalid), unit_of_work():
        invitations.invite_member(leader, space, member.handle)
    with pytest.raises(NotFound), unit_of_work():
        invitations.accept_invitation(UserFactory(), made)
    with unit_of_work():
        invitations.accept_invitation(member, made)
    assert is_in(member, space)
    with pytest.raises(NotAllowed), unit_of_work():
        invitations.accept_invitation(member, made)
    with pytest.raises(Invalid), unit_of_work():
        invitations.invite_member(leader, space, member.handle)


def test_an_invitation_is_declined_by_who_it_is_for(app: Flask, space: Space, leader: User) -> None:
    member = UserFactory()
    with unit_of_work():
        made = invitations.invite_member(leader, space, member.handle)
    with pytest.raises(NotFound), unit_of_work():
        invitations.decline_invitation(UserFactory(), made)
    with unit_of_work():
        invitations.decline_invitation(member, made)
    for act in (invitations.decline_invitation, invitations.accept_invitation):
        with pytest.raises(Conflict), unit_of_work():
            act(member, made)


def test_a_letter_box_is_invited_once_and_its_invitation_serves_once(app: Flask, space: Space, leader: User) -> None:
    for address in ("nobody", "a@b@c", "", "x" * 300 + "@example.org"):
        with pytest.raises(Invalid), unit_of_work():
            invitations.invite_address(leader, space, address)
    with unit_of_work():
        made = invitations.invite_address(leader, space, " New@Example.org ")
    with pytest.raises(Invalid), unit_of_work():
        invitations.invite_address(leader, space, "new@example.org")
    assert [mail.to for mail in sent()] == ["new@example.org"]
    first, second = UserFactory(), UserFactory()
    with unit_of_work():
        invitations.accept_invitation(first, made)
    with pytest.raises(Conflict), unit_of_work():
        invitations.accept_invitation(second, made)
    assert (is_in(first, space), is_in(second, space)) == (True, False)


def test_a_list_is_read_as_people_write_lists() -> None:
    listed = invitations.read_list(
        'Nom;Adresse\nAwa;awa@example.org\n"Rado, R." <Rado@example.org>\n\nawa@example.org\tpiet@example.org\n???'
    )
    assert listed.addresses == ("awa@example.org", "rado@example.org", "piet@example.org")
    assert listed.unread == (1, 6)
    with pytest.raises(Invalid):
        invitations.read_list("\n".join(f"p{number}@example.org" for number in range(201)))


def test_a_pasted_list_gets_one_summary_that_names_nobody(
    app: Flask, space: Space, leader: User, browse: Callable[[User], FlaskClient]
) -> None:
    inside = UserFactory(role="participant", space=space)
    page = f"/en/spaces/{space.slug}/invitations"
    pasted = f"a@example.org\n{inside.email}\nnothing here\nb@example.org, a@example.org"
    answer = post(browse(leader), page, page, way="list", addresses=pasted)
    assert answer.status_code == 200
    assert "2 invitations sent." in answer.text
    assert "1 person takes part already or is invited." in answer.text
    assert "in these lines: 3." in answer.text
    assert "a@example.org" not in answer.text
    assert sorted(mail.to for mail in sent()) == ["a@example.org", "b@example.org"]
    assert all("b@example.org" not in mail.text + mail.html for mail in sent() if mail.to == "a@example.org")


def test_so_many_invitations_a_day(app: Flask, space: Space, leader: User, monkeypatch: Any, clock: Any) -> None:
    monkeypatch.setattr(invitations, "MOST_A_DAY", 2)
    for address in ("a@example.org", "b@example.org"):
        with unit_of_work():
            invitations.invite_address(leader, space, address)
    with pytest.raises(TooMany), unit_of_work():
        invitations.invite_address(leader, space, "c@example.org")
    clock.advance(days=1, seconds=1)
    with unit_of_work():
        invitations.invite_address(leader, space, "c@example.org")


@pytest.mark.parametrize(("days", "uses"), [(0, 1), (91, 1), (1, 0), (1, 501)])
def test_a_link_has_bounds(app: Flask, space: Space, leader: User, days: int, uses: int) -> None:
    with pytest.raises(Invalid), unit_of_work():
        invitations.make_link(leader, space, days, uses)


@pytest.mark.parametrize(("way", "words"), [("used", "used up"), ("expired", "has ended"), ("revoked", "taken back")])
def test_a_link_that_ended_says_so(
    app: Flask, space: Space, leader: User, browse: Callable[[User], FlaskClient], clock: Any, way: str, words: str
) -> None:
    with unit_of_work():
        made = invitations.make_link(leader, space, 7, 2)
    for member in (UserFactory(), UserFactory())[: 2 if way == "used" else 1]:
        with unit_of_work():
            invitations.accept_invitation(member, made)
    if way == "expired":
        clock.advance(days=7)
    if way == "revoked":
        with pytest.raises(NotAllowed), unit_of_work():
            invitations.revoke_invitation(UserFactory(), made)
        with unit_of_work():
            invitations.revoke_invitation(leader, made)
    late = UserFactory()
    answer = browse(late).get(path_of(made))
    assert (answer.status_code, words in answer.text, "Closed network" in answer.text) == (410, True, False)
    with pytest.raises(Conflict), unit_of_work():
        invitations.accept_invitation(late, made)
    assert not is_in(late, space)
    with pytest.raises(Conflict), unit_of_work():
        invitations.revoke_invitation(leader, made)


@pytest.mark.parametrize("token", ["x", "IjAxIg.abc", "é" * 50])
def test_an_address_we_did_not_sign_leads_nowhere(app: Flask, client: FlaskClient, token: str) -> None:
    assert client.get(f"/en/invitations/{token}").status_code == 404


def test_an_invitation_of_another_is_not_taken(
    app: Flask, space: Space, leader: User, browse: Callable[[User], FlaskClient]
) -> None:
    with unit_of_work():
        made = invitations.invite_member(leader, space, UserFactory().handle)
    other = browse(UserFactory())
    answer = other.get(path_of(made))
    assert (answer.status_code, "another member" in answer.text, "Closed network" in answer.text) == (410, True, False)
    assert post(other, "/en/spaces", path_of(made)).status_code == 404


def test_a_visitor_is_led_back_to_the_invitation_after_signing_up(
    app: Flask, space: Space, leader: User, sign_in: Callable[..., FlaskClient], actor: User
) -> None:
    with unit_of_work():
        made = invitations.make_link(leader, space, 7, 5)
    browser, path = app.test_client(), path_of(made)
    page = browser.get(path)
    assert "Closed network" in page.text
    assert "/en/login?next=/en/invitations/" in page.text
    assert browser.post(path).status_code in {302, 400}
    sign_in(browser, actor)  # by whichever door
    led = browser.get("/en/")
    assert (led.status_code, led.location) == (302, path)
    assert browser.get("/en/").status_code == 200  # once
    assert post(browser, path, path).location == f"/en/spaces/{space.slug}"
    assert is_in(actor, space)
    assert browser.get(path).location == f"/en/spaces/{space.slug}"


def test_signing_in_keeps_the_invitation(app: Flask, space: Space, leader: User, client: FlaskClient) -> None:
    member = UserFactory(password="une phrase assez longue 77")
    with unit_of_work():
        made = invitations.make_link(leader, space, 7, 5)
    client.get(path_of(made))
    post(client, "/en/login", "/en/login", identity=str(member.email), passcode="une phrase assez longue 77",
         chosen_method="password")  # fmt: skip
    with client.session_transaction() as kept:
        assert kept["invitation"] == invitation_links.token_of(made)


def test_the_list_of_spaces_tells_who_is_invited_by_address(
    app: Flask, space: Space, leader: User, browse: Callable[[User], FlaskClient], actor: User
) -> None:
    with unit_of_work():
        made = invitations.invite_address(leader, space, str(actor.email))
    assert sent()[-1].lang == actor.ui_lang
    browser = browse(actor)
    assert path_of(made) in browser.get("/en/spaces").text
    assert path_of(made) not in browse(UserFactory()).get("/en/spaces").text
    assert post(browser, path_of(made), f"{path_of(made)}/decline").status_code == 303
    assert path_of(made) not in browser.get("/en/spaces").text


def test_the_page_of_invitations(app: Flask, space: Space, leader: User, browse: Callable[[User], FlaskClient]) -> None:
    page = f"/en/spaces/{space.slug}/invitations"
    assert browse(UserFactory(role="participant", space=space)).get(page).status_code == 403
    browser = browse(leader)
    assert "No invitation yet" in browser.get(page).text
    for fields, status, words in (
        ({"way": "member", "handle": "nobody"}, 422, "no member of this name"),
        ({"way": "member", "handle": ""}, 422, "Fill this in"),
        ({"way": "mail", "email": "broken"}, 422, "not complete"),
        ({"way": "link", "days": "900", "uses": "3"}, 422, "between 1 and 90"),
        ({"way": "link", "days": "x", "uses": "3"}, 422, "whole number"),
    ):
        answer = post(browser, page, page, **fields)
        assert (answer.status_code, words in answer.text) == (status, True), fields
    assert post(browser, page, page, way="link", days="3", uses="4").status_code == 303
    assert post(browser, page, page, way="mail", email="rado@example.org").status_code == 303
    shown = browser.get(page).text
    made = db.session.scalars(select(SpaceInvitation).where(SpaceInvitation.kind == "link")).one()
    assert invitation_links.way_in(made) in shown
    assert "r…@example.org" in shown
    assert "rado@example.org" not in shown
    assert post(browser, page, f"{page}/{made.public_id}/revoke").status_code == 303
    assert "Taken back" in browser.get(page).text


def test_addresses_and_notes_are_forgotten_after_a_month(app: Flask, space: Space, leader: User, clock: Any) -> None:
    with unit_of_work():
        made = invitations.invite_address(leader, space, "new@example.org")
    clock.advance(days=invitations.LASTS.days + 29)
    purge_membership()
    assert db.session.get(SpaceInvitation, made.id).email == "new@example.org"  # type: ignore[union-attr]
    clock.advance(days=2)
    purge_membership()
    db.session.expire_all()
    assert db.session.get(SpaceInvitation, made.id).email is None  # type: ignore[union-attr]
    assert now() - made.created_at > timedelta(days=30)
