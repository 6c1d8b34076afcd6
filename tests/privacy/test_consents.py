"""What members agreed to, by version, and who is asked again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.core.db import db
from app.core.events import unit_of_work
from app.pages.models import PageVersion
from app.privacy import consents
from app.privacy.models import Consent
from tests.accounts.letters import member
from tests.accounts.test_signing_up import AWA, join
from tests.factories import UserFactory
from tests.support.browser import submit

Sign = Callable[..., FlaskClient]


@pytest.fixture(autouse=True)
def _look_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consents, "STALE_AFTER", -1.0)


def published(slug: str, number: int, asks_again: bool = True) -> None:
    with unit_of_work() as session:
        session.add(
            PageVersion(
                slug=slug, number=number, lang="fr", title="Titre", body="x", html="<p>x</p>", asks_again=asks_again
            )
        )


def given(who: User) -> set[tuple[str, int]]:
    return {(row.purpose, row.version) for row in db.session.scalars(select(Consent).where(Consent.user_id == who.id))}


def test_joining_records_the_versions_in_force(client: FlaskClient) -> None:
    published("terms", 1)
    published("terms", 2, asks_again=False)
    join(client)
    assert given(member(AWA)) == {("terms", 1), ("rules", 0)}


def test_nobody_is_asked_while_nothing_changed(app: Flask, actor: User, sign_in: Sign) -> None:
    browser = sign_in(app.test_client(), actor)
    assert browser.get("/fr/spaces").status_code == 200
    published("terms", 1, asks_again=False)
    published("privacy", 1)
    assert browser.get("/fr/spaces").status_code == 200
    assert "I agree" not in browser.get("/en/account/consent").text


def test_a_new_version_is_put_to_everyone_once(app: Flask, actor: User, sign_in: Sign) -> None:
    published("rules", 1)
    assert app.test_client().get("/fr/spaces").status_code == 200
    browser = sign_in(app.test_client(), actor)
    asked = browser.get("/fr/spaces?x=1")
    assert asked.status_code == 302
    assert "/fr/account/consent" in asked.location
    assert browser.get("/fr/account/data").status_code == 200
    assert browser.get("/fr/pages/rules").status_code in {200, 404}
    agreed = submit(browser, "/fr/account/consent", asked.location, next="/fr/spaces?x=1")
    assert agreed.location == "/fr/spaces?x=1"
    assert browser.get("/fr/spaces").status_code == 200
    assert given(actor) == {("terms", 0), ("rules", 1)}
    published("rules", 2)
    assert browser.get("/fr/spaces").status_code == 302


def test_the_way_on_never_leads_elsewhere(app: Flask, actor: User, sign_in: Sign) -> None:
    published("terms", 1)
    browser = sign_in(app.test_client(), actor)
    agreed = submit(browser, "/fr/account/consent", next="//evil.example/")
    assert agreed.location == "/fr/"


def test_what_was_withdrawn_is_asked_again(app: Flask) -> None:
    published("terms", 1)
    who = UserFactory()
    with unit_of_work():
        consents.agree(who)
    assert consents.missing(who) == []
    with unit_of_work():
        consents.withdraw(who)
    assert consents.missing(who) == ["terms"]
    assert {row.withdrawn_at is None for row in consents.given_by(who)} == {False}
    with unit_of_work():
        consents.agree(who)
    assert consents.missing(who) == []
