"""Signing up: with a password and a confirming link, or without one and a code."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.core.db import db
from app.core.mail import OutgoingMail
from tests.factories import UserFactory
from tests.support.browser import path_of, submit

GOOD = "une phrase assez longue pour moi"


def mails(to: str) -> list[OutgoingMail]:
    db.session.expire_all()
    return list(db.session.scalars(select(OutgoingMail).where(OutgoingMail.to == to).order_by(OutgoingMail.id)))


def code_in(mail: OutgoingMail) -> str:
    found = re.search(r"^\d{6}$", mail.text, re.MULTILINE)
    assert found
    return found.group()


def link_in(mail: OutgoingMail) -> str:
    found = re.search(r"http\S+", mail.text)
    assert found
    return path_of(found.group())


def member(email: str) -> User:
    db.session.expire_all()
    return db.session.scalars(select(User).where(User.email == email)).unique().one()


def join(client: FlaskClient, lang: str = "fr", **changes: str) -> object:
    said = {"display_name": "Awa Diallo", "email": "awa@example.org", "password": GOOD, "is_old_enough": "y"} | changes
    return submit(client, f"/{lang}/register", **said)


def test_with_a_password_then_confirm_then_sign_in(app: Flask, client: FlaskClient) -> None:
    assert join(client).location == "/fr/register/sent"
    awa = member("awa@example.org")
    assert (awa.handle, awa.status, awa.ui_lang, awa.confirmed_at) == ("awa-diallo", "pending", "fr", None)
    assert awa.age_declared_at is not None
    early = submit(client, "/fr/login", identity="awa@example.org", passcode=GOOD)
    assert early.status_code == 200 and "Your address is not confirmed yet" in early.text

    confirmed = client.get(link_in(mails("awa@example.org")[0]))
    assert confirmed.location == "/fr/login"
    assert member("awa@example.org").status == "active"
    assert submit(client, "/fr/login", identity=" AWA@example.org ", passcode=GOOD).location == "/fr/"
    assert "Awa Diallo" in client.get("/fr/account/").text
