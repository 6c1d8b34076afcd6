"""The second step of signing in: turned on with a program's code, asked at every sign-in, owed by who decides."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import authenticator, second_step
from app.accounts.models import SecondFactor, SessionRecord, User
from app.accounts.step_views import OPEN
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotAllowed
from app.core.events import unit_of_work
from tests.factories import UserFactory
from tests.house.test_every_address import addresses
from tests.support.browser import submit, token_of
from tests.support.clock import FrozenClock

GOOD = "une phrase assez longue pour moi"
EMAIL = "rado@example.org"
SignIn = Callable[..., FlaskClient]


def code_for(secret: str) -> str:
    return str(authenticator.authenticator().generate_totp_password(secret))


def armed(member: User) -> tuple[str, list[str]]:
    """A member with the second step on: the secret and the recovery codes."""
    secret = authenticator.new_secret()
    with unit_of_work():
        return secret, second_step.turn_on(member, secret, code_for(secret))


@pytest.fixture
def rado(app: Flask) -> User:
    return UserFactory(email=EMAIL, password=GOOD)


def is_in(client: FlaskClient) -> bool:
    return client.get("/fr/account/").status_code == 200


def test_a_wrong_code_does_not_turn_it_on(app: Flask, rado: User, clock: FrozenClock) -> None:
    secret = authenticator.new_secret()
    late = code_for(secret)
    clock.advance(minutes=5)
    for wrong in ("000000", "not digits", late):
        with pytest.raises(Invalid), unit_of_work():
            second_step.turn_on(rado, secret, wrong)
    assert second_step.factor_of(rado.id) is None


def test_it_is_turned_on_once_and_the_secret_is_not_stored_as_it_is(app: Flask, rado: User, clock: FrozenClock) -> None:
    secret, codes = armed(rado)
    key = authenticator.readable_key(secret).replace("-", "").replace(" ", "")
    factor = second_step.factor_of(rado.id)
    assert factor
    assert key not in factor.secret
    assert len(codes) == 10
    assert not set(codes) & set(factor.recovery)
    with pytest.raises(Conflict), unit_of_work():
        second_step.turn_on(rado, secret, code_for(secret))


def test_a_code_works_once_and_a_recovery_code_too(app: Flask, rado: User, clock: FrozenClock) -> None:
    secret, codes = armed(rado)
    factor = second_step.factor_of(rado.id)
    assert factor
    clock.advance(minutes=1)
    code = code_for(secret)
    with unit_of_work():
        assert authenticator.takes(factor, f" {code[:3]} {code[3:]} ")
        assert not authenticator.takes(factor, code)
        assert authenticator.takes(factor, codes[0].upper())
        assert not authenticator.takes(factor, codes[0])
        assert not authenticator.takes(factor, "")
        assert not authenticator.takes(factor, "٣٣٣٣٣٣")
    assert len(factor.recovery) == 9


def test_after_the_password_nothing_opens_before_the_second_step(
    client: FlaskClient, rado: User, clock: FrozenClock
) -> None:
    secret, _codes = armed(rado)
    clock.advance(minutes=1)
    answer = submit(client, "/fr/login?next=/fr/latest", identity=EMAIL, passcode=GOOD)
    assert "/fr/account/second-step" in answer.location
    assert not is_in(client)
    assert client.get("/fr/").status_code == 200
    page = client.get(answer.location)
    wrong = client.post(answer.location, data={"csrf_token": token_of(page), "code": "123"})
    assert wrong.status_code == 422
    assert not is_in(client)
    right = client.post(answer.location, data={"csrf_token": token_of(wrong), "code": code_for(secret)})
    assert (right.status_code, right.location) == (302, "/fr/latest")
    assert is_in(client)
    (record,) = db.session.scalars(select(SessionRecord))
    assert not record.awaits_code


def test_the_second_step_waits_fifteen_minutes_and_leads_nowhere_else(
    client: FlaskClient, rado: User, clock: FrozenClock
) -> None:
    _secret, codes = armed(rado)
    clock.advance(minutes=1)
    submit(client, "/fr/login", identity=EMAIL, passcode=GOOD)
    page = client.get("/fr/account/second-step?next=https://evil.example/")
    sent = client.post(
        "/fr/account/second-step?next=//evil.example/", data={"csrf_token": token_of(page), "code": codes[3]}
    )
    assert sent.location == "/fr/"
    other = client.application.test_client()
    submit(other, "/fr/login", identity=EMAIL, passcode=GOOD)
    clock.advance(minutes=16)
    assert "/login" in other.get("/fr/account/second-step").location
    assert "/login" in client.application.test_client().get("/fr/account/second-step").location


def test_a_session_that_waits_is_no_session_anywhere(client: FlaskClient, rado: User, clock: FrozenClock) -> None:
    armed(rado)
    submit(client, "/fr/login", identity=EMAIL, passcode=GOOD)
    assert client.get("/fr/account/sessions").status_code == 302
    assert client.get("/fr/account/second-factor").status_code == 302
    assert "Tornavau" not in client.get("/fr/").text


def test_the_pages_turn_it_on_renew_the_codes_and_turn_it_off(
    app: Flask, client: FlaskClient, sign_in: SignIn, rado: User, clock: FrozenClock
) -> None:
    sign_in(client, rado)
    page = client.get("/fr/account/second-factor")
    assert "<svg" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    key = re.search(r'<code dir="ltr">([^<]+)</code>', page.text)
    assert key
    with client.session_transaction() as kept:
        secret = kept["new_factor"]
    assert submit(client, "/fr/account/second-factor", code="999").status_code == 422
    shown = submit(client, "/fr/account/second-factor", code=code_for(secret))
    codes = re.findall(r"<li><code>([a-z0-9-]{14})</code>", shown.text)
    assert len(codes) == 10
    assert shown.headers["Cache-Control"] == "no-store"
    clock.advance(minutes=1)
    again = submit(client, "/fr/account/second-factor", code=codes[0])
    fresh = re.findall(r"<li><code>([a-z0-9-]{14})</code>", again.text)
    assert fresh
    assert not set(fresh) & set(codes)
    assert submit(client, "/fr/account/second-factor", code=codes[1], off="1").status_code == 422
    assert submit(client, "/fr/account/second-factor", code=fresh[1], off="1").status_code == 302
    assert db.session.get(SecondFactor, rado.id) is None
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["second_step_on", "recovery_codes", "second_step_off"]


@pytest.mark.parametrize("role", ["", "moderator", "staff", "administrator"])
def test_who_decides_about_others_cannot_turn_it_off(app: Flask, role: str) -> None:
    member = UserFactory(role=role)
    _secret, codes = armed(member)
    assert second_step.owes_second_step(member) is bool(role)
    if role:
        with pytest.raises(NotAllowed), unit_of_work():
            second_step.turn_off(member, codes[0])
    else:
        with unit_of_work():
            second_step.turn_off(member, codes[0])
        with pytest.raises(Conflict), unit_of_work():
            second_step.renew_recovery(member, codes[1])


@pytest.mark.parametrize("role", ["moderator", "staff", "administrator"])
def test_every_page_leads_there_until_it_is_on(make_app: Callable[..., Flask], role: str) -> None:
    from tests.support.signed_in import cookie_of

    app = make_app(second_factor=True)
    with app.app_context():
        member, plain = UserFactory(role=role), UserFactory()
        client = app.test_client(use_cookies=False)
        log = "/fr/moderation/log"
        answer = client.get(log, headers={"Cookie": cookie_of(app, member)})
        assert answer.status_code == 303
        assert answer.location.endswith("/fr/account/second-factor")
        assert client.get("/fr/latest", headers={"Cookie": cookie_of(app, plain)}).status_code == 200
        assert client.get("/fr/account/second-factor", headers={"Cookie": cookie_of(app, member)}).status_code == 200
        assert client.get(log, headers={"Cookie": cookie_of(app, plain)}).status_code == 403
        armed(member)
        assert client.get(log, headers={"Cookie": cookie_of(app, member)}).status_code == 200


def test_the_demonstration_asks_none_of_its_own_members(make_app: Callable[..., Flask]) -> None:
    from tests.support.signed_in import cookie_of

    app = make_app(second_factor=True, demo=True)
    with app.app_context():
        for is_demo, status in ((True, 200), (False, 303)):
            cookie = cookie_of(app, UserFactory(role="staff", is_demo=is_demo))
            answer = app.test_client(use_cookies=False).get("/fr/moderation/log", headers={"Cookie": cookie})
            assert answer.status_code == status


def test_no_address_but_those_it_takes_opens_to_power_without_it(make_app: Callable[..., Flask]) -> None:
    from tests.support.signed_in import cookie_of

    app = make_app(second_factor=True)
    app.config["WTF_CSRF_ENABLED"] = False  # a form without its token is refused before anything else
    with app.app_context():
        kept = {"Cookie": cookie_of(app, UserFactory(role="staff"))}
        client = app.test_client(use_cookies=False)
        for method in ("GET", "POST"):
            found = [
                each for each in addresses(app, method, {}) if "." in each[0] and each[0].split(".")[0] not in OPEN
            ]
            assert len(found) > 50
            for endpoint, address in found:
                answer = client.open(address, method=method, headers=kept)
                assert answer.status_code == 303, (endpoint, address)
                assert answer.headers["Location"].endswith("/account/second-factor"), endpoint
