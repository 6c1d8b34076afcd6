"""Writing the pages of the site in the browser."""

from __future__ import annotations

from flask import Flask

from app.pages import queries
from tests.administration.desk import SignIn, at_desk, send
from tests.support.html import Page

PAGES = "/fr/administration/pages"


def test_a_page_begins_with_the_common_text_in_its_language(app: Flask, sign_in: SignIn) -> None:
    client, _admin = at_desk(app, sign_in)
    page = Page(client.get(f"{PAGES}/rules/en").text)
    assert page.one("input", id="title").get("value") == "Community rules"
    assert "# Nobody is a target" in (page.one("textarea", id="body").text or "")
    for wrong in ("nothing/fr", "rules/xx"):
        assert client.get(f"{PAGES}/{wrong}").status_code == 404


def test_a_preview_publishes_nothing_and_keeps_what_was_typed(app: Flask, sign_in: SignIn) -> None:
    client, _admin = at_desk(app, sign_in)
    answer = send(client, f"{PAGES}/terms/fr", title="Conditions", body="# Objet\n\nNotre texte", preview="1")
    assert answer.status_code == 200
    assert "<h2>Objet</h2>" in answer.text
    assert "Notre texte" in (Page(answer.text).one("textarea", id="body").text or "")
    assert queries.list_versions("terms") == []


def test_a_page_is_published_and_an_earlier_text_restored(app: Flask, sign_in: SignIn) -> None:
    client, _admin = at_desk(app, sign_in)
    address = f"{PAGES}/terms/fr"
    for wrong in ({"title": ""}, {"body": " "}, {"body": "x" * 60_001}, {"note": "x" * 201}):
        assert send(client, address, **{"title": "Conditions", "body": "Un.", "base": "0", **wrong}).status_code == 422
    assert send(client, address, title="Conditions", body="Un.", base="0", asks_again="y").status_code == 303
    assert send(client, address, title="Conditions", body="Deux.", base="1", note="Autre").status_code == 303
    assert queries.current_version("terms") == 1
    assert "Deux." in app.test_client().get("/fr/terms").text
    assert send(client, f"{PAGES}/terms/versions/1/restore", address).status_code == 303
    assert "Un." in app.test_client().get("/fr/terms").text
    assert client.get(address).text.count("/terms/versions/") >= 3
    assert client.get(PAGES).status_code == 200


def test_two_writers_see_that_the_other_was_faster(app: Flask, sign_in: SignIn) -> None:
    client, _admin = at_desk(app, sign_in)
    address = f"{PAGES}/terms/fr"
    send(client, address, title="Conditions", body="Un.", base="0")
    late = send(client, address, title="Conditions", body="Le mien.", base="0")
    assert late.status_code == 409
    page = Page(late.text)
    assert "Le mien." in (page.one("textarea", id="body").text or "")
    assert page.one("input", id="base").get("value") == "1"
