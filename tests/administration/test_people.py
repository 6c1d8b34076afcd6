"""Members and roles at the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import services as accounts
from app.accounts.models import Role, User
from app.accounts.policy import OPERATOR
from app.administration import people
from app.administration.members import Wanted, list_members
from app.core.db import db, now
from app.core.errors import Conflict, Invalid, NotAllowed
from app.core.events import unit_of_work
from app.core.mail import OutgoingMail
from tests.administration.desk import SignIn, at_desk, send
from tests.factories import SpaceFactory, UserFactory
from tests.support.html import Page

MEMBERS, ROLES = "/fr/administration/members", "/fr/administration/roles"


def names(**wanted: str) -> list[str]:
    return [member.display_name for member in list_members(Wanted(**wanted), None).rows]


def test_members_are_found_by_name_handle_address_state_and_role(app: Flask) -> None:
    UserFactory(display_name="Awa Diop", handle="awa-relais", email="awa@kayes.example")
    UserFactory(display_name="Élodie", status="suspended")
    UserFactory(display_name="Piet", role="moderator")
    assert names(words="awa d") == ["Awa Diop"]
    assert names(words="@AWA-relais") == ["Awa Diop"]
    assert names(words="KAYES.example") == ["Awa Diop"]
    assert names(words="%") == []
    assert names(state="suspended") == ["Élodie"]
    assert names(role="moderator") == ["Piet"]
    assert names(words="nobody") == []
    assert len(names()) == 3


def test_the_list_is_paged_and_asks_the_same_number_of_questions(
    app: Flask, sign_in: SignIn, query_counter: object
) -> None:
    client, _admin = at_desk(app, sign_in)
    client.get(MEMBERS)
    with query_counter() as few:  # type: ignore[operator]
        client.get(MEMBERS)
    for _ in range(60):
        UserFactory()
    with query_counter() as many:  # type: ignore[operator]
        page = client.get(MEMBERS)
    assert many.count == few.count
    assert "after=" in page.text
    assert client.get(f"{MEMBERS}?after=nonsense&q={'x' * 500}&state=nothing").status_code == 200


@pytest.mark.parametrize("role", ["", "moderator", "staff"])
def test_administrators_alone_give_and_take_roles(app: Flask, role: str) -> None:
    with pytest.raises(NotAllowed), unit_of_work():
        people.give_role(UserFactory(role=role), UserFactory(), "moderator")
    with pytest.raises(NotAllowed), unit_of_work():
        people.take_role(UserFactory(role=role), UserFactory(role="moderator"), "moderator")


def test_the_last_administrator_stays(app: Flask) -> None:
    admin = UserFactory(role="administrator")
    for act in (
        lambda: people.take_role(OPERATOR, admin, "administrator"),
        lambda: people.give_role(OPERATOR, admin, "administrator", until=now() + timedelta(days=3)),
    ):
        with pytest.raises(Conflict), unit_of_work():
            act()
    other = UserFactory(role="administrator")
    with unit_of_work():
        people.take_role(other, admin, "administrator")
    assert not admin.is_administrator
    UserFactory(role="administrator", status="suspended")
    with pytest.raises(Conflict), unit_of_work():
        people.take_role(OPERATOR, other, "administrator")


def test_a_role_has_a_space_and_an_end(app: Flask, sign_in: SignIn) -> None:
    client, _admin = at_desk(app, sign_in)
    space, member = SpaceFactory(), UserFactory(handle="piet")
    day = (now() + timedelta(days=10)).date().isoformat()
    given = {"member": "@piet", "role": "moderator", "space": str(space.id), "until": day}
    wrong = [{"member": "nobody"}, {"role": "staff"}, {"until": "2020-01-01"}, {"until": "tomorrow"}, {"role": "king"}]
    for change in wrong:
        assert send(client, ROLES, **given | change).status_code == 422, change
    assert send(client, ROLES, **given).status_code == 303
    db.session.expire_all()
    assert member.moderates(space.id)
    assert not member.moderates(space.id + 1)
    (role,) = db.session.scalars(select(Role).where(Role.user_id == member.id))
    assert role.until
    with pytest.raises(Invalid), unit_of_work():
        people.give_role(OPERATOR, member, "staff", until=now())
    taken = {"member": member.public_id, "role": "moderator", "space": str(space.id)}
    for nowhere in ("²", "9" * 40):
        assert send(client, f"{ROLES}/take", ROLES, **(taken | {"space": nowhere})).status_code == 303
    assert send(client, f"{ROLES}/take", ROLES, **taken).status_code == 303
    db.session.expire_all()
    assert not member.moderates(space.id)


def test_ones_own_role_of_administrator_stays(app: Flask, sign_in: SignIn) -> None:
    client, admin = at_desk(app, sign_in)
    UserFactory(role="administrator")
    send(client, f"{ROLES}/take", ROLES, member=admin.public_id, role="administrator")
    db.session.expire_all()
    assert db.session.get(User, admin.id).is_administrator  # type: ignore[union-attr]


def test_a_member_is_shown_sent_the_confirming_mail_and_closed(app: Flask, sign_in: SignIn) -> None:
    client, _admin = at_desk(app, sign_in)
    newcomer = UserFactory(status="pending", confirmed_at=None, email="neuf@example.org")
    address = f"{MEMBERS}/{newcomer.public_id}"
    assert send(client, f"{address}/confirm", address).status_code == 303
    assert "neuf@example.org" in set(db.session.scalars(select(OutgoingMail.to)))
    member = UserFactory()
    address = f"{MEMBERS}/{member.public_id}"
    assert send(client, f"{address}/close", address).status_code == 422
    assert send(client, f"{address}/close", address, reason="À sa demande").status_code == 303
    db.session.expire_all()
    assert member.status == "closed"
    assert send(client, f"{address}/close", ROLES, reason="Encore").status_code in {403, 409}
    assert client.get(f"{MEMBERS}/unknown").status_code == 404


def test_being_excluded_is_no_role_to_look_up_give_or_take(app: Flask, sign_in: SignIn) -> None:
    client, admin = at_desk(app, sign_in)
    space, member = SpaceFactory(), UserFactory(display_name="Awa Exclue")
    with unit_of_work():
        accounts.exclude(admin, member, space.id, "Insultes.")
    page = client.get("/fr/administration/roles")
    assert "Awa Exclue" not in page.text
    for address in ("/fr/administration/roles", MEMBERS):
        assert {option.get("value") for option in Page(client.get(address).text).all("option")}.isdisjoint({"excluded"})
    wanted = {"member": member.handle, "role": "excluded", "space": str(space.id)}
    assert send(client, "/fr/administration/roles", **wanted).status_code == 422
    taken = {"member": member.public_id, "role": "excluded", "space": str(space.id)}
    send(client, "/fr/administration/roles/take", "/fr/administration/roles", **taken)
    db.session.expire_all()
    assert member.is_excluded(space.id)


@pytest.mark.parametrize(("role", "is_offered"), [("staff", False), ("administrator", True)])
def test_the_menu_offers_webhooks_to_those_who_may_open_them(
    app: Flask, sign_in: SignIn, role: str, is_offered: bool
) -> None:
    client, _member = at_desk(app, sign_in, role)
    doors = Page(client.get("/fr/administration/").text).links()
    assert ("/fr/administration/webhooks" in doors) is is_offered
    assert client.get("/fr/administration/webhooks").status_code == (200 if is_offered else 403)
    if is_offered:
        page = Page(client.get("/fr/administration/webhooks").text)
        assert page.one("a", href="/fr/administration/webhooks", aria_current="page") is not None
