"""Forgetting, changing and setting a password; changing the address."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from tests.accounts.letters import link_in, member, waiting
from tests.accounts.test_signing_in import is_in, sessions
from tests.factories import UserFactory
from tests.support.browser import as_said_to_anyone, submit
from tests.support.clock import FrozenClock

GOOD = "une phrase assez longue pour moi"
BETTER = "encore une autre phrase bien longue"
EMAIL = "rado@example.org"


@pytest.fixture
def rado(app: Flask) -> User:
    return UserFactory(email=EMAIL, display_name="Rado", ui_lang="mg", password=GOOD)


def enter(client: FlaskClient, password: str) -> int:
    return submit(client, "/fr/login", identity=EMAIL, passcode=password).status_code


def test_a_forgotten_password_is_set_anew_and_signs_every_device_out(
    app: Flask, client: FlaskClient, rado: User
) -> None:
    other = app.test_client()
    assert enter(other, GOOD) == 302
    known, unknown = (submit(client, "/fr/reset", email=email) for email in (EMAIL, "nobody@example.org"))
    assert as_said_to_anyone(known) == as_said_to_anyone(unknown)
    assert waiting("nobody@example.org") == []
    link = link_in(waiting(EMAIL)[0])
    assert link.startswith("/mg/reset/")
    weak = submit(client, link, password="rado@example.org")
    assert 'id="password-error"' in weak.text
    assert submit(client, link, password=BETTER).location == "/mg/login"
    assert not is_in(other)
    assert (enter(client, GOOD), enter(client, BETTER)) == (200, 302)
    told = waiting(EMAIL)[-1]
    assert told.lang == "mg"
    assert client.get(link).status_code == 302


def test_a_changed_password_signs_out_the_other_devices_only(app: Flask, client: FlaskClient, rado: User) -> None:
    other = app.test_client()
    assert (enter(other, GOOD), enter(client, GOOD)) == (302, 302)
    wrong = submit(client, "/fr/account/password", password="pas le bon mot", new_password=BETTER)
    assert 'id="password-error"' in wrong.text
    same = submit(client, "/fr/account/password", password=GOOD, new_password=GOOD)
    assert 'id="password-error"' in same.text
    weak = submit(client, "/fr/account/password", password=GOOD, new_password="a")
    assert 'id="new_password-error"' in weak.text
    assert submit(client, "/fr/account/password", password=GOOD, new_password=BETTER).location == "/fr/account/"
    assert (is_in(client), is_in(other)) == (True, False)
    assert len(sessions()) == 1
    assert enter(app.test_client(), BETTER) == 302


def test_who_has_no_password_shows_who_they_are_before_setting_one(
    client: FlaskClient, rado: User, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert enter(client, GOOD) == 302
    monkeypatch.setattr("flask_security.utils.naive_utcnow", lambda: clock.advance(hours=13).replace(tzinfo=None))
    sent = client.get("/fr/account/address")
    assert sent.location == "/fr/account/verify?next=/fr/account/address"
    assert 'id="passcode-error"' in submit(client, "/fr/account/verify", passcode="faux").text
    asked = submit(client, "/fr/account/verify/code", "/fr/account/verify")
    assert asked.status_code == 200
    assert waiting(EMAIL)
    done = submit(client, "/fr/account/verify", passcode=GOOD, next="/fr/account/address")
    assert done.location == "/fr/account/address"


def test_a_new_address_counts_once_its_link_is_opened_and_the_old_one_is_told(client: FlaskClient, rado: User) -> None:
    UserFactory(email="taken@example.org")
    assert enter(client, GOOD) == 302
    assert 'id="email-error"' in submit(client, "/fr/account/address", email="rado@").text
    submit(client, "/fr/account/address", email="taken@example.org")
    assert waiting("taken@example.org") == []
    submit(client, "/fr/account/address", email="new@example.org")
    link = link_in(waiting("new@example.org")[0])
    assert member(EMAIL).handle == rado.handle
    assert client.get(link).location == "/mg/account/"
    assert member("new@example.org").id == rado.id
    assert waiting(EMAIL)[-1].lang == "mg"
    assert client.get(link).status_code == 302
