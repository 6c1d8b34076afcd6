"""A topic's pages: for whom they are, ways to a place in them, what every state looks like, and what they cost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.core.events import unit_of_work
from app.engagement import services as engagement
from app.forum import services
from app.forum.addresses import topic_slug
from app.forum.models import Post, Topic
from app.forum.order import moderating
from tests.factories import CategoryFactory, PostFactory, SpaceFactory, TopicFactory, UserFactory
from tests.support.forum import hidden, opened, replied
from tests.support.html import Page, words

SEEN = {
    "public": {"visitor", "member", "moderator", "staff"},
    "members": {"member", "moderator", "staff"},
    "staff": {"moderator", "staff"},
    "hidden": {"moderator", "staff"},
}


def browser_of(app: Flask, sign_in: Callable[..., FlaskClient], role: str, topic: Topic) -> FlaskClient:
    if role == "visitor":
        return app.test_client()
    held = role if role in {"moderator", "staff"} else ""
    space = topic.category.space if role == "moderator" else None
    return sign_in(app.test_client(), UserFactory(role=held, space=space))


def url_of(topic: Topic, lang: str = "en", page: int = 1) -> str:
    return f"/{lang}/topics/{topic.public_id}/{topic_slug(topic)}" + (f"?page={page}" if page > 1 else "")


def long_topic(count: int = 45) -> Topic:
    topic: Topic = TopicFactory(title="Un long sujet")
    for _ in range(count):
        PostFactory(topic=topic)
    return topic


def numbers(page: Page) -> list[str]:
    return [post.get("data-number", "") for post in page.all("article", class_="post")]


@pytest.mark.parametrize("role", ["visitor", "member", "moderator", "staff"])
@pytest.mark.parametrize("place", ["public", "members", "staff", "hidden"])
def test_every_way_into_a_topic_is_closed_to_whom_it_is_not_for(
    app: Flask, sign_in: Callable[..., FlaskClient], place: str, role: str
) -> None:
    space = SpaceFactory(visibility=place if place != "hidden" else "public")
    topic = opened(UserFactory(role="staff"), CategoryFactory(space=space), "Le sceau du beffroi")
    if place == "hidden":
        hidden(UserFactory(role="staff"), topic)
    post = replied_to(topic)
    browser = browser_of(app, sign_in, role, topic)
    base = f"/en/topics/{topic.public_id}"
    for path in (
        url_of(topic), base, f"{base}/unread", f"{base}/at/1", f"{base}/at?number=1", f"{base}/on/2026-01-01",
        f"{base}/on?day=2026-01-01", f"{base}/last", f"/en/posts/{post.public_id}",
        f"/en/fragments/posts/{post.public_id}/{post.version}",
    ):  # fmt: skip
        answer = browser.get(path)
        assert answer.status_code in ((200, 302) if role in SEEN[place] else (404,)), path
        assert role in SEEN[place] or "Le sceau" not in answer.text


def replied_to(topic: Topic) -> Post:
    if topic.state == "hidden":
        return PostFactory(topic=topic)
    return replied(UserFactory(role="staff"), topic)


@pytest.mark.parametrize("page", ["0", "4", "-1", "x", "1e3", "99999999999999999999"])
def test_a_page_that_a_topic_does_not_have_is_not_found(client: FlaskClient, page: str) -> None:
    assert client.get(f"{url_of(long_topic(41))}?page={page}").status_code == 404


def test_a_topic_is_read_in_pages_of_twenty(client: FlaskClient) -> None:
    topic = long_topic(45)
    first, last = (Page(client.get(url_of(topic, page=page)).text) for page in (1, 3))
    assert numbers(first) == [str(number) for number in range(1, 21)]
    assert numbers(last) == [str(number) for number in range(41, 46)]
    assert url_of(topic, page=2) in first.links(rel="next")
    assert url_of(topic, page=2) in last.links(rel="prev")
    assert "data-last-page" not in first.one("div", class_="thread").attrib
    assert "data-last-page" in last.one("div", class_="thread").attrib


@pytest.mark.parametrize(
    ("path", "page", "anchor"),
    [
        ("at/1", 1, "p1"), ("at/20", 1, "p20"), ("at/21", 2, "p21"), ("at/999", 3, "p45"), ("at/0", 1, "p1"),
        ("at?number=40", 2, "p40"), ("at?number=x", 1, "p1"), ("last", 3, "p45"), ("unread", 1, "p1"),
    ],
)  # fmt: skip
def test_a_number_leads_to_its_place(client: FlaskClient, path: str, page: int, anchor: str) -> None:
    topic = long_topic(45)
    answer = client.get(f"/en/topics/{topic.public_id}/{path}")
    assert answer.location == f"{url_of(topic, page=page)}#{anchor}"
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("day", "number"), [("2027-02-12", 1), ("2027-02-13", 2), ("2027-02-14", 3), ("2027-03-01", 3), ("2020-01-01", 1)]
)
def test_a_day_is_that_of_the_site_s_zone(client: FlaskClient, day: str, number: int) -> None:
    topic = TopicFactory()
    for moment in ((2027, 2, 12, 10), (2027, 2, 12, 23), (2027, 2, 14, 9)):  # 23 h UTC is the 13th in Paris
        PostFactory(topic=topic, created_at=datetime(*moment, tzinfo=UTC))
    for path in (f"on/{day}", f"on?day={day}"):
        assert client.get(f"/en/topics/{topic.public_id}/{path}").location.endswith(f"#p{number}")


def test_a_day_that_is_none_is_not_found(client: FlaskClient) -> None:
    topic = long_topic(1)
    for path in ("on/yesterday", "on?day=", "on"):
        assert client.get(f"/en/topics/{topic.public_id}/{path}").status_code == 404


def test_the_first_unread_message_is_marked_and_found(
    app: Flask, client: FlaskClient, sign_in: Callable[..., FlaskClient], actor: User
) -> None:
    topic = long_topic(30)
    browser = sign_in(client, actor)
    assert "mark-new" not in browser.get(url_of(topic)).text
    with unit_of_work():
        engagement.mark_read(actor, "topic", topic.id, 22)
    assert browser.get(f"/en/topics/{topic.public_id}/unread").location == f"{url_of(topic, page=2)}#p23"
    page = Page(browser.get(url_of(topic, page=2)).text)
    assert words(page.one("p", class_="mark-new")) == "8 unread messages"
    shown = list(page.one("div", class_="posts"))
    following = shown[[one.get("id") for one in shown].index("unread") + 1]
    assert following.get("data-number") == "23"
    with unit_of_work():
        engagement.mark_read(actor, "topic", topic.id, 30)
    assert "mark-new" not in browser.get(url_of(topic, page=2)).text
    assert browser.get(f"/en/topics/{topic.public_id}/unread").location.endswith("#p30")


def test_without_script_a_page_is_marked_as_read_by_a_button(
    client: FlaskClient, sign_in: Callable[..., FlaskClient], actor: User
) -> None:
    topic = long_topic(25)
    browser = sign_in(client, actor)
    with unit_of_work():
        engagement.mark_read(actor, "topic", topic.id, 3)
    page = Page(browser.get(url_of(topic)).text)
    form = page.one("form", id="post-actions")
    token = page.one("input", name="csrf_token", type="hidden") if not page.all("textarea", id="body") else None
    fields = {field.get("name"): field.get("value") for field in form.iter("input")}
    assert token is None or fields["csrf_token"] == token.get("value")
    assert browser.post(form.get("action"), data=fields).status_code == 303
    assert browser.get(f"/en/topics/{topic.public_id}/unread").location.endswith("#p21")


def test_an_address_with_another_title_leads_to_the_right_one(client: FlaskClient) -> None:
    topic = long_topic(25)
    right = url_of(topic, page=2)
    assert client.get(f"/en/topics/{topic.public_id}/autre?page=2").location == right
    assert client.get(f"/en/topics/{topic.public_id}").location == url_of(topic)
    assert client.get("/en/topics/none/autre").status_code == 404


@pytest.mark.parametrize("title", ["Unread", "Last", "At", "Moderate", "???", "شكرا"])
def test_a_title_that_is_also_an_address_is_read_all_the_same(client: FlaskClient, title: str, actor: User) -> None:
    topic = opened(actor, CategoryFactory(), title)
    answer = client.get(f"/en/topics/{topic.public_id}", follow_redirects=True)
    assert answer.status_code == 200
    assert words(Page(answer.text).one("h1")) == title


def test_a_permalink_leads_to_the_place_of_a_message_and_of_a_tombstone(client: FlaskClient, actor: User) -> None:
    topic = long_topic(25)
    post = replied(actor, topic)
    with unit_of_work():
        services.withdraw_post(actor, post)
    assert client.get(f"/en/posts/{post.public_id}").location == f"{url_of(topic, page=2)}#p26"
    with unit_of_work():
        post.state = "removed"
    assert client.get(f"/en/posts/{post.public_id}").status_code == 404
    assert client.get("/en/posts/none").status_code == 404


def test_every_state_of_a_message_is_drawn(client: FlaskClient, clock: object) -> None:
    asker, author, moderator = (
        UserFactory(),
        UserFactory(display_name="Élise", country="FR"),
        UserFactory(role="moderator"),
    )
    topic = opened(asker, CategoryFactory(), "Une question", kind="question")
    posts = [replied(author, topic, f"Texte {name}") for name in ("retenu", "retiré", "masqué", "orphelin", "corrigé")]
    accepted, withdrawn, masked, orphan, edited = posts
    with unit_of_work():
        services.accept_answer(asker, accepted)
        services.withdraw_post(author, withdrawn)
    hidden(moderator, masked, "Donnée personnelle")
    with unit_of_work():
        orphan.author_id = None
        edited.edited_at = edited.created_at + timedelta(hours=2)
    page = Page(client.get(url_of(topic)).text)
    drawn = {post.get("data-number"): post for post in page.all("article", class_="post")}
    said = {number: words(post) for number, post in drawn.items()}
    assert "kept" in drawn["2"].get("class", "")
    assert "Accepted answer" in said["2"]
    assert "France" in said["2"]
    assert "Texte" not in said["3"]
    assert "withdrawn by its author" in said["3"]
    assert "Hidden by moderation" in said["4"]
    assert "Donnée personnelle" in said["4"]
    assert "Texte" not in said["4"]
    assert "Former member" in said["5"]
    assert "edited on" in said["6"]
    assert "edited on" not in said["2"]
    assert words(page.one("span", class_="solved")) == "Solved"
    assert [link for link in page.links(class_="solved") if link.endswith("#p2")]


def test_replies_name_whom_they_answer_and_quotations_whom_they_cite(client: FlaskClient) -> None:
    topic, other = opened(UserFactory(), CategoryFactory()), UserFactory(display_name="Linh Phạm Thùy", name_lang="vi")
    first = replied(other, topic, "Ba bản gốc.", "vi")
    replied(UserFactory(), topic, f"> [post:{first.public_id}]\n> Ba bản gốc.\n\nMerci !", to=first.public_id)
    page = Page(client.get(url_of(topic)).text)
    assert words(page.one("a", class_="reply-to")) == "In reply to Linh Phạm Thùy"
    assert words(page.one("cite")) == "Linh Phạm Thùy, message 2"
    assert page.one("a", class_="reply-to").get("href") == f"/en/posts/{first.public_id}"


def test_a_page_in_arabic_runs_from_right_to_left_and_its_french_messages_do_not(client: FlaskClient) -> None:
    topic = opened(UserFactory(), CategoryFactory(), "Un stage à Safi", lang="fr")
    replied(UserFactory(), topic, "شكرا", "ar")
    page = Page(client.get(url_of(topic, "ar")).text)
    french, arabic = page.all("div", class_="words")
    assert page.one("html").get("dir") == "rtl"
    assert (french.get("lang"), french.get("dir")) == ("fr", "ltr")
    assert (arabic.get("lang"), arabic.get("dir")) == ("ar", None)
    assert (page.one("h1").get("lang"), page.one("h1").get("dir")) == ("fr", "ltr")


def test_a_closed_topic_says_why_and_takes_no_reply(
    client: FlaskClient, sign_in: Callable[..., FlaskClient], actor: User
) -> None:
    topic = opened(actor, CategoryFactory())
    browser = sign_in(client, actor)
    assert Page(browser.get(url_of(topic)).text).all("form", id="reply")
    with unit_of_work():
        moderating.change_topic_state(UserFactory(role="moderator", display_name="Awa"), topic, "lock", "C’est dit.")
    page = Page(browser.get(url_of(topic)).text)
    assert "by Awa. C’est dit." in words(page.one("p", class_="locked"))
    assert not page.all("form", id="reply")
    assert not [link for link in page.links(class_="reaction") if "/reply?" in link]


def test_messages_of_different_days_are_set_apart(client: FlaskClient) -> None:
    topic = TopicFactory()
    for day in (12, 12, 13):
        PostFactory(topic=topic, created_at=datetime(2027, 2, day, 10, tzinfo=UTC))
    page = Page(client.get(url_of(topic, "fr")).text)
    assert [words(day) for day in page.all("p", class_="day")] == ["13 février 2027"]


def test_a_topic_leads_back_to_what_it_discusses(client: FlaskClient, actor: User) -> None:
    topic = opened(actor, CategoryFactory())
    space = topic.category.space
    with unit_of_work():
        topic.linked_kind, topic.linked_id = "space", space.id
    assert f"/en/spaces/{space.slug}" in Page(client.get(url_of(topic)).text).links()


def test_search_engines_are_told_what_a_public_topic_is(client: FlaskClient) -> None:
    topic = opened(
        UserFactory(display_name="</script><b>"), CategoryFactory(), "Un <b>titre</b>", body="Bonjour **à tous**."
    )
    page = Page(client.get(url_of(topic)).text)
    facts = page.one("script", type="application/ld+json").text or ""
    assert '"headline":"Un \\u003cb\\u003etitre' in facts
    assert page.one("meta", name="description").get("content") == "Bonjour à tous."
    assert page.one("link", rel="canonical").get("href", "").endswith(url_of(topic))
    assert len([link for link in page.all("link", rel="alternate") if link.get("hreflang")]) == 7


@pytest.mark.parametrize(("role", "most"), [("member", 4), ("moderator", 6)])
def test_a_member_s_page_costs_four_queries(
    app: Flask, sign_in: Callable[..., FlaskClient], query_counter: Callable[..., object], role: str, most: int
) -> None:
    topic = long_topic(45)
    browser = browser_of(app, sign_in, role, topic)
    browser.get(url_of(topic))
    with query_counter() as statements:  # type: ignore[attr-defined]
        assert browser.get(url_of(topic)).status_code == 200
    assert statements.count <= most, statements


def test_a_page_has_one_token_for_all_its_buttons(
    client: FlaskClient, sign_in: Callable[..., FlaskClient], actor: User
) -> None:
    page = Page(sign_in(client, actor).get(url_of(long_topic(20))).text)
    forms = {form.get("id"): form for form in page.all("form")}
    buttons = [button for button in page.all("button") if button.get("formaction")]
    assert len(buttons) > 60
    assert {button.get("form") for button in buttons} == {"post-actions"}
    assert len(re.findall('name="csrf_token"', page.text)) <= 4  # sign-out, post-actions, follow, reply
    assert "post-actions" in forms
