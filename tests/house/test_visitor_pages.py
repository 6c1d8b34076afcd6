"""Pages kept whole for visitors: each is sent again without being made, and none says what is over."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf

from app.accounts.models import User
from app.accounts.visitor_pages import MOST_BYTES, Page, Pages, kept_for_visitors
from app.core.db import db
from app.core.events import Event, EventRow, record, unit_of_work
from app.core.subjects import SubjectChanged
from app.engagement import bookmarking, tag_keeping
from app.engagement import services as engagement
from app.forum.sessions import services as sessions
from tests.factories import CategoryFactory, UserFactory
from tests.forum.test_live_session import planned
from tests.house.visitor_world import CHANGES, World, tag
from tests.support.clock import FrozenClock
from tests.support.forum import hidden, opened, replied
from tests.support.queries import Statements

Counter = Callable[[], AbstractContextManager[Statements]]


@pytest.fixture
def world(app: Flask, clock: FrozenClock) -> World:
    author, shelf = UserFactory(country="SN", timezone="Africa/Dakar"), CategoryFactory()
    topic = opened(author, shelf, "Un sujet", "stage", "health")
    opened(author, shelf, "Un autre sujet", "voyage")
    replied(author, topic)
    return World(author, topic, UserFactory(role="administrator"), {
        "site.home": "/en/", "site.show_pulse": "/en/pulse", "site.show_member": f"/en/members/{author.handle}",
        "forum.list_spaces": "/en/spaces", "forum.show_space": f"/en/spaces/{shelf.space.slug}",
        "forum.show_category": f"/en/categories/{shelf.slug}", "forum.list_latest": "/en/latest?lang=fr",
        "forum.list_tags": "/en/tags", "forum.show_tag": "/en/tags/stage",
    })  # fmt: skip


def shown(client: FlaskClient, world: World) -> dict[str, tuple[int, bytes]]:
    """Status and bytes of each page; a page that says there is none has a number of its own each time."""
    answers = {name: client.get(address) for name, address in world.pages.items()}
    return {name: (one.status_code, one.data if one.status_code == 200 else b"") for name, one in answers.items()}


def made_anew(client: FlaskClient, world: World) -> dict[str, tuple[int, bytes]]:
    client.application.extensions.pop("visitor_pages", None)
    return shown(client, world)


def test_every_kept_page_is_one_statement_and_then_none_of_its_bytes(
    app: Flask, client: FlaskClient, world: World, query_counter: Counter
) -> None:
    code = kept_for_visitors()(lambda: "").__code__
    keeping = {name for name, view in app.view_functions.items() if getattr(view, "__code__", None) is code}
    assert keeping == world.pages.keys()  # the tests below look at all of them
    for address in world.pages.values():
        made = client.get(address)
        with query_counter() as statements:
            kept = client.get(address)
        assert (statements.count, kept.data) == (1, made.data), address
        assert client.get(address, headers={"If-None-Match": kept.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_the_next_visitor_sees_every_change(
    client: FlaskClient, world: World, run_consumers: Callable[[], int], change: Callable[[World], None]
) -> None:
    before = shown(client, world)
    with unit_of_work():
        change(world)
    after = shown(client, world)
    assert after != before
    assert after == made_anew(client, world)
    run_consumers()
    assert shown(client, world) == made_anew(client, world)


def test_a_session_that_begins_is_live_on_the_next_page(client: FlaskClient, world: World, clock: FrozenClock) -> None:
    leader = UserFactory(role="facilitator", space=world.topic.category.space)
    planned(leader, world.topic.category, clock() + timedelta(minutes=2))
    before = shown(client, world)
    clock.advance(minutes=2)
    sessions.run_due()
    after = shown(client, world)
    assert after["site.home"] != before["site.home"]
    assert after == made_anew(client, world)


def test_a_word_that_becomes_another_for_a_tag_leads_to_it(client: FlaskClient, world: World) -> None:
    assert client.get("/en/latest?tag=apprentissage").status_code == 200
    with unit_of_work():
        tag_keeping.add_synonym(world.chief, tag("stage"), "Apprentissage")
    assert client.get("/en/latest?tag=apprentissage").status_code == 301


def test_what_depends_on_the_minute_goes_on(client: FlaskClient, world: World, clock: FrozenClock) -> None:
    before = shown(client, world)
    clock.advance(hours=5)
    after = shown(client, world)
    assert after == made_anew(client, world)
    for name in ("site.home", "site.show_member", "forum.list_latest"):  # long ago, and the hour in Dakar
        assert after[name] != before[name]


def test_what_one_member_alone_is_told_is_no_news(
    client: FlaskClient, world: World, actor: User, query_counter: Counter
) -> None:
    """Members read all the time: their markers, bookmarks and what they follow change no visitor's page."""
    before = shown(client, world)
    with unit_of_work():
        engagement.mark_read(actor, "topic", world.topic.id, 2)
        engagement.follow(actor, "topic", world.topic.id)
        engagement.follow(actor, "member", world.author.id)
        bookmarking.bookmark(actor, "topic", world.topic.id)
    with query_counter() as statements:
        assert shown(client, world) == before
    assert statements.count == len(world.pages)
    assert made_anew(client, world) == before
    private = {name for name, kind in Event.kinds.items() if kind.is_private}
    assert private == {"MemberEvent", "ReadMoved", "FollowChanged", "BookmarkChanged"}


