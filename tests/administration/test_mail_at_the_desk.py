"""Mail at the desk: settings of the file win, failures are shown and tried again, a test is sent at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from app.config import Settings
from app.core import mail, options
from app.core.db import db
from app.core.events import unit_of_work
from app.core.mail import OutgoingMail
from app.core.mail_settings import is_set_by_file, mail_settings
from tests.administration.desk import SignIn, at_desk, send
from tests.factories import UserFactory
from tests.support.mailbox import Mailbox

PAGE = "/fr/administration/mail"


def choose(**values: object) -> None:
    with unit_of_work():
        for name, value in values.items():
            options.change(None, f"mail.{name}", value)


def test_what_the_file_says_wins(app: Flask) -> None:
    settings: Settings = app.extensions["settings"]
    assert mail_settings(settings).smtp_url == ""
    choose(server="smtp.example.org", user="moi@example.org", password="a:b/c", sender="bonjour@example.org")
    found = mail_settings(settings)
    assert found.smtp_url == "smtp://moi%40example.org:a%3Ab%2Fc@smtp.example.org:587"
    assert found.mail_from == "bonjour@example.org"
    choose(security="tls", port=465, user="")
    assert mail_settings(settings).smtp_url == "smtps://smtp.example.org:465"
    named = replace(settings, smtp_url="smtp://file.example", mail_from="file@example.org")
    assert (mail_settings(named).smtp_url, mail_settings(named).mail_from) == (named.smtp_url, named.mail_from)
    assert is_set_by_file(named)
    assert not is_set_by_file(settings)


def test_settings_of_the_file_are_shown_and_not_changed(make_app: Callable[..., Flask]) -> None:
    app = make_app(smtp_url="smtp://file.example")
    with app.app_context():
        from tests.support.signed_in import cookie_of

        cookie = cookie_of(app, UserFactory(role="administrator"))
        page = app.test_client(use_cookies=False).get("/fr/administration/settings/mail", headers={"Cookie": cookie})
        assert '<fieldset class="form-part" disabled>' in page.text


def test_mails_leave_by_the_server_chosen_in_the_browser(app: Flask, mailbox: Mailbox) -> None:
    choose(server="127.0.0.1", port=int(mailbox.url.rpartition(":")[2]))
    mail.send("vous@example.org", "administration/test", "fr")
    assert mail.deliver_due() == 1


def test_a_test_says_what_the_server_answered(app: Flask, sign_in: SignIn, mailbox: Mailbox) -> None:
    client, _admin = at_desk(app, sign_in)
    assert send(client, f"{PAGE}/test", PAGE, email="nowhere").status_code == 422
    assert send(client, f"{PAGE}/test", PAGE, email="vous@example.org").status_code == 303
    assert list((app.extensions["settings"].var / "mail").glob("*.eml"))
    choose(server="127.0.0.1", port=1)
    refused = send(client, f"{PAGE}/test", PAGE, email="vous@example.org")
    assert refused.status_code == 422
    assert "refused" in refused.text
    choose(port=int(mailbox.url.rpartition(":")[2]))
    assert send(client, f"{PAGE}/test", PAGE, email="vous@example.org").status_code == 303


@pytest.mark.parametrize("chosen", [True, False])
def test_failures_are_shown_and_tried_again(app: Flask, sign_in: SignIn, chosen: bool) -> None:
    client, _admin = at_desk(app, sign_in)
    choose(server="127.0.0.1", port=1)
    for address in ("un@example.org", "deux@example.org"):
        mail.send(address, "administration/test", "fr")
    assert mail.deliver_due() == 0
    page = client.get(PAGE)
    assert "un@example.org" in page.text
    assert "deux@example.org" in page.text
    first = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).first()
    fields = {"mail": str(first.id)} if chosen and first else {}
    assert send(client, f"{PAGE}/retry", PAGE, **fields).status_code == 303
    db.session.expire_all()
    late = db.session.scalars(select(OutgoingMail).where(OutgoingMail.attempts > 0)).all()
    assert len(late) == (1 if chosen else 0)
