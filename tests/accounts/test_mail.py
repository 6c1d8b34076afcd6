"""Mail: written with the change, delivered by SMTP or to a folder, tried again, shown on the local page."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.config import Settings
from app.core import jobs, mail
from app.core.db import db
from app.core.events import unit_of_work
from app.core.i18n import INTERFACE
from app.core.mail import OutgoingMail, deliver_due
from tests.factories import UserFactory
from tests.support.certificates import self_signed
from tests.support.clock import FrozenClock
from tests.support.mailbox import Mailbox, part
from tests.support.ports import free_port

NAMES = sorted(
    path.name.removesuffix(".subject.txt") for path in Path("templates/email/accounts").glob("*.subject.txt")
)
GIVEN = {
    "code": "123456", "login_token": "123456", "login_link": "https://b.example/fr/login/link?id=1&code=2",
    "confirmation_link": "https://b.example/c", "reset_link": "https://b.example/r", "link": "https://b.example/a",
}  # fmt: skip


def rows() -> list[OutgoingMail]:
    db.session.expire_all()
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def write(to: str = "awa@example.org", lang: str = "fr") -> None:
    mail.send(to, "accounts/password_changed", lang, user=UserFactory(display_name="Awa & <Co>"))


@pytest.mark.parametrize("lang", INTERFACE)
@pytest.mark.parametrize("name", NAMES)
def test_every_mail_is_whole_in_every_language(app: Flask, name: str, lang: str) -> None:
    written = mail.compose(
        "awa@example.org", f"accounts/{name}", lang, user=UserFactory(display_name="Awa & <Co>"), **GIVEN
    )
    assert written.subject
    assert "\n" not in written.subject
    assert "Awa & <Co>" in written.text
    assert "Awa &amp; &lt;Co&gt;" in written.html
    assert f'<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}">' in written.html
    assert "<script" not in written.html
    assert "<style" not in written.html
    assert ("123456" in written.text) is ("123456" in written.html)
    assert written.headers["Auto-Submitted"] == "auto-generated"


def test_a_mail_belongs_to_the_unit_of_work(app: Flask) -> None:
    def stop_after_writing() -> None:
        with unit_of_work():
            write()
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        stop_after_writing()
    assert rows() == []
    with unit_of_work():
        write()
        assert len(db.session.new) >= 1
    assert len(rows()) == 1


def test_by_smtp_in_the_readers_language_and_then_forgotten(make_app: Callable[..., Flask], mailbox: Mailbox) -> None:
    with make_app(smtp_url=mailbox.url, mail_from="Beffroi <post@example.org>").app_context():
        write(lang="ar")
        write("joao@example.org", "pt-BR")
        assert deliver_due() == 2
        assert rows() == []
    first, second = mailbox.messages
    assert (first["To"], first["From"], first["Content-Language"]) == (
        "awa@example.org",
        "Beffroi <post@example.org>",
        "ar",
    )
    assert first["Message-ID"].endswith("@example.org>")
    assert 'dir="rtl"' in part(first, "html")
    assert "Awa & <Co>" in part(first, "plain")
    assert second["Content-Language"] == "pt-BR"


def test_what_does_not_go_is_tried_later_and_later_and_then_kept_with_the_reason(
    make_app: Callable[..., Flask], mailbox: Mailbox, clock: FrozenClock
) -> None:
    mailbox.refuses = True
    with make_app(smtp_url=mailbox.url).app_context():
        write()
        assert deliver_due() == 0
        (waits,) = rows()
        assert (waits.attempts, "451" in waits.last_error) == (1, True)
        assert waits.due_at == clock.moment + timedelta(minutes=2)
        assert deliver_due() == 0
        assert rows()[0].attempts == 1
        for _ in range(mail.TRIES):
            clock.advance(hours=5)
            deliver_due()
        (given_up,) = rows()
        assert (given_up.attempts, given_up.due_at) == (mail.TRIES, None)
        mailbox.refuses = False
        clock.advance(days=31)
        assert deliver_due() == 0
        mail.purge_mail()
        assert rows() == []


def test_a_server_that_is_away_loses_nothing(
    make_app: Callable[..., Flask], mailbox: Mailbox, clock: FrozenClock
) -> None:
    with make_app(smtp_url=f"smtp://127.0.0.1:{free_port()}").app_context():
        write()
        assert deliver_due() == 0
        assert "refused" in rows()[0].last_error
    clock.advance(minutes=3)
    with make_app(smtp_url=mailbox.url).app_context():
        assert deliver_due() == 1
    assert len(mailbox.messages) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # aiosmtpd about its own server, here without TLS on purpose
def test_a_server_that_asks_for_a_name_and_a_password_gets_them(make_app: Callable[..., Flask]) -> None:
    asked: list[tuple[bytes, bytes]] = []

    def judge(_server: object, _session: object, _envelope: object, _kind: str, said: LoginPassword) -> AuthResult:
        asked.append((said.login, said.password))
        return AuthResult(success=True)

    box = Mailbox(authenticator=judge, auth_required=True, auth_require_tls=False)
    box.start()
    try:
        with make_app(smtp_url=box.url.replace("smtp://", "smtp://us%40er:p%3Aw@")).app_context():
            write()
            assert deliver_due() == 1
    finally:
        box.stop()
    assert (asked, len(box.messages)) == ([(b"us@er", b"p:w")], 1)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_that_cannot_prove_who_it_is_gets_no_mail(
    make_app: Callable[..., Flask], tmp_path: Path, scheme: str
) -> None:
    context = self_signed(tmp_path)
    box = Mailbox(tls_context=context) if scheme == "smtp" else Mailbox(ssl_context=context)
    with suppress(ssl.SSLError):  # the controller greets its own server without knowing its certificate either
        box.start()
    try:
        with make_app(smtp_url=box.url.replace("smtp://", f"{scheme}://")).app_context():
            write()
            assert deliver_due() == 0
            assert "CERTIFICATE_VERIFY_FAILED" in rows()[0].last_error
    finally:
        box.stop()
    assert box.messages == []


def test_one_bad_address_does_not_hold_the_others_up(make_app: Callable[..., Flask], mailbox: Mailbox) -> None:
    with make_app(smtp_url=mailbox.url).app_context():
        write("bad\naddress@example.org")
        write()
        assert deliver_due() == 1
        assert [row.to for row in rows()] == ["bad\naddress@example.org"]
    assert len(mailbox.messages) == 1


def test_without_a_server_mails_land_in_a_folder_and_on_a_local_page(
    app: Flask, client: FlaskClient, settings: Settings
) -> None:
    assert client.get("/en/mail").status_code == 200
    write(lang="vi")
    assert deliver_due() == 1
    (file,) = (settings.var / "mail").glob("*.eml")
    listed = client.get("/en/mail")
    assert f"/en/mail/{file.stem}" in listed.text
    page = client.get(f"/en/mail/{file.stem}")
    assert "Awa &amp; &lt;Co&gt;" in page.text
    assert 'href="http://127.0.0.1:8000/vi/"' in page.text
    raw = client.get(f"/en/mail/{file.stem}/html")
    assert "sandbox" in raw.headers["Content-Security-Policy"]
    assert "script-src 'self'" not in raw.headers["Content-Security-Policy"]
    assert client.get("/en/mail/..%2Fsecret").status_code == 404
    assert client.get("/en/mail/20260101-000000-000001").status_code == 404


def test_the_local_page_does_not_exist_where_mail_leaves(make_app: Callable[..., Flask], mailbox: Mailbox) -> None:
    browser = make_app(smtp_url=mailbox.url).test_client()
    assert [browser.get(f"/en/mail{rest}").status_code for rest in ("", "/x", "/20260101-000000-000001/html")] == [
        404
    ] * 3


def test_a_commit_with_a_mail_wakes_the_jobs_process_and_another_does_not(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[str] = []
    monkeypatch.setattr(jobs, "wake", woken.append)
    UserFactory()
    assert woken == []
    write()
    assert woken == ["deliver"]


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"site_url": "https://beffroi.example"}, {}),
        ({}, {"headers": {"Host": "beffroi.example"}}),
        ({}, {"environ_overrides": {"REMOTE_ADDR": "198.51.100.7"}}),
        ({}, {"headers": {"X-Forwarded-For": "198.51.100.7"}}),
    ],
)
def test_mails_that_sign_people_in_are_shown_at_this_machine_alone(
    make_app: Callable[..., Flask], changes: dict[str, str], asked: dict[str, object]
) -> None:
    browser = make_app(**changes).test_client()
    assert browser.get("/fr/mail", **asked).status_code == 404  # type: ignore[arg-type]
    assert "/fr/mail" not in browser.get("/fr/login", **asked).text  # type: ignore[arg-type]