def test_a_log_that_was_purged_and_begins_again_is_news(client: FlaskClient, world: World) -> None:
    before = shown(client, world)
    with unit_of_work():
        db.session.query(EventRow).delete()
        world.topic.title = "Autrement"
        record(SubjectChanged("topic", world.topic.id))
    assert shown(client, world)["forum.list_latest"] != before["forum.list_latest"]


def test_members_are_sent_no_kept_page(
    app: Flask, client: FlaskClient, sign_in: Callable[..., FlaskClient], world: World
) -> None:
    reader = sign_in(app.test_client(), UserFactory(display_name="Somebody Else"))
    for name, address in world.pages.items():
        client.get(address)
        for _ in range(2):
            answer = reader.get(address)
            assert "ETag" not in answer.headers
            assert "Somebody Else" in answer.text or name == "site.show_pulse"
        assert "Somebody Else" not in client.get(address).text


@pytest.mark.parametrize("cookies", [{"theme": "dark"}, {"light": "1"}])
def test_appearance_and_language_have_pages_of_their_own(
    app: Flask, client: FlaskClient, world: World, cookies: dict[str, str]
) -> None:
    plain, other = shown(client, world), app.test_client()
    for name, value in cookies.items():
        other.set_cookie(name, value)
    in_it = shown(other, world)
    assert in_it["site.home"] != plain["site.home"]
    assert 'lang="ar"' in client.get("/ar/").text[:60]
    assert in_it == made_anew(other, world)
    assert shown(client, world) == plain


def test_a_message_is_shown_once_and_to_its_reader_alone(app: Flask, client: FlaskClient, world: World) -> None:
    with client.session_transaction() as kept:
        kept["_flashes"] = [("success", "Yours alone.")]
    assert "Yours alone." in client.get("/en/").text
    assert "Yours alone." not in client.get("/en/").text
    assert "Yours alone." not in app.test_client().get("/en/").text


def test_a_page_with_the_token_of_a_form_is_kept_for_nobody(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    app.add_url_rule("/form", "form", kept_for_visitors()(generate_csrf))
    browser = app.test_client()
    first = browser.get("/form").text  # puts the token into the session
    assert first != app.test_client().get("/form").text
    assert "ETag" not in browser.get("/form").headers


def test_a_session_that_says_more_is_not_answered_from_what_is_kept(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    app.add_url_rule("/who", "who", kept_for_visitors()(lambda: session.get("invitation", "nobody")))
    guest = app.test_client()
    with guest.session_transaction() as kept:
        kept["invitation"] = "a guest"
    for _ in range(2):
        assert app.test_client().get("/who").text == "nobody"
        assert guest.get("/who").text == "a guest"


def test_an_address_with_parameters_of_its_own_is_not_kept(
    client: FlaskClient, world: World, query_counter: Counter
) -> None:
    counts = []
    for address in ("/en/latest?lang=fr&from=elsewhere", f"/en/latest?after={'x' * 300}", "/en/latest?lang=fr"):
        client.get(address)
        with query_counter() as statements:
            client.get(address)
        counts.append(statements.count)
    assert counts[2] == 1 < min(counts[:2])


def test_a_page_is_compressed_once_for_who_accepts_the_same(
    client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    import flask_compress.flask_compress as library

    compressed: list[str] = []
    work = library._compress_data

    def counting(app: Flask, data: bytes, algorithm: str) -> bytes:
        compressed.append(algorithm)
        return work(app, data, algorithm)

    monkeypatch.setattr(library, "_compress_data", counting)
    answers = [client.get("/en/", headers={"Accept-Encoding": coding}) for coding in ("zstd", "gzip") * 3]
    assert compressed == ["zstd", "gzip"]
    assert [answer.headers["Content-Encoding"] for answer in answers] == ["zstd", "gzip"] * 3
    assert len({answer.data for answer in answers}) == 2
    assert all("Accept-Encoding" in answer.headers["Vary"] for answer in answers)
    client.set_cookie("light", "1")
    light = [client.get("/en/", headers={"Accept-Encoding": "gzip"}) for _ in range(2)]
    assert light[0].data == light[1].data
    assert "Content-Encoding" not in client.get("/en/").headers


def test_what_is_kept_has_an_end(app: Flask) -> None:
    kept = Pages()
    for number in range(10):
        kept.put((number,), Page((), "", b"x" * (MOST_BYTES // 10)))
    assert [number for number in range(10) if kept.get((number,))] == [5, 6, 7, 8, 9]
    kept.put((9,), Page((), "", b""))
    assert kept.get((5,))


def test_what_is_hidden_is_gone_at_once(client: FlaskClient, world: World) -> None:
    assert "Un sujet" in client.get("/en/latest").text
    hidden(world.chief, world.topic)
    assert "Un sujet" not in client.get("/en/latest").text
