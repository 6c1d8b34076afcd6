"""The pages of the site: the text every site begins with, then the operator's own words, in versions."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.actor import VISITOR
from app.core import options
from app.core.errors import Conflict, NotAllowed, NotFound
from app.core.events import unit_of_work
from app.core.i18n import INTERFACE, speaking
from app.pages import policy, queries
from app.pages.changes import changes_between
from app.pages.generic import generic_page
from app.pages.models import SLUGS, PageVersion
from app.pages.rendering import render_page
from app.pages.services import PageDraft, publish_page, restore_version
from tests.factories import UserFactory
from tests.support.html import Page, words


def published(slug: str = "terms", body: str = "Un **texte**.", lang: str = "fr", **changes: object) -> PageVersion:
    admin = UserFactory(role="administrator")
    with unit_of_work():
        draft = PageDraft(lang, "Conditions", body, render_page(body), **changes)  # type: ignore[arg-type]
        return publish_page(admin, slug, draft)


@pytest.mark.parametrize("role", ["", "moderator", "staff", "administrator"])
def test_administrators_alone_write_pages(app: Flask, role: str) -> None:
    assert bool(policy.can_edit_pages(UserFactory(role=role))) is (role == "administrator")
    assert not policy.can_edit_pages(VISITOR)
    version = published()
    if role != "administrator":
        with pytest.raises(NotAllowed), unit_of_work():
            publish_page(UserFactory(role=role), "terms", PageDraft("fr", "A", "B", "<p>B</p>", base=1))
        with pytest.raises(NotAllowed), unit_of_work():
            restore_version(UserFactory(role=role), version)


@pytest.mark.parametrize("slug", SLUGS)
def test_each_page_has_a_text_in_every_language_before_anyone_writes_it(client: FlaskClient, slug: str) -> None:
    texts = set()
    for lang in INTERFACE:
        answer = client.get(f"/{lang}/{slug}")
        assert answer.status_code == 200
        page = Page(answer.text)
        assert words(page.one("h1"))
        assert len(page.all("h2")) >= 3
        with speaking(lang):
            texts.add(generic_page(slug).title)
    assert queries.current_version(slug) == 0


def test_the_operators_words_take_the_place_of_the_shipped_ones(client: FlaskClient) -> None:
    version = published(body="# Objet\n\nNotre *charte*.", asks_again=True)
    text = client.get("/fr/terms").text
    assert "<h2>Objet</h2>" in text
    assert "<em>charte</em>" in text
    assert "Version 1" in text
    assert queries.current_version("terms") == version.number == 1


def test_a_page_that_is_not_in_ones_language_says_in_which_one_it_is(client: FlaskClient) -> None:
    published(body="Notre texte.")
    text = client.get("/ar/terms").text
    assert "Notre texte." in text
    assert 'lang="fr" dir="ltr"' in text
    published(body="نصنا.", lang="ar")
    assert "نصنا." in client.get("/ar/terms").text
    assert "Notre texte." in client.get("/vi/terms").text


def test_versions_count_in_all_languages_and_consents_follow_those_that_matter(app: Flask) -> None:
    assert published().number == 1
    assert published(body="Our text.", lang="en", asks_again=True).number == 2
    assert published(body="Un autre.", base=1).number == 3
    assert queries.current_version("terms") == 2
    assert [version.number for version in queries.list_versions("terms")] == [3, 2, 1]
    assert [version.number for version in queries.list_versions("terms", "en")] == [2]
    with pytest.raises(NotFound):
        queries.get_version("terms", 9)
    with pytest.raises(NotFound):
        queries.list_versions("nothing")


def test_two_writers_do_not_overwrite_each_other_and_the_same_words_make_no_version(app: Flask) -> None:
    published()
    with pytest.raises(Conflict):
        published(body="Sans voir l'autre.")
    assert published(base=1).number == 1
    assert published(base=1, asks_again=True).number == 2


def test_a_version_is_read_compared_and_restored(client: FlaskClient) -> None:
    first = published(body="Le chat dort.")
    published(body="Le chien dort.", base=1, note="Un autre animal")
    assert "Un autre animal" in client.get("/fr/terms/versions").text
    text = client.get("/fr/terms/versions/2").text
    assert "<del>chat</del><ins>chien</ins>" in text
    assert client.get("/fr/terms/versions/7").status_code == 404
    with unit_of_work():
        again = restore_version(UserFactory(role="administrator"), first)
    assert (again.number, again.body, again.note) == (3, "Le chat dort.", "↺ 1")
    assert "Le chat dort." in client.get("/fr/terms").text


def test_typed_html_stays_text_and_is_never_run(client: FlaskClient) -> None:
    published(body='<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror="alert(1)">')
    page = Page(client.get("/fr/terms").text)
    assert not any("alert" in words(script) for script in page.all("script"))
    assert not page.all("img")
    assert not any("javascript:" in link for link in page.links())


def test_what_changed_is_told_in_words_and_escaped() -> None:
    assert changes_between("a <b> c", "a <i> c") == "a &lt;<del>b</del><ins>i</ins>&gt; c"
    assert changes_between("x" * 60_000, "x" * 60_000 + "\ny").count("<ins>") == 1
    assert changes_between("", "neuf") == "<ins>neuf</ins>"


def test_the_footer_says_how_accessible_the_site_is(client: FlaskClient) -> None:
    assert "not yet audited" in client.get("/en/about").text
    with unit_of_work():
        options.change(None, "site.accessibility", "partly")
    assert "partly compliant" in client.get("/en/about").text
