"""The first run: closed to who does not read the console, done once, nothing of the demonstration in it."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.accounts.policy import OPERATOR
from app.administration.beginnings import NAMES, begin_with
from app.administration.setting_up import FirstAdministrator, FirstRun, has_administrator, set_up
from app.config import Settings
from app.core import options
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.core.events import unit_of_work
from app.core.first_token import awaits_first_run, first_link, first_token, is_first_token
from app.core.i18n import INTERFACE
from app.forum.models import Category, Space
from tests.factories import SpaceFactory, UserFactory
from tests.support.browser import submit, token_of
from tests.support.mailbox import Mailbox

PAGE = "/fr/first-run"
SAID = {
    "site_name": "Forum du Delta", "operator": "Région du Delta", "territory": "Le Delta", "language": "vi",
    "languages": ["fr", "vi"], "mail_port": "587", "mail_security": "starttls", "template": "twinning",
    "registration": "approval", "admin_name": "Thu", "email": "thu@example.org",
    "password": "une phrase assez longue pour ouvrir",
}  # fmt: skip


def opened(app: Flask, client: FlaskClient) -> None:
    """The pages, opened by the link of the console."""
    link = first_link(app.extensions["settings"])
    answer = client.get(link.partition("://")[2].partition("/")[2].join(("/", "")))
    assert answer.location == PAGE


def send(client: FlaskClient, **changes: object) -> object:
    token = token_of(client.get(PAGE))
    return client.post(PAGE, data=SAID | {"csrf_token": token} | changes)


def test_fields_that_lack_the_same_are_named_in_the_summary(app: Flask, client: FlaskClient) -> None:
    opened(app, client)
    alone, several = send(client, operator=""), send(client, operator="", territory="")
    assert not re.search('href="#operator">[^<]+ · ', alone.text)  # type: ignore[attr-defined]
    for name in ("operator", "territory"):
        assert re.search(f'href="#{name}">[^<]+ · ', several.text)  # type: ignore[attr-defined]


def test_without_the_token_nothing_opens(app: Flask, client: FlaskClient) -> None:
    settings: Settings = app.extensions["settings"]
    assert client.get(PAGE).location == f"{PAGE}/token"
    assert client.get(f"{PAGE}?token=guess").location == f"{PAGE}/token"
    token = first_token(settings)
    assert stat.S_IMODE((settings.var / "first-run.token").stat().st_mode) == 0o600
    assert not is_first_token(settings, "")
    (settings.var / "first-run.token").write_text("")  # as another process is just making it
    assert not is_first_token(settings, "")
    (settings.var / "first-run.token").write_text(token)
    assert not is_first_token(settings, "é")
    assert submit(client, f"{PAGE}/token", token="guess").status_code == 422
    assert client.get(PAGE).location == f"{PAGE}/token"
    assert submit(client, f"{PAGE}/token", token=f" {token} ").status_code == 303
    assert client.get(PAGE).status_code == 200


def test_once_there_is_an_administrator_there_are_no_such_pages(app: Flask, client: FlaskClient) -> None:
    first_token(app.extensions["settings"])
    UserFactory(role="administrator", status="suspended")
    assert client.get(f"{PAGE}/token").status_code == 200
    UserFactory(role="administrator")
    for address in (PAGE, f"{PAGE}/token", f"{PAGE}?token={first_token(app.extensions['settings'])}"):
        assert client.get(address).status_code == 404
    with pytest.raises(Conflict), unit_of_work():
        set_up(FirstRun(administrator=FirstAdministrator("x@example.org", "X", "fr")))


@pytest.mark.parametrize(
    "wrong",
    [
        {"site_name": " "}, {"operator": ""}, {"territory": ""}, {"email": "nowhere"}, {"password": "court"},
        {"language": "xx"}, {"languages": ["xx"]}, {"template": "castle"}, {"registration": "nobody"},
        {"site_name": "x" * 61}, {"mail_port": "many"}, {"mail_security": "none"}, {"mail_port": "99999"},
    ],
)  # fmt: skip
def test_wrong_input_comes_back_and_writes_nothing(app: Flask, client: FlaskClient, wrong: dict[str, object]) -> None:
    opened(app, client)
    answer = send(client, **wrong)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "Le Delta" in answer.text or "territory" in wrong  # type: ignore[attr-defined]
    assert not has_administrator()
    assert options.value("site.territory") != "Le Delta"
    assert db.session.scalars(select(Space)).all() == []


def test_everything_is_set_and_the_administrator_is_led_to_the_second_step(app: Flask, client: FlaskClient) -> None:
    opened(app, client)
    answer = send(client)
    assert answer.status_code == 303, answer.text  # type: ignore[attr-defined]
    assert answer.location == "/fr/account/second-factor"  # type: ignore[attr-defined]
    assert options.value("site.name") == "Forum du Delta"
    assert options.value("accounts.registration") == "approval"
    assert options.value("site.languages") == ["fr", "vi"]
    member = db.session.scalars(select(User)).unique().one()
    assert member.is_administrator
    assert member.confirmed_at
    assert not member.is_demo
    assert client.get("/fr/account/second-factor").status_code == 200
    assert client.get(PAGE).status_code == 404
    assert not (app.extensions["settings"].var / "first-run.token").exists()
    assert "first_run" in set(db.session.scalars(select(AuditEntry.action)))
    slugs = set(db.session.scalars(select(Space.slug)))
    assert len(slugs) == 3
    assert client.get("/fr/spaces").status_code == 200


def test_an_address_that_has_an_account_is_said_beside_its_field(app: Flask, client: FlaskClient) -> None:
    UserFactory(email="thu@example.org")
    opened(app, client)
    answer = send(client)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert 'id="email-error"' in answer.text  # type: ignore[attr-defined]
    assert options.value("site.territory") != "Le Delta"


def test_the_mail_is_tried_before_anything_is_written(app: Flask, client: FlaskClient, mailbox: Mailbox) -> None:
    opened(app, client)
    port = mailbox.url.rpartition(":")[2]
    assert send(client, test="1", email="").status_code == 422  # type: ignore[attr-defined]
    refused = send(client, test="1", mail_server="127.0.0.1", mail_port="1")
    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert "refused" in refused.text  # type: ignore[attr-defined]
    took = send(client, test="1", mail_server="127.0.0.1", mail_port=port)
    assert took.status_code == 200  # type: ignore[attr-defined]
    assert "Forum du Delta" in took.text  # type: ignore[attr-defined]
    assert options.value("mail.server") == ""
    assert send(client, mail_server="127.0.0.1", mail_port=port).status_code == 303  # type: ignore[attr-defined]
    assert options.value("mail.server") == "127.0.0.1"


def test_a_mail_server_of_the_file_is_not_asked_for(make_app: Callable[..., Flask]) -> None:
    app = make_app(smtp_url="smtp://file.example")
    with app.app_context():
        client = app.test_client()
        opened(app, client)
        assert 'name="mail_server"' not in client.get(PAGE).text


@pytest.mark.parametrize("template", NAMES)
def test_a_template_is_named_in_every_language_and_made_once(app: Flask, template: str) -> None:
    with unit_of_work():
        made = begin_with(OPERATOR, template)
    spaces = db.session.scalars(select(Space)).all()
    assert len(spaces) == made == {"regional": 5, "twinning": 3, "network": 3, "empty": 0}[template]
    for thing in [*spaces, *db.session.scalars(select(Category))]:
        assert set(thing.title) == set(INTERFACE), thing.slug
        assert thing.description == {} or set(thing.description) == set(INTERFACE), thing.slug
    if made:
        with unit_of_work():
            assert begin_with(OPERATOR, "regional") == 0


def test_spaces_that_are_there_stay(app: Flask) -> None:
    SpaceFactory()
    with unit_of_work():
        set_up(FirstRun({"site.name": "Autre"}, "regional"))
    assert len(db.session.scalars(select(Space)).all()) == 1
    UserFactory(email="a@example.org")
    with pytest.raises(Invalid), unit_of_work():
        set_up(FirstRun(administrator=FirstAdministrator("a@example.org", "A", "fr")))


def test_the_console_knows_whether_somebody_is_awaited(app: Flask) -> None:
    settings: Settings = app.extensions["settings"]
    if not settings.database.startswith("sqlite"):
        assert not awaits_first_run(settings)
        return
    assert awaits_first_run(settings)
    assert re.fullmatch(r"http://127.0.0.1:8000/fr/first-run\?token=[\w-]{24}", first_link(settings))
    UserFactory(role="administrator")
    assert not awaits_first_run(settings)
