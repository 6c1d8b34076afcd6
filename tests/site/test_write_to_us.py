"""The contact page: a form that becomes a mail to those who run the site."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core import options
from app.core.db import db
from app.core.events import unit_of_work
from app.core.mail import OutgoingMail
from tests.factories import UserFactory
from tests.support.browser import token_of

SAID = {"name": "Awa", "email": "awa@example.org", "about": "Une question", "body": "Bonjour.\n\nMerci."}


def send(client: FlaskClient, **changes: str) -> int:
    token = token_of(client.get("/fr/contact"))
    return client.post("/fr/contact", data=SAID | {"csrf_token": token} | changes).status_code


def mails() -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


@pytest.mark.parametrize("wrong", [{"email": "nowhere"}, {"body": " "}, {"about": ""}, {"body": "x" * 10_001}])
def test_what_cannot_be_answered_comes_back_with_the_words_kept(client: FlaskClient, wrong: dict[str, str]) -> None:
    token = token_of(client.get("/fr/contact"))
    answer = client.post("/fr/contact", data=SAID | {"csrf_token": token} | wrong)
    assert answer.status_code == 422
    assert "Awa" in answer.text
    assert mails() == []


def test_the_operators_address_gets_the_mail_and_the_answer_goes_to_the_writer(client: FlaskClient) -> None:
    with unit_of_work():
        options.change(None, "site.contact", "bonjour@region.example")
    assert send(client) == 302
    (mail,) = mails()
    assert (mail.to, mail.headers["Reply-To"]) == ("bonjour@region.example", "awa@example.org")
    assert "Bonjour.\n\nMerci." in mail.text
    assert "Une question" in mail.subject


def test_without_an_address_the_administrators_get_it_in_their_language(app: Flask, client: FlaskClient) -> None:
    UserFactory(role="administrator", email="chef@example.org", ui_lang="vi")
    UserFactory(role="administrator", email="demo@example.org", is_demo=True)
    UserFactory(role="staff")
    assert send(client, about="Ligne\r\nBcc: x@example.org") == 302
    (mail,) = mails()
    assert (mail.to, mail.lang) == ("chef@example.org", "vi")
    assert "\n" not in mail.subject


def test_without_any_administrator_the_sender_of_the_site_gets_it(client: FlaskClient) -> None:
    assert send(client) == 302
    assert mails()[0].to == "beffroi@localhost"


def test_a_member_finds_their_name_and_address_filled_in(client: FlaskClient, sign_in: object, app: Flask) -> None:
    member = UserFactory(email="moi@example.org")
    text = sign_in(client, member).get("/fr/contact").text  # type: ignore[operator]
    assert "moi@example.org" in text
