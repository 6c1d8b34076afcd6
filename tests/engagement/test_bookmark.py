"""Bookmarks: one for a subject, one's own alone, found by the words of its note, reminded of once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.actor import VISITOR
from app.accounts.models import User
from app.core import mail
from app.core.background import background_context
from app.core.db import db, now
from app.core.errors import Invalid, NotAllowed, NotFound
from app.core.events import unit_of_work
from app.core.live import message_for
from app.core.mail import OutgoingMail
from app.engagement import bookmarking, own, reminding
from app.engagement.bookmarking import BookmarkDraft
from app.engagement.events import BookmarkChanged
from app.engagement.models import Bookmark
from app.forum.models import Post
from tests.factories import PostFactory, SpaceFactory, UserFactory
from tests.support.browser import token_of
from tests.support.clock import FrozenClock
from tests.support.html import Page, words


def marked(actor: Any, post: Post, note: str = "", remind_at: datetime | None = None) -> Bookmark:
    with unit_of_work():
        return bookmarking.bookmark(actor, "post", post.id, BookmarkDraft(note, remind_at))


@pytest.fixture
def secret(app: Flask) -> Post:
    return PostFactory(topic__category__space=SpaceFactory(visibility="staff"))


def test_members_bookmark_what_they_may_see(actor: User, post: Post, secret: Post) -> None:
    with pytest.raises(NotAllowed, match="Sign in"):
        marked(VISITOR, post)
    with pytest.raises(NotFound):
        marked(actor, secret)
    assert bookmarking.bookmarked(actor, "post", [post.id]) == set()
    marked(actor, post)
    assert bookmarking.bookmarked(actor, "post", [post.id, secret.id]) == {post.id}
    assert bookmarking.bookmarked(VISITOR, "post", [post.id]) == bookmarking.bookmarked(actor, "post", []) == set()


def test_a_subject_has_one_bookmark_of_a_member(actor: User, post: Post, logged: Callable[..., list[Any]]) -> None:
    first = marked(actor, post, "À relire")
    with unit_of_work():
        again = bookmarking.bookmark(actor, "post", post.id)
    assert (again.id, again.note) == (first.id, "À relire")
    assert db.session.scalar(select(func.count()).select_from(Bookmark)) == 1
    assert {event.room for event in logged(BookmarkChanged)} == {f"user:{actor.id}"}
    assert message_for(logged(BookmarkChanged)[0], "en") is None


def test_a_bookmark_is_one_s_own(actor: User, post: Post) -> None:
    mark, other = marked(actor, post), UserFactory()
    for act in (
        lambda: bookmarking.change_bookmark(other, mark, BookmarkDraft("Pris")),
        lambda: bookmarking.drop_bookmark(other, mark),
        lambda: bookmarking.drop_bookmark(VISITOR, mark),
        lambda: own.get_bookmark(other, mark.id),
    ):
        with pytest.raises(NotFound), unit_of_work():
            act()
    with unit_of_work():
        bookmarking.drop_bookmark(actor, mark)
    assert bookmarking.bookmark_of(actor, "post", post.id) is None


def test_notes_and_moments_have_bounds(actor: User, post: Post) -> None:
    with pytest.raises(Invalid, match="500"):
        marked(actor, post, "x" * 501)
    for moment in (now() - timedelta(seconds=1), now() + timedelta(days=3000)):
        with pytest.raises(Invalid, match="to come") as refused:
            marked(actor, post, "", moment)
        assert refused.value.field == "moment"
    mark = marked(actor, post, "  e\u0301te\u0301  ")
    assert mark.note == "été"


@pytest.mark.parametrize(
    ("preset", "day", "clock_", "zone", "moment"),
    [
        ("none", "", "", "Europe/Paris", None),
        ("tomorrow", "", "", "Europe/Paris", "2026-11-24T08:00"),
        ("tomorrow", "", "", "America/Montreal", "2026-11-23T14:00"),
        ("next_week", "", "", "Europe/Paris", "2026-11-30T08:00"),
        ("at", "2026-12-01", "14:30", "Asia/Ho_Chi_Minh", "2026-12-01T07:30"),
        ("at", "2027-07-01", "", "Europe/Paris", "2027-07-01T07:00"),
    ],
)
def test_moments_are_those_of_the_member_s_clock(
    clock: FrozenClock, preset: str, day: str, clock_: str, zone: str, moment: str | None
) -> None:
    clock.moment = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    found = reminding.moment_of(preset, day, clock_, zone)
    assert found == (datetime.fromisoformat(moment).replace(tzinfo=UTC) if moment else None)


@pytest.mark.parametrize(
    ("preset", "day", "clock_"),
    [
        ("never", "", ""),
        ("at", "", ""),
        ("at", "31/12/2026", ""),
        ("at", "2026-12-01", "25:00"),
        ("at", "0001-01-01", "00:00"),
    ],
)
def test_moments_that_are_none_are_refused(preset: str, day: str, clock_: str) -> None:
    with pytest.raises(Invalid):
        reminding.moment_of(preset, day, clock_, "Asia/Tokyo")


def letters(to: User) -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail).where(OutgoingMail.to == to.email)))


def test_a_reminder_goes_once_in_the_member_s_language(app: Flask, actor: User, post: Post, clock: FrozenClock) -> None:
    mark = marked(actor, post, "Appeler Camille", now() + timedelta(hours=1))
    with background_context(app):
        assert reminding.remind_due() == 0
        clock.advance(hours=2)
        assert reminding.remind_due() == 1
        assert reminding.remind_due() == 0
    (letter,) = letters(actor)
    assert letter.lang == "fr"
    assert post.topic.title in letter.subject
    assert f"/fr/posts/{post.public_id}" in letter.text
    assert "Appeler Camille" in letter.text
    db.session.refresh(mark)
    assert (mark.remind_at, mark.reminded_at) == (None, now())


def test_killed_between_note_and_mail_nothing_is_lost_nor_sent_twice(
    app: Flask, actor: User, post: Post, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = marked(actor, post, "", now() + timedelta(hours=1))
    clock.advance(hours=2)
    with monkeypatch.context() as broken, background_context(app):
        broken.setattr(mail, "send", lambda *_args, **_named: 1 / 0)
        assert reminding.remind_due() == 0
    db.session.refresh(mark)
    assert mark.remind_at
    assert letters(actor) == []
    with background_context(app):
        assert reminding.remind_due() == 1
    assert len(letters(actor)) == 1


@pytest.mark.parametrize("why", ["closed", "suspended", "gone"])
def test_nobody_is_reminded_of_what_they_may_not_see(
    app: Flask, actor: User, post: Post, clock: FrozenClock, why: str
) -> None:
    mark = marked(actor, post, "", now() + timedelta(hours=1))
    clock.advance(hours=2)
    with unit_of_work():
        if why == "closed":
            post.topic.category.space.visibility = "staff"
        elif why == "suspended":
            actor.status = "suspended"
        else:
            mark.subject_kind = "offer"
    with background_context(app):
        assert reminding.remind_due() == 0
        assert reminding.remind_due() == 0
    assert letters(actor) == []
    db.session.refresh(mark)
    assert mark.remind_at is None


def test_a_new_moment_is_a_new_reminder(app: Flask, actor: User, post: Post, clock: FrozenClock) -> None:
    mark = marked(actor, post, "", now() + timedelta(hours=1))
    clock.advance(hours=2)
    with background_context(app):
        reminding.remind_due()
    with unit_of_work():
        bookmarking.change_bookmark(actor, mark, BookmarkDraft("", now() + timedelta(hours=1)))
    assert mark.reminded_at is None
    clock.advance(hours=2)
    with background_context(app):
        assert reminding.remind_due() == 1


@pytest.fixture
def browser(client: FlaskClient, sign_in: Callable[..., FlaskClient], actor: User) -> FlaskClient:
    return sign_in(client, actor)


def sent(browser: FlaskClient, address: str, **fields: str) -> Any:
    return browser.post(address, data={"csrf_token": token_of(browser.get("/en/my/follows")), **fields})


def test_the_button_leads_to_the_note(app: Flask, browser: FlaskClient, actor: User, post: Post) -> None:
    assert "/login" in app.test_client().get("/en/my/bookmarks").location
    answer = sent(browser, "/en/bookmark", kind="post", id=post.public_id)
    mark = bookmarking.bookmark_of(actor, "post", post.id)
    assert mark
    assert (answer.status_code, answer.location) == (303, f"/en/my/bookmarks/{mark.id}")
    script = browser.post(
        "/en/bookmark",
        data={"csrf_token": token_of(browser.get("/en/my/follows")), "kind": "post", "id": post.public_id},
        headers={"Accept": "application/json"},
    )
    assert script.json == {"url": answer.location}
    assert sent(browser, "/en/bookmark", kind="post", id="nothing").status_code == 404
    assert sent(browser, "/en/bookmark", kind="nothing", id=post.public_id).status_code == 404


def test_note_and_reminder_are_kept_or_said_to_be_wrong(browser: FlaskClient, actor: User, post: Post) -> None:
    mark = marked(actor, post)
    address = f"/en/my/bookmarks/{mark.id}"
    wrong = sent(browser, address, note="Appeler", preset="at", day="hier", clock="")
    assert wrong.status_code == 422
    page = Page(wrong.text)
    assert "Choose a day" in words(page.one("p", id="day-error"))
    assert words(page.one("textarea", id="note")) == "Appeler"
    assert sent(browser, address, note="x" * 501, preset="none").status_code == 422
    assert sent(browser, address, note="Appeler", preset="someday").status_code == 422
    saved = sent(browser, address, note="Appeler", preset="tomorrow", next="/en/latest")
    assert (saved.status_code, saved.location) == (303, "/en/latest")
    db.session.refresh(mark)
    assert mark.remind_at
    again = Page(browser.get(address).text)
    assert again.one("input", name="preset", value="at").get("checked") is not None
    assert again.one("input", name="day").get("value") == f"{mark.remind_at:%Y-%m-%d}"
    dropped = sent(browser, address, drop="1")
    assert dropped.location == "/en/my/bookmarks"
    assert browser.get(address).status_code == 404


def test_another_s_bookmark_is_not_found(
    app: Flask, sign_in: Callable[..., FlaskClient], actor: User, post: Post
) -> None:
    mark = marked(actor, post, "Secret")
    other = sign_in(app.test_client(), UserFactory())
    assert other.get(f"/en/my/bookmarks/{mark.id}").status_code == 404
    assert sent(other, f"/en/my/bookmarks/{mark.id}", drop="1").status_code == 404
    assert "Secret" not in other.get("/en/my/bookmarks").text


def test_own_notes_are_searched_without_accents(browser: FlaskClient, actor: User) -> None:
    for note in ("Été à Lille", "100 % sûr", "Rappeler Awa"):
        marked(actor, PostFactory(), note)

    def found(query: str) -> set[str]:
        page = Page(browser.get("/en/my/bookmarks", query_string={"q": query}).text)
        return {words(text) for text in page.all("p", class_="words")}

    assert found("ete LILLE") == {"Été à Lille"}
    assert found("%") == {"100 % sûr"}
    assert found("rien") == set()
    assert len(found("")) == 3


def test_bookmarks_are_paged_and_narrowed(browser: FlaskClient, actor: User, clock: FrozenClock) -> None:
    for number in range(own.SIZE + 2):
        clock.advance(seconds=1)
        marked(actor, PostFactory(), f"Note {number}", now() + timedelta(days=1) if number < 2 else None)
    first = Page(browser.get("/en/my/bookmarks").text)
    assert len(first.all("p", class_="words")) == own.SIZE
    (following,) = first.links(rel="next")
    assert [words(text) for text in Page(browser.get(following).text).all("p", class_="words")] == ["Note 1", "Note 0"]
    reminders = Page(browser.get("/en/my/bookmarks?view=reminders").text)
    assert len(reminders.all("p", class_="words")) == 2
    assert Page(browser.get("/en/my/bookmarks?view=due").text).all("p", class_="words") == []


def test_what_may_no_longer_be_seen_shows_nothing_of_itself(browser: FlaskClient, actor: User, post: Post) -> None:
    mark = marked(actor, post, "Ma note")
    title = post.topic.title
    assert title in browser.get("/en/my/bookmarks").text
    with unit_of_work():
        post.topic.category.space.visibility = "staff"
    for address in ("/en/my/bookmarks", f"/en/my/bookmarks/{mark.id}"):
        page = browser.get(address).text
        assert title not in page
        assert post.public_id not in page
        assert "Ma note" in page
        assert "No longer open to you" in page


def test_the_list_costs_the_same_queries_however_long(
    browser: FlaskClient, actor: User, query_counter: Callable[[], Any]
) -> None:
    counts = []
    browser.get("/en/my/bookmarks")  # what is kept between requests is kept
    for _ in range(2):
        for _ in range(5):
            marked(actor, PostFactory())
        with query_counter() as statements:
            browser.get("/en/my/bookmarks")
        counts.append(statements.count)
    assert counts[0] == counts[1]


def test_the_buttons_of_a_topic_show_what_is_bookmarked(browser: FlaskClient, actor: User, post: Post) -> None:
    address = f"/en/topics/{post.topic.public_id}/at/1"

    def kept() -> list[bool]:
        page = Page(browser.get(address, follow_redirects=True).text)
        return ["data-kept" in button.attrib for button in page.all("button", data_act="bookmark")][
            :2
        ]  # not the patterns

    assert kept() == [False, False]
    marked(actor, post)
    assert kept() == [False, True]
    with unit_of_work():
        bookmarking.bookmark(actor, "topic", post.topic_id)
    assert kept() == [True, True]
