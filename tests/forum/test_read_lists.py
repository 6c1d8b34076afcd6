"""Spaces, categories and lists of topics: what each reader finds there, and what is absent from all of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.core.events import unit_of_work
from app.engagement import services as engagement
from app.forum.models import Category
from app.forum.order import moderating
from app.forum.reading.listing import LIST_PAGE
from tests.factories import CategoryFactory, PostFactory, SpaceFactory, TopicFactory, UserFactory
from tests.support.forum import hidden, opened, replied
from tests.support.html import Page, words

SEEN = {
    "public": {"visitor", "member", "moderator", "staff"},
    "members": {"member", "moderator", "staff"},
    "staff": {"moderator", "staff"},
}


@pytest.fixture
def reader(app: Flask, sign_in: Callable[..., FlaskClient]) -> Callable[..., FlaskClient]:
    """`reader("moderator", space)`: a browser of someone with that role."""

    def open_browser(role: str, space: object = None) -> FlaskClient:
        browser = app.test_client()
        if role == "visitor":
            return browser
        held = role if role in {"moderator", "staff", "administrator"} else ""
        return sign_in(browser, UserFactory(role=held, space=space if role == "moderator" else None))

    return open_browser


def titles(page: Page) -> list[str]:
    return [words(link) for link in page.all("a", class_="cover")]


@pytest.mark.parametrize("role", ["visitor", "member", "moderator", "staff"])
@pytest.mark.parametrize("visibility", ["public", "members", "staff"])
def test_a_space_is_absent_everywhere_for_whom_it_is_not(
    reader: Callable[..., FlaskClient], visibility: str, role: str
) -> None:
    category = CategoryFactory(space=SpaceFactory(visibility=visibility, title={"fr": "Le cercle"}))
    opened(UserFactory(role="staff"), category, "Un secret bien gardé", "sceau")
    browser = reader(role, category.space)
    is_seen = role in SEEN[visibility]
    for path in (
        "/fr/spaces",
        "/fr/latest",
        "/fr/latest?view=unanswered",
        "/fr/latest?tag=sceau",
        "/fr/latest?lang=fr",
    ):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert ("secret" in answer.text) is is_seen, path
    assert ("cercle" in browser.get("/fr/spaces").text) is is_seen
    for path in (f"/fr/spaces/{category.space.slug}", f"/fr/categories/{category.slug}"):
        assert browser.get(path).status_code == (200 if is_seen else 404)


@pytest.mark.parametrize("path", ["/fr/spaces/none", "/fr/categories/none", "/xx/spaces"])
def test_what_does_not_exist_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_hidden_topic_is_in_no_list_and_no_count_even_for_moderators(reader: Callable[..., FlaskClient]) -> None:
    category, moderator = CategoryFactory(), UserFactory(role="moderator")
    kept, gone = opened(moderator, category, "Reste ici"), opened(moderator, category, "Disparaît")
    hidden(moderator, gone)
    for role in ("visitor", "moderator"):
        browser = reader(role, category.space)
        assert titles(Page(browser.get(f"/fr/categories/{category.slug}").text)) == ["Reste ici"]
        index = Page(browser.get("/en/spaces").text)
        assert "1 topic" in words(index.one("li", class_="category"))
        assert kept.title in words(index.one("li", class_="category"))
    with unit_of_work():
        moderating.change_topic_state(moderator, gone, "restore", "C’était une erreur")
    assert "2 topics" in words(Page(reader("visitor").get("/en/spaces").text).one("li", class_="category"))


def test_pinned_topics_stand_above_the_first_page_alone(client: FlaskClient) -> None:
    category, moderator = CategoryFactory(), UserFactory(role="moderator")
    pinned = opened(moderator, category, "À lire d’abord")
    with unit_of_work():
        moderating.pin_topic(moderator, pinned, True, "Utile à tous")
    for number in range(LIST_PAGE + 1):
        opened(moderator, category, f"Sujet {number}")
    first = Page(client.get(f"/en/categories/{category.slug}").text)
    assert titles(first)[:2] == ["À lire d’abord", f"Sujet {LIST_PAGE}"]
    (following,) = first.links(rel="next")
    second = titles(Page(client.get(following).text))
    assert second == ["Sujet 0"]


def test_pages_by_key_skip_and_repeat_nothing_while_posts_arrive(client: FlaskClient, actor: User) -> None:
    category = CategoryFactory()
    topics = [opened(actor, category, f"Sujet {number}") for number in range(LIST_PAGE + 5)]
    first = Page(client.get("/en/latest").text)
    seen = titles(first)
    replied(actor, topics[0])  # the last of the second page comes up
    opened(actor, category, "Venu entre-temps")
    (following,) = first.links(rel="next")
    rest = titles(Page(client.get(following).text))
    assert len(seen) == LIST_PAGE
    assert rest == [f"Sujet {number}" for number in (4, 3, 2, 1)]
    assert not set(seen) & set(rest)


@pytest.mark.parametrize("key", ["zzz", "-", "1-2-3", "é", "zzzzzzzzzzzzzzzzzzzz-1"])
def test_a_key_that_is_none_starts_at_the_beginning(client: FlaskClient, actor: User, key: str) -> None:
    opened(actor, CategoryFactory(), "Le seul")
    assert titles(Page(client.get("/en/latest", query_string={"after": key}).text)) == ["Le seul"]


def test_filters_narrow_the_list_and_can_be_taken_off(client: FlaskClient, actor: User) -> None:
    category = CategoryFactory()
    opened(actor, category, "Stage à Lille", "Stage")
    opened(actor, category, "Thực tập ở Lille", "Stage", lang="vi")
    opened(actor, category, "Học bổng", lang="vi")
    both = Page(client.get("/en/latest?lang=vi&tag=stage").text)
    assert titles(both) == ["Thực tập ở Lille"]
    chips = {words(chip): chip.get("href", "") for chip in both.all("a", class_="chip")}
    assert list(chips) == ["Remove the filter Stage", "Remove the filter in Vietnamese"]
    without_tag, without_lang = (titles(Page(client.get(address).text)) for address in chips.values())
    assert without_tag == ["Học bổng", "Thực tập ở Lille"]
    assert without_lang == ["Thực tập ở Lille", "Stage à Lille"]
    assert both.one("link", rel="canonical").get("href", "").endswith("/en/latest?lang=vi&tag=stage")


def test_filters_nobody_offers_are_left_out(client: FlaskClient, actor: User) -> None:
    opened(actor, CategoryFactory(), "Le seul")
    for query in ("view=secret", "lang=xx", "view=&lang="):
        assert titles(Page(client.get(f"/en/latest?{query}").text)) == ["Le seul"]


def test_the_views_show_what_was_never_opened_and_what_waits_for_an_answer(
    client: FlaskClient, sign_in: Callable[..., FlaskClient], actor: User
) -> None:
    category, other = CategoryFactory(), UserFactory()
    answered, waiting = opened(other, category, "Répondu"), opened(other, category, "En attente")
    replied(other, answered)
    browser = sign_in(client, actor)
    with unit_of_work():
        engagement.mark_read(actor, "topic", waiting.id, 1)
    assert titles(Page(browser.get("/en/latest?view=new").text)) == ["Répondu"]
    assert titles(Page(browser.get("/en/latest?view=unanswered").text)) == ["En attente"]
    tabs = Page(browser.get("/en/latest?view=new").text).all("a", aria_current="page")
    assert "New" in [words(tab) for tab in tabs]


def test_unread_counts_are_the_reader_s_own(client: FlaskClient, sign_in: Callable[..., FlaskClient]) -> None:
    category, author, reading = CategoryFactory(), UserFactory(), UserFactory()
    topic = opened(author, category)
    with unit_of_work():
        engagement.mark_read(reading, "topic", topic.id, 1)
    replied(author, topic)
    replied(author, topic)
    for browser, marks in ((client, 0), (sign_in(client.application.test_client(), reading), 1)):
        row = Page(browser.get(f"/en/categories/{category.slug}").text).one("li", class_="topic")
        assert ("unread" in row.get("class", "")) is bool(marks)
        assert ("2 new" in words(row)) is bool(marks)
        assert ("1 unread topic" in browser.get("/en/spaces").text) is bool(marks)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/en/spaces", "No space is open yet"),
        ("/en/latest", "No topic here yet"),
        ("/en/latest?view=new", "You have opened every topic"),
        ("/en/latest?view=unanswered", "Every topic has an answer"),
        ("/en/latest?lang=mg", "No topic matches these filters"),
        ("/en/latest?after=1-1", "No older topics"),
    ],
)
def test_an_empty_list_says_so_and_what_to_do(client: FlaskClient, path: str, said: str) -> None:
    assert said in words(Page(client.get(path).text).one("section", class_="empty"))


@pytest.mark.parametrize(("role", "is_locked"), [("visitor", False), ("member", True), ("member", False)])
def test_only_who_may_open_a_topic_is_offered_to(
    reader: Callable[..., FlaskClient], role: str, is_locked: bool
) -> None:
    category = CategoryFactory(is_locked=is_locked)
    page = Page(reader(role).get(f"/en/categories/{category.slug}").text)
    offered = f"/en/categories/{category.slug}/new-topic" in page.links()
    assert offered is (role == "member" and not is_locked)


def test_lists_cost_the_same_queries_however_long(
    client: FlaskClient, query_counter: Callable[..., object], actor: User
) -> None:
    category: Category = CategoryFactory()
    counts = []
    client.get("/fr/latest")  # what is asked once in a while is asked here
    for many in (1, 12):
        for _ in range(many):
            PostFactory(topic=TopicFactory(category=category))
        for place in (
            "latest",
            f"categories/{category.slug}",
            "spaces",
            f"spaces/{category.space.slug}",
        ):
            with query_counter() as statements:  # type: ignore[attr-defined]
                assert client.get(f"/fr/{place}?not=kept").status_code == 200
            counts.append(statements.count)
    assert counts[:4] == counts[4:]
    assert max(counts) <= 6


def test_titles_keep_their_language_and_lists_say_it(client: FlaskClient, actor: User) -> None:
    opened(actor, CategoryFactory(), "ورشة الخزف", lang="ar")
    link = Page(client.get("/fr/latest").text).one("a", class_="cover")
    assert (link.get("lang"), link.get("dir")) == ("ar", "rtl")
    mirrored = Page(client.get("/ar/latest").text)
    assert mirrored.one("html").get("dir") == "rtl"
    assert mirrored.one("a", class_="cover").get("dir") is None
