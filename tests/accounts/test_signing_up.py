"""Signing up: with a password and a confirming link, or without one and a code."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.core.db import db
from app.core.events import EventRow
from tests.accounts.letters import code_in, link_in, member, waiting
from tests.factories import UserFactory
from tests.support.browser import as_said_to_anyone, submit
from tests.support.clock import FrozenClock

GOOD = "une phrase assez longue pour moi"
AWA = "awa@example.org"


def join(client: FlaskClient, lang: str = "fr", **changes: str) -> TestResponse:
    said = {"display_name": "Awa Diallo", "email": AWA, "password": GOOD, "is_old_enough": "y"} | changes
    return submit(client, f"/{lang}/register", **{name: value for name, value in said.items() if value})


def events() -> list[str]:
    return list(db.session.scalars(select(EventRow.name).order_by(EventRow.id)))


def test_with_a_password_then_confirm_then_sign_in(client: FlaskClient) -> None:
    assert join(client).location == "/fr/register/sent"
    awa = member(AWA)
    assert (awa.handle, awa.status, awa.ui_lang, awa.confirmed_at) == ("awa-diallo", "pending", "fr", None)
    assert awa.age_declared_at is not None
    assert events() == []

    early = submit(client, "/en/login", identity=AWA, passcode=GOOD)
    assert early.status_code == 200
    assert "Your address is not confirmed yet" in early.text

    confirmed = client.get(link_in(waiting(AWA)[0]))
    assert urlsplit(confirmed.location).path == "/fr/login"
    assert member(AWA).status == "active"
    assert events() == ["MemberJoined", "SubjectPublished"]

    assert submit(client, "/fr/login", identity=f" {AWA.upper()} ", passcode=GOOD).location == "/fr/"
    assert "Awa Diallo" in client.get("/fr/account/").text
    again = client.get(link_in(waiting(AWA)[0]))
    assert again.status_code == 302
    assert events() == ["MemberJoined", "SubjectPublished"]


def test_without_a_password_by_the_code_of_the_first_mail(client: FlaskClient) -> None:
    page = join(client, "ar", display_name="ياسمينة", password="")
    assert page.location == "/ar/register/sent"
    assert AWA in client.get(page.location).text
    mail = waiting(AWA)[0]
    assert (mail.lang, 'dir="rtl"' in mail.html) == ("ar", True)
    typed = submit(client, "/ar/login", "/ar/register/sent", by="code", identity=AWA, passcode=code_in(mail))
    assert typed.location == "/ar/"
    yasmina = member(AWA)
    assert (yasmina.status, yasmina.password, yasmina.ui_lang) == ("active", None, "ar")
    assert yasmina.handle.startswith("member-")
    assert events() == ["MemberJoined", "SubjectPublished"]
    assert client.get("/ar/register/sent").location == "/ar/login"


def test_an_address_that_has_an_account_looks_the_same_and_tells_its_owner(client: FlaskClient) -> None:
    owner = UserFactory(email=AWA, ui_lang="nl")
    fresh = join(client, email="new@example.org")
    taken = join(client)
    assert (taken.status_code, taken.location) == (fresh.status_code, fresh.location)
    assert db.session.scalar(select(func.count()).select_from(User)) == 2
    (told,) = waiting(AWA)
    assert told.lang == "nl"
    assert "/nl/reset/" in told.text
    assert member(AWA).display_name == owner.display_name


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("display_name", "A"),
        ("display_name", " \u0007 "),
        ("email", "awa@"),
        ("email", ""),
        ("password", "court"),
        ("password", "awa diallo"),
        ("password", "motdepasse123"),
        ("is_old_enough", ""),
    ],
)
def test_a_mistake_is_shown_beside_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, field: str, value: str
) -> None:
    page = join(client, **{field: value})
    assert page.status_code == 200
    assert f'id="{field}-error"' in page.text
    assert f'href="#{field}"' in page.text
    assert page.text.split("<title>")[1].startswith(("Error", "Erreur"))
    kept = {"display_name": "Awa Diallo", "email": AWA}
    assert all(f'value="{said}"' in page.text for name, said in kept.items() if name != field)
    assert GOOD not in page.text
    assert db.session.scalar(select(func.count()).select_from(User)) == 0


def test_a_confirming_link_ends_after_48_hours_and_can_be_asked_for_again(
    client: FlaskClient, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(client)
    link = link_in(waiting(AWA)[0])
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: clock.advance(hours=49).timestamp())
    assert client.get(link).location == "/fr/login"
    assert member(AWA).status == "pending"
    monkeypatch.undo()
    submit(client, "/fr/confirm", email=AWA)
    client.get(link_in(waiting(AWA)[1]))
    assert member(AWA).status == "active"
    known, unknown = (submit(client, "/fr/confirm", email=email) for email in (AWA, "nobody@example.org"))
    assert as_said_to_anyone(known) == as_said_to_anyone(unknown)
    assert len(waiting(AWA)) == 2


def test_who_proves_an_address_elsewhere_does_not_take_over_a_strangers_password(
    app: Flask, client: FlaskClient
) -> None:
    join(app.test_client(), display_name="Stranger")
    join(client)
    typed = submit(
        client, "/fr/login", "/fr/register/sent", by="code", identity=AWA, passcode=code_in(waiting(AWA)[-1])
    )
    assert typed.status_code == 302
    assert (member(AWA).status, member(AWA).password) == ("active", None)


def test_links_lead_to_the_public_address_whatever_the_request_says(make_app: Callable[..., Flask]) -> None:
    app = make_app(site_url="https://beffroi.example")
    with app.app_context():
        browser = app.test_client()
        page = browser.get("/fr/register", base_url="https://evil.example")
        from tests.support.browser import token_of

        said = {"display_name": "Awa", "email": AWA, "is_old_enough": "y", "csrf_token": token_of(page)}
        browser.post(
            "/fr/register", data=said, base_url="https://evil.example", headers={"Referer": "https://evil.example/"}
        )
        (mail,) = waiting(AWA)
        assert "https://beffroi.example/fr/confirm/" in mail.text
        assert "evil" not in mail.text + mail.html
