"""Completion while something is typed, and topics like the one that is being opened."""

from __future__ import annotations

import pytest
from flask import Flask

from app.core.events import unit_of_work
from app.core.subjects import ports
from app.forum.composing.completing import place_of
from app.search.likeness import similar_topics
from tests.factories import CategoryFactory, RoleFactory, SpaceFactory, UserFactory
from tests.support.forum import hidden, opened, replied
from tests.support.html import Page, words
from tests.support.pages import JSON, said, send


@pytest.fixture
def category(app: Flask):
    return CategoryFactory()


@pytest.fixture
def browser(client, sign_in, actor):
    return sign_in(client, actor)


def offered(browser, kind: str, typed: str, at: str) -> list[str]:
    answer = browser.get(f"/en/compose/complete/{kind}", query_string={"q": typed, "at": at}, headers=JSON)
    assert answer.status_code == 200
    return [item["value"] for item in answer.json["items"]]


def test_members_are_found_by_handle_and_by_any_part_of_their_name(browser, actor, category):
    UserFactory(handle="awa-safi", display_name="Ndèye Diop", name_lang="fr")
    UserFactory(handle="diop-j", display_name="Jean Awa")
    at = f"topic:{category.slug}"
    assert set(offered(browser, "member", "awa", at)) == {"@awa-safi", "@diop-j"}
    assert set(offered(browser, "member", "dio", at)) == {"@awa-safi", "@diop-j"}
    assert offered(browser, "member", actor.handle, at) == [], "nobody names themselves"
    assert offered(browser, "member", "%", at) == offered(browser, "member", "", at) == []
    assert offered(browser, "member", "a_a", at) == []


@pytest.mark.parametrize("status", ["suspended", "closed", "anonymised", "pending"])
def test_who_is_not_here_is_not_offered(browser, category, status):
    UserFactory(handle="awa-safi", status=status)
    assert offered(browser, "member", "awa", f"topic:{category.slug}") == []


def test_only_those_who_may_read_along_are_offered(app, sign_in):
    staff_only = CategoryFactory(space=SpaceFactory(visibility="staff"))
    UserFactory(handle="awa-plain")
    UserFactory(handle="awa-staff", role="staff")
    RoleFactory(user_id=UserFactory(handle="awa-here").id, space_id=staff_only.space_id)
    RoleFactory(user_id=UserFactory(handle="awa-elsewhere").id, space_id=CategoryFactory().space_id)
    staff = sign_in(app.test_client(), UserFactory(role="staff"))
    assert set(offered(staff, "member", "awa", f"topic:{staff_only.slug}")) == {"@awa-staff", "@awa-here"}
    member = sign_in(app.test_client(), UserFactory())
    for at in (f"topic:{staff_only.slug}", "topic:nowhere", "edit:x", "reply:x", "elsewhere:1", ""):
        answer = member.get("/en/compose/complete/member", query_string={"q": "awa", "at": at}, headers=JSON)
        assert answer.status_code == 404


def test_those_who_wrote_in_the_topic_come_first(browser, actor, category):
    topic = opened(UserFactory(handle="author"), category)
    here = UserFactory(handle="awa-zz", display_name="Zz")
    post = replied(here, topic)
    UserFactory(handle="awa-aa", display_name="Aa")
    for at in (f"reply:{topic.public_id}", f"edit:{post.public_id}:0", f"reply:{topic.public_id}-recap"):
        assert offered(browser, "member", "awa", at)[0] == "@awa-zz"
    assert set(offered(browser, "member", "", f"reply:{topic.public_id}")) == {"@awa-zz", "@author"}
    assert place_of(actor, "elsewhere:x") is None


