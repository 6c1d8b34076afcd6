"""A copy of one's own data: what is in it, for whom, for how long."""

from __future__ import annotations

import json
from collections.abc import Callable
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.core.errors import NotAllowed, NotFound
from app.core.events import unit_of_work
from app.core.files import file_store, store_file
from app.core.personal import declared
from app.engagement import services as engagement
from app.privacy import exporting
from app.privacy.models import DataExport
from tests.accounts.letters import waiting
from tests.factories import CategoryFactory, PostFactory, UserFactory
from tests.support.browser import submit
from tests.support.clock import FrozenClock
from tests.support.forum import opened

Sign = Callable[..., FlaskClient]


def made(member: User) -> DataExport:
    with unit_of_work():
        export = exporting.ask_export(member, member)
    exporting.make_due()
    return export


def test_only_the_member_asks_for_a_copy(app: Flask, actor: User) -> None:
    for other in (UserFactory(), UserFactory(role="administrator")):
        with pytest.raises(NotAllowed), unit_of_work():
            exporting.ask_export(other, actor)


def test_asking_twice_makes_one_copy(app: Flask, actor: User) -> None:
    with unit_of_work():
        first = exporting.ask_export(actor, actor)
    with unit_of_work():
        assert exporting.ask_export(actor, actor).id == first.id
    assert exporting.make_due() == 1
    assert exporting.make_due() == 0


def test_what_a_copy_holds(app: Flask) -> None:
    member = UserFactory(ui_lang="en", display_name="Awa Diallo", presentation="=CMD <b>moi</b>")
    topic = opened(member, CategoryFactory(), "Mon sujet", body="Mes mots <script>")
    PostFactory(topic=topic, body="Les mots d'un autre")
    stored = store_file(file_store(app.extensions["settings"]), "tableau.csv", b"a;b\n1;2\n")
    with unit_of_work():
        engagement.attach(member, "topic", topic.id, stored)
    with unit_of_work():
        engagement.react(member, "topic", topic.id, "useful")
    with ZipFile(exporting.path_of(made(member))) as packed:
        names = set(packed.namelist())
        posts = json.loads(packed.read("tables/post.json"))
        account = json.loads(packed.read("tables/member.json"))
        dictionary = json.loads(packed.read("dictionary.json"))
        page = packed.read("index.html").decode()
        files = [name for name in names if name.startswith("files/")]
        assert packed.read(files[0]) == b"a;b\n1;2\n"
    assert {f"tables/{one.name}.json" for one in declared() if one.fields} <= names
    assert [post["body"] for post in posts] == ["Mes mots <script>"]
    assert account[0]["display_name"] == "Awa Diallo"
    assert "password" not in account[0]
    assert dictionary["post"]["title"] == "Messages you wrote"
    assert dictionary["member"]["fields"]["handle"] == "Handle"
    assert '<html lang="en" dir="ltr">' in page
    assert "Mes mots &lt;script&gt;" in page
    assert "Les mots d'un autre" not in page
    assert "Les mots d&#39;un autre" not in page


def test_a_copy_is_fetched_by_its_member_alone_and_for_a_week(
    app: Flask, actor: User, sign_in: Sign, clock: FrozenClock
) -> None:
    browser = sign_in(app.test_client(), actor)
    assert submit(browser, "/fr/account/data").status_code == 303
    assert "zip" not in browser.get("/fr/account/data").text
    exporting.make_due()
    (export,) = exporting.exports_of(actor)
    assert "/fr/account/data" in waiting(str(actor.email))[0].text
    address = f"/fr/account/data/{export.public_id}.zip"
    assert address in browser.get("/fr/account/data").text
    fetched = browser.get(address)
    assert fetched.status_code == 200
    assert fetched.data[:2] == b"PK"
    assert fetched.headers["Cache-Control"] == "private, no-store"
    fetched.close()
    assert app.test_client().get(address).status_code == 302
    for other in (UserFactory(), UserFactory(role="administrator")):
        assert sign_in(app.test_client(), other).get(address).status_code == 404
    clock.advance(days=8)
    exporting.purge_exports()
    assert not exporting.path_of(export).exists()
    with pytest.raises(NotFound):
        exporting.get_export(actor, export.public_id)
    assert exporting.exports_of(actor) == []


def test_the_copy_of_whoever_is_kept_out_is_not_made(app: Flask) -> None:
    member = UserFactory(status="suspended")
    export = made(member)
    assert export.ready_at is None


def test_a_copy_that_cannot_be_made_does_not_hold_up_the_others(
    app: Flask, actor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, write = UserFactory(), exporting._write

    def stumbling(export: DataExport, member: User) -> int:
        if member.id == actor.id:
            raise OSError("no room on the disk")
        return write(export, member)

    with unit_of_work():
        stuck, fine = exporting.ask_export(actor, actor), exporting.ask_export(other, other)
    monkeypatch.setattr(exporting, "_write", stumbling)
    assert exporting.make_due() == 1
    assert (stuck.ready_at, fine.ready_at is None) == (None, False)
    monkeypatch.undo()
    assert exporting.make_due() == 1
