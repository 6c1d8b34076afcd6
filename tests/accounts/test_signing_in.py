"""Signing in by password, code and link; what happens to sessions."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import services
from app.accounts.models import SessionRecord, User
from app.accounts.policy import OPERATOR
from app.core.db import db
from app.core.events import EventRow, unit_of_work
from app.demo.sign_ins import keep_password
from tests.accounts.letters import code_in, link_in, waiting
from tests.factories import UserFactory
from tests.support.browser import as_said_to_anyone, submit, token_of
from tests.support.clock import FrozenClock

GOOD = "une phrase assez longue pour moi"
EMAIL = "rado@example.org"


@pytest.fixture
def rado(app: Flask) -> User:
    return UserFactory(email=EMAIL, display_name="Rado", ui_lang="mg", password=GOOD)


def sessions() -> list[SessionRecord]:
    db.session.expire_all()
    return list(db.session.scalars(select(SessionRecord).order_by(SessionRecord.id)))


def is_in(client: FlaskClient) -> bool:
    return client.get("/fr/account/").status_code == 200


def by_password(client: FlaskClient, **more: str) -> None:
    assert submit(client, "/fr/login", identity=EMAIL, passcode=GOOD, **more).status_code == 302


def ask_code(client: FlaskClient, **more: str) -> str:
    page = submit(client, "/fr/login/code", "/fr/login", identity=EMAIL, **more)
    assert 'autocomplete="one-time-code"' in page.text
    return code_in(waiting(EMAIL)[-1])


def type_code(client: FlaskClient, code: str, **more: str) -> int:
    return submit(client, "/fr/login", by="code", identity=EMAIL, passcode=code, **more).status_code


def test_a_wrong_password_and_an_unknown_address_say_the_same(client: FlaskClient, rado: User) -> None:
    pages = [
        submit(client, "/fr/login", identity=who, passcode="faux mot de passe") for who in (EMAIL, "nobody@example.org")
    ]
    said = [re.search(r'id="passcode-error">.*?</svg>(.*?)</p>', page.text, re.DOTALL) for page in pages]
    assert all(said)
    assert len({found.group(1) for found in said if found}) == 1
    assert 'value="rado@example.org"' in pages[0].text
    assert not is_in(client)


def test_a_code_signs_in_once(app: Flask, client: FlaskClient, rado: User) -> None:
    code = ask_code(client)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    page = submit(client, "/fr/login", by="code", identity=EMAIL, passcode=wrong)
    assert page.status_code == 200
    assert 'id="passcode-error"' in page.text
    assert 'autocomplete="one-time-code"' in page.text
    assert type_code(client, f"{code[:3]} {code[3:]}") == 302
    assert is_in(client)
    assert type_code(app.test_client(), code) == 200


def test_a_new_code_makes_the_last_one_void_and_codes_end(client: FlaskClient, rado: User, clock: FrozenClock) -> None:
    first = ask_code(client)
    second = ask_code(client)
    assert first == second or type_code(client, first) == 200
    clock.advance(minutes=14)
    link = link_in(waiting(EMAIL)[-1])
    assert client.get(link).status_code == 200
    clock.advance(minutes=7)
    assert client.get(link).location == "/mg/login"
    assert type_code(client, second) == 200


def test_an_address_without_an_account_is_asked_for_a_code_too(client: FlaskClient, rado: User) -> None:
    known, unknown = (
        submit(client, "/fr/login/code", "/fr/login", identity=who) for who in (EMAIL, "nobody@example.org")
    )
    assert as_said_to_anyone(known) == as_said_to_anyone(unknown)
    assert waiting("nobody@example.org") == []


def test_a_mailed_link_asks_for_one_press(app: Flask, client: FlaskClient, rado: User) -> None:
    ask_code(client)
    mail = waiting(EMAIL)[-1]
    assert mail.lang == "mg"
    link = link_in(mail)
    page = client.get(link)
    assert not is_in(client)
    hidden = dict(re.findall(r'name="(by|identity|passcode)" value="([^"]*)"', page.text))
    assert client.post("/mg/login", data={**hidden, "csrf_token": token_of(page)}).status_code == 302
    assert is_in(client)
    assert app.test_client().get(link).location == "/mg/login"
    assert app.test_client().get("/mg/login/link?id=x&code=123456").location == "/mg/login"


def test_signing_in_leads_back_to_the_page_asked_for_and_nowhere_else(
    app: Flask, client: FlaskClient, rado: User
) -> None:
    sent = client.get("/fr/account/settings")
    assert sent.location == "/fr/login?next=/fr/account/settings"
    page = client.get(sent.location)
    said = {"csrf_token": token_of(page), "identity": EMAIL, "passcode": GOOD, "next": "/fr/account/settings"}
    assert client.post("/fr/login", data=said).location == "/fr/account/settings"
    other = app.test_client()
    refused = submit(other, "/fr/login", identity=EMAIL, passcode=GOOD, next="https://evil.example/")
    assert "evil.example" not in (refused.location or "")


def test_the_cookie_changes_at_sign_in_and_holds_no_name(client: FlaskClient, rado: User) -> None:
    client.get("/fr/login")
    before = client.get_cookie("session")
    by_password(client)
    after = client.get_cookie("session")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert after.expires is not None
    with client.session_transaction() as kept:
        assert set(kept) <= {"_user_id", "_fresh", "_id", "_permanent", "fs_cc", "fs_paa", "_flashes"}
        assert kept["_user_id"] not in {record.token for record in sessions()}


def test_a_shared_computer_keeps_nothing(client: FlaskClient, rado: User, clock: FrozenClock) -> None:
    by_password(client, shared="y")
    cookie = client.get_cookie("session")
    assert cookie is not None
    assert cookie.expires is None
    assert client.get_cookie("remember_token") is None
    page = client.get("/fr/account/")
    assert "no-store" in page.headers["Cache-Control"]
    clock.advance(minutes=119)
    client.get("/fr/account/").close()
    clock.advance(minutes=119)
    assert is_in(client)
    token = token_of(client.get("/fr/account/sessions"))
    out = client.post("/fr/logout", data={"csrf_token": token})
    assert out.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert sessions() == []


def test_a_shared_computer_signs_out_after_two_idle_hours(client: FlaskClient, rado: User, clock: FrozenClock) -> None:
    by_password(client, shared="y")
    clock.advance(minutes=121)
    assert not is_in(client)


def test_a_session_in_use_lasts_on_and_is_written_seldom(
    client: FlaskClient, rado: User, clock: FrozenClock, query_counter: Callable[..., object]
) -> None:
    by_password(client)
    opened = sessions()[0].expires_at
    clock.advance(minutes=4)
    with query_counter() as statements:  # type: ignore[attr-defined]
        client.get("/fr/account/sessions").close()
    assert not [statement for statement in statements if statement.startswith("UPDATE")]
    assert len([statement for statement in statements if "session_record" in statement]) == 2
    clock.advance(minutes=2)
    client.get("/fr/account/").close()
    record = sessions()[0]
    assert record.last_seen_at == clock.moment
    assert record.expires_at > opened
    assert record.user.last_seen_at == clock.moment
    clock.advance(days=31)
    assert not is_in(client)


def test_who_is_signed_in_costs_one_query(
    client: FlaskClient, rado: User, query_counter: Callable[..., object]
) -> None:
    by_password(client)
    client.get("/fr/account/settings")  # what is asked once in a while is asked here
    with query_counter() as statements:  # type: ignore[attr-defined]
        client.get("/fr/account/settings")
    assert statements.count == 2, list(statements)  # the member; what settings show of them and pages do not
    assert statements[0].count("JOIN") == 2
    assert "password" not in statements[0]


def test_signing_out_is_told_and_takes_a_form(client: FlaskClient, rado: User) -> None:
    by_password(client)
    assert client.get("/fr/logout").status_code == 405
    assert client.post("/fr/logout").status_code == 400
    token = token_of(client.get("/fr/account/sessions"))
    assert client.post("/fr/logout", data={"csrf_token": token}).location == "/fr/"
    assert not is_in(client)
    told = db.session.scalars(select(EventRow).where(EventRow.name == "SignedOut")).one()
    assert told.data["member_id"] == rado.id


def test_a_suspended_member_is_out_at_once_and_stays_out(client: FlaskClient, rado: User) -> None:
    by_password(client)
    with unit_of_work():
        services.suspend(OPERATOR, rado, "spam")
    assert not is_in(client)
    assert submit(client, "/fr/login", identity=EMAIL, passcode=GOOD).status_code == 200
    assert type_code(client, "123456") == 200
    assert not is_in(client)


def test_two_members_never_see_each_other(app: Flask, rado: User) -> None:
    awa = UserFactory(display_name="Awa", email="awa@example.org", password=GOOD)
    browsers = {"Rado": app.test_client(), "Awa": app.test_client()}
    by_password(browsers["Rado"])
    submit(browsers["Awa"], "/fr/login", identity=awa.email or "", passcode=GOOD)
    for _ in range(3):
        for name, other in (("Rado", "Awa"), ("Awa", "Rado")):
            page = browsers[name].get("/fr/account/").text
            assert name in page
            assert other not in page
    assert not is_in(app.test_client())


def test_demonstration_accounts_are_shown_where_the_operator_says_so_alone(make_app: Callable[..., Flask]) -> None:
    shown, plain = make_app(demo=True), make_app()
    keep_password(shown.extensions["settings"].var, "abcd-efgh")
    assert "abcd-efgh" in shown.test_client().get("/fr/login").text
    assert "abcd-efgh" not in plain.test_client().get("/fr/login").text