def test_tags_are_themes_in_the_readers_language_and_words_in_use_where_one_reads(browser, actor, category):
    opened(actor, category, "Un sujet", "Logement étudiant", "santé")
    staff = UserFactory(role="staff")
    opened(staff, CategoryFactory(space=SpaceFactory(visibility="staff")), "Secret", "Logiciel")
    at = f"topic:{category.slug}"
    assert offered(browser, "tag", "log", at) == ["#logement-etudiant"]
    assert "#health" in offered(browser, "tag", "hea", at)
    assert offered(browser, "tag", "...", at) == []
    assert len(offered(browser, "tag", "", at)) == 8


def test_emoji_are_offered(browser, category):
    assert ":thumbsup:" in offered(browser, "emoji", "thumb", "")
    assert browser.get("/en/compose/complete/secrets").status_code == 404


def test_visitors_are_offered_nothing(app):
    for address in ("complete/member?q=a&at=topic:x", "similar?title=Logement"):
        assert app.test_client().get(f"/en/compose/{address}", headers=JSON).status_code == 401


@pytest.fixture
def talks(category, run_consumers):
    """Topics to be found, and two that may not be."""
    asker, staff = UserFactory(), UserFactory(role="staff")
    found = opened(asker, category, "Trouver un logement à Lille", kind="question")
    answer = replied(UserFactory(), found)
    from app.forum import services

    with unit_of_work():
        services.accept_answer(asker, answer)
    opened(asker, category, "Le carnaval de Dunkerque")
    opened(staff, CategoryFactory(space=SpaceFactory(visibility="staff")), "Un logement secret")
    hidden(staff, opened(asker, category, "Un logement masqué"))
    run_consumers()
    return found


def test_similar_topics_are_those_that_the_writer_may_read(browser, talks, actor):
    answer = browser.get("/en/compose/similar", query_string={"title": "Cherche logement Lille tag:x -Lille"})
    page = Page(f"<!doctype html><title>x</title>{answer.text}")
    assert [words(link) for link in page.all("a")] == ["Trouver un logement à Lille"]
    assert "answered" in answer.text
    for title in ("", "log", "!!!!!!!", "zzzzzzzz"):
        assert "<a" not in browser.get("/en/compose/similar", query_string={"title": title}).text
    assert similar_topics(actor, "!?", 5) == ()
    assert list(ports.similar_topics(actor, "logement lille", 5)) == [talks.id]


def test_without_a_script_the_preview_and_the_refusal_show_them(browser, talks, category):
    url = f"/en/categories/{category.slug}/new-topic"
    assert "Has this been asked already?" not in browser.get(url).text
    for changes in ({"preview": "1"}, {"body": ""}):
        answer = send(browser, url, title="Logement à Lille", **({"body": "Bonjour."} | changes))
        assert "Has this been asked already?" in said(answer)


def test_completion_has_a_limit_of_its_own(make_app, sign_in):
    app = make_app(rate_limits=True)
    with app.app_context():
        browser = sign_in(app.test_client(), UserFactory())
        statuses = [browser.get("/en/compose/complete/emoji?q=a", headers=JSON).status_code for _ in range(302)]
    assert statuses[299:] == [200, 429, 429]


def test_a_template_begins_the_message_in_the_writers_language(browser, actor, category, app):
    with unit_of_work():
        category.template = {"fr": "Ville :\nDates :", "en": "City:\nDates:"}
    for lang, first in (("fr", "Ville :"), ("en", "City:"), ("ar", "")):
        page = Page(browser.get(f"/{lang}/categories/{category.slug}/new-topic").text)
        field = page.one("textarea", name="body")
        assert words(field).startswith(first)
        assert (field.get("data-template") is not None) == bool(first)
    url = f"/en/categories/{category.slug}/new-topic"
    for untouched in ("City:\nDates:", "City:\r\n\r\nDates: ", "Ville :\nDates :"):
        answer = send(browser, url, title="Une question", body=untouched)
        assert answer.status_code == 422
        assert "there is nothing to send yet" in said(answer)
    done = send(browser, url, title="Une question", body="City: Lille\nDates: mai")
    assert done.status_code == 303
