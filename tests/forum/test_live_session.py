"""Live sessions: the table of their states cell by cell, what may be said while they are live, how they are shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from app.accounts.actor import VISITOR
from app.accounts.models import User
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotAllowed, TooMany
from app.core.events import unit_of_work
from app.forum import services
from app.forum.drafts import TopicDraft, draft_post
from app.forum.models import Category, Topic
from app.forum.sessions import services as sessions
from app.forum.sessions.lifecycle import PHASES, SESSION_STEPS, next_phase
from app.forum.sessions.live_rules import find_session, get_session, seconds_to_wait
from app.forum.sessions.models import LiveSession
from app.forum.sessions.policy import can_lead_session, can_open_session
from app.forum.sessions.services import SessionDraft
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.forum.test_membership import post
from tests.forum.test_read_topic import url_of
from tests.support.forum import opened, replied

ACTIONS = sorted({step.action for step in SESSION_STEPS})
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
END = NOON + timedelta(hours=1)


@pytest.mark.parametrize(("by", "action", "phase"), list(product(("leader", "clock"), ACTIONS, PHASES)))
def test_every_step_of_the_table_and_no_other(by: str, action: str, phase: str) -> None:
    steps = {(step.action, step.before): step for step in SESSION_STEPS if by in step.by}
    step = steps.get((action, phase))
    if step:
        assert next_phase(action, phase, by, NOON, NOON, END) == step.after
    else:
        with pytest.raises(Conflict):
            next_phase(action, phase, by, NOON, NOON, END)


@pytest.mark.parametrize(
    ("moment", "is_in_time"),
    [
        (NOON - timedelta(minutes=15, seconds=1), False),
        (NOON - timedelta(minutes=15), True),
        (END + timedelta(minutes=60), True),
        (END + timedelta(minutes=60, seconds=1), False),
    ],
)
@pytest.mark.parametrize(("action", "phase"), [("begin", "planned"), ("resume", "recap")])
def test_a_session_is_live_in_its_time_alone(action: str, phase: str, moment: datetime, is_in_time: bool) -> None:
    if is_in_time:
        assert next_phase(action, phase, "leader", moment, NOON, END) == "live"
    else:
        with pytest.raises(Conflict):
            next_phase(action, phase, "leader", moment, NOON, END)


def times(starts: datetime, minutes: int = 60, **chosen: Any) -> SessionDraft:
    return SessionDraft(starts, starts + timedelta(minutes=minutes), chosen.pop("zone", "Europe/Paris"), **chosen)


_count = iter(range(10**6))


def planned(author: User, category: Category, starts: datetime, **chosen: Any) -> LiveSession:
    """A session as who leads the space opens it."""
    draft = TopicDraft(
        "Une heure avec les chambres", "live_session", (), draft_post("Venez.", "fr", f"s-{next(_count)}")
    )
    with unit_of_work():
        return sessions.open_session(author, category, draft, times(starts, **chosen))


@pytest.fixture
def category(app: Flask) -> Category:
    return CategoryFactory()


@pytest.fixture
def leader(category: Category) -> User:
    return UserFactory(role="facilitator", space=category.space, timezone="America/Montreal")


@pytest.fixture
def session(category: Category, leader: User, clock: Any) -> LiveSession:
    """A session that begins in an hour."""
    return planned(leader, category, clock() + timedelta(hours=1))


def begin(session: LiveSession, leader: User, clock: Any) -> None:
    clock.advance(minutes=50)
    with unit_of_work():
        sessions.move_session(leader, session, "begin")


ROLES = ("visitor", "member", "participant", "facilitator", "moderator", "staff", "administrator")
LEADERS = {"facilitator", "moderator", "staff", "administrator"}


def test_who_opens_and_who_leads_a_session(app: Flask, category: Category, leader: User, session: LiveSession) -> None:
    space = category.space
    cast = {"visitor": VISITOR} | {
        role: UserFactory(role="" if role == "member" else role, space=space if role in ROLES[2:5] else None)
        for role in ROLES[1:]
    }
    assert {role for role, actor in cast.items() if can_open_session(actor, category)} == LEADERS
    assert {role for role, actor in cast.items() if can_lead_session(actor, session)} == LEADERS
    host = UserFactory()
    with unit_of_work():
        sessions.edit_session(leader, session, times(session.starts_at, hosts=(host.handle,)))
    assert can_lead_session(host, session)
    category.space.visibility = "closed"
    assert not can_lead_session(host, session)
    db.session.rollback()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"minutes": 0}, "ends"),
        ({"minutes": -5}, "ends"),
        ({"minutes": 12 * 60 + 1}, "ends"),
        ({"zone": "Europe/Nowhere"}, "timezone"),
        ({"zone": "../etc/passwd"}, "timezone"),
        ({"slow_mode": 301}, "slow_mode"),
        ({"slow_mode": -1}, "slow_mode"),
        ({"langs": ("xx",)}, "langs"),
        ({"hosts": ("nobody-here",)}, "hosts"),
        ({"days": -1}, "starts"),
        ({"days": 731}, "starts"),
    ],
)
def test_what_a_session_cannot_be(
    app: Flask, category: Category, leader: User, clock: Any, change: dict[str, Any], field: str
) -> None:
    starts = clock() + timedelta(hours=1, days=change.pop("days", 0))
    with pytest.raises(Invalid) as refusal:
        planned(leader, category, starts, **change)
    assert refusal.value.field == field
    with pytest.raises(NotAllowed):
        planned(UserFactory(), category, clock() + timedelta(hours=1))


def test_a_retry_opens_one_session(app: Flask, category: Category, leader: User, clock: Any) -> None:
    draft = TopicDraft("Une heure ensemble", "live_session", (), draft_post("Venez.", "fr", "same"))
    made = []
    for _ in range(2):
        with unit_of_work():
            made.append(sessions.open_session(leader, category, draft, times(clock())).topic_id)
    assert made[0] == made[1]


def test_a_session_from_its_plan_to_its_end(app: Flask, leader: User, session: LiveSession, clock: Any) -> None:
    with pytest.raises(NotAllowed), unit_of_work():
        sessions.move_session(UserFactory(), session, "begin")
    with pytest.raises(Conflict), unit_of_work():
        sessions.move_session(leader, session, "begin")
    begin(session, leader, clock)
    assert (session.phase, session.first_number) == ("live", 2)
    with pytest.raises(Conflict), unit_of_work():  # its start is history
        sessions.edit_session(leader, session, times(clock() + timedelta(hours=3)))
    for action, phase in (("end", "recap"), ("resume", "live"), ("end", "recap"), ("close", "over")):
        with unit_of_work():
            sessions.move_session(leader, session, action)
        assert session.phase == phase
    assert session.first_number == 2


def phase_of(session: LiveSession) -> str:
    db.session.refresh(session)
    return session.phase


def test_the_clock_begins_and_ends_what_nobody_does(app: Flask, session: LiveSession, clock: Any) -> None:
    assert sessions.run_due() == 0
    clock.advance(hours=1)
    assert (sessions.run_due(), phase_of(session), sessions.run_due()) == (1, "live", 0)
    clock.advance(hours=2)
    assert sessions.run_due() == 0  # an hour of grace
    clock.advance(seconds=1)
    assert (sessions.run_due(), phase_of(session)) == (1, "recap")


def test_a_session_that_nobody_held_lapses(app: Flask, session: LiveSession, clock: Any) -> None:
    clock.advance(hours=4)
    assert (sessions.run_due(), phase_of(session)) == (1, "over")


def test_slow_mode_is_kept_by_the_server(app: Flask, leader: User, session: LiveSession, clock: Any) -> None:
    member, topic = UserFactory(), session.topic
    replied(member, topic)  # before: a topic like any other
    begin(session, leader, clock)
    with pytest.raises(NotAllowed), unit_of_work():
        sessions.set_slow_mode(member, session, 30)
    with pytest.raises(Invalid), unit_of_work():
        sessions.set_slow_mode(leader, session, 301)
    with unit_of_work():
        sessions.set_slow_mode(leader, session, 30)
    clock.advance(seconds=1)
    replied(member, topic, "Un.")
    assert seconds_to_wait(member, session) == 30
    clock.advance(seconds=29)
    with pytest.raises(TooMany, match="1 s"):
        replied(member, topic, "Deux.")
    replied(UserFactory(), topic, "Un autre.")
    for _ in range(2):
        replied(leader, topic, "Moi.")
    clock.advance(seconds=1)
    replied(member, topic, "Deux.")
    with unit_of_work():
        sessions.move_session(leader, session, "end")
    replied(member, topic, "Trois.")


def test_live_messages_are_short(app: Flask, leader: User, session: LiveSession, clock: Any) -> None:
    member, long = UserFactory(), "x " * 1001
    replied(member, session.topic, long)
    begin(session, leader, clock)
    with pytest.raises(Invalid):
        replied(member, session.topic, long)
    replied(leader, session.topic, long)


def test_a_retry_of_a_live_message_is_no_second_one(app: Flask, leader: User, session: LiveSession, clock: Any) -> None:
    begin(session, leader, clock)
    with unit_of_work():
        sessions.set_slow_mode(leader, session, 60)
    member, sent = UserFactory(), []
    for _ in range(2):
        with unit_of_work():
            sent.append(services.reply(member, session.topic, draft_post("Oui.", "fr", "once")).id)
    assert sent[0] == sent[1]


def test_other_topics_have_no_session(app: Flask, actor: User) -> None:
    assert find_session(opened(actor, CategoryFactory())) is None


@pytest.fixture
def browse(app: Flask, sign_in: Callable[..., FlaskClient]) -> Callable[[User], FlaskClient]:
    return lambda member: sign_in(app.test_client(), member)


FORM = {
    "title": "Une heure avec les chambres", "lang": "fr", "body": "Venez nombreux.", "starts": "2027-05-10T18:00",
    "ends": "2027-05-10T19:30", "timezone": "Asia/Ho_Chi_Minh", "slow_mode": "20", "hosts": "", "tags": "",
}  # fmt: skip


def test_opening_a_session_through_its_page(
    app: Flask, browse: Callable[[User], FlaskClient], category: Category, leader: User
) -> None:
    page = f"/en/categories/{category.slug}/new-session"
    assert browse(UserFactory()).get(page).status_code == 403
    browser = browse(leader)
    for wrong, words in (
        ({"starts": "tomorrow"}, "Write a day and an hour."),
        ({"starts": ""}, "Write a day and an hour."),
        ({"ends": "2027-05-10T17:00"}, "The end comes before the start."),
        ({"timezone": "Mars/Base"}, "Choose a time zone of the list."),
        ({"slow_mode": "900"}, "between 0 and 300"),
        ({"slow_mode": "x"}, "Write a whole number."),
        ({"hosts": "nobody-here"}, "no member of this name"),
        ({"starts": "2001-05-10T18:00", "ends": "2001-05-10T19:00"}, "This moment has passed"),
        ({"timezone": "Europe/Paris", "starts": "2027-03-28T02:30", "ends": "2027-03-28T05:00"}, "skip that hour"),
        ({"title": "x"}, "Give a title"),
    ):
        answer = post(browser, page, page, **FORM | wrong)
        assert (answer.status_code, words in answer.text) == (422, True), wrong
        assert "Venez nombreux." in answer.text
    answer = post(browser, page, page, **FORM)
    assert answer.status_code == 303
    topic = db.session.query(Topic).one()
    session = get_session(topic)
    assert session.starts_at == datetime(2027, 5, 10, 11, tzinfo=UTC)
    shown = browser.get(answer.location).text
    assert "Asia/Ho Chi Minh" in shown
    assert "18:00" in shown
    assert "07:00" in shown  # in Montréal, where the reader lives
    settings = f"/en/topics/{topic.public_id}/session"
    opened_again = browser.get(settings).text
    assert 'value="2027-05-10T18:00"' in opened_again
    changed = {name: FORM[name] for name in ("starts", "ends", "timezone", "hosts", "lang")} | {"slow_mode": "0"}
    assert post(browser, settings, settings, **changed | {"ends": "2027-05-10T21:00"}).status_code == 303
    assert browse(UserFactory()).get(settings).status_code == 403


def test_phases_through_the_page(
    app: Flask, browse: Callable[[User], FlaskClient], leader: User, session: LiveSession, clock: Any
) -> None:
    topic = session.topic
    page, act = url_of(topic).replace("/fr/", "/en/"), f"/en/topics/{topic.public_id}/session/phase"
    browser, member = browse(leader), browse(UserFactory())
    assert "Begin the session" not in member.get(page).text
    assert "Planned" in app.test_client().get(page).text
    assert post(member, page, act, action="begin").status_code == 403
    assert post(browser, page, act, action="begin").status_code == 409
    assert post(browser, page, act, action="explode").status_code == 404
    clock.advance(minutes=50)
    assert post(browser, page, act, action="begin").status_code == 303
    for reader in (app.test_client(), member, browser):
        assert "Live now" in reader.get(page).text
    slow = f"/en/topics/{topic.public_id}/session/slow-mode"
    assert post(browser, page, slow, seconds="x").status_code == 422
    assert post(browser, page, slow, seconds="45").status_code == 303
    assert "one message every 45 s" in member.get(page).text
    assert post(member, page, f"/en/topics/{topic.public_id}/reply", body="Un.", lang="fr").status_code == 303
    assert "You may write again in 45 s" in member.get(page).text
    refused = post(member, page, f"/en/topics/{topic.public_id}/reply", body="Deux.", lang="fr")
    assert (refused.status_code, "Slow mode is on" in refused.text, "Deux." in refused.text) == (429, True, True)
    panel = f"/en/fragments/sessions/{topic.public_id}"
    assert "Live now" in member.get(panel).text
    assert app.test_client().get("/en/fragments/sessions/nothing").status_code == 404


def test_a_visitor_is_not_served_the_page_of_before(
    app: Flask, leader: User, session: LiveSession, clock: Any, client: FlaskClient
) -> None:
    page = url_of(session.topic).replace("/fr/", "/en/")
    assert "Planned" in client.get(page).text
    begin(session, leader, clock)
    assert "Live now" in client.get(page).text


@pytest.mark.parametrize("zone", ["Europe/Paris", "Asia/Ho_Chi_Minh", "America/Sao_Paulo", "UTC"])
def test_the_calendar_file_says_the_same_moment_to_every_calendar(
    app: Flask, category: Category, leader: User, client: FlaskClient, zone: str
) -> None:
    starts = datetime(2027, 3, 28, 9, tzinfo=UTC)  # the day on which clocks change in Europe
    made = planned(leader, category, starts, zone=zone)
    answer = client.get(f"/fr/topics/{made.topic.public_id}/session.ics")
    assert answer.mimetype == "text/calendar"
    calendar = Calendar.from_ical(answer.get_data())
    (event,) = calendar.walk("VEVENT")
    assert event["DTSTART"].dt == starts
    assert event["DTEND"].dt == starts + timedelta(hours=1)
    assert event["DTSTART"].dt.replace(tzinfo=None) == starts.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert event["UID"].startswith(made.topic.public_id)
    assert event["DTSTAMP"].dt.utcoffset() == timedelta(0)
    if zone != "UTC":
        (rules,) = calendar.walk("VTIMEZONE")
        assert rules["TZID"] == zone
        assert event["DTSTART"].params["TZID"] == zone
    assert int(event["SEQUENCE"]) == 0
    with unit_of_work():
        sessions.edit_session(leader, made, times(starts, 90, zone=zone))
    later = Calendar.from_ical(client.get(f"/fr/topics/{made.topic.public_id}/session.ics").get_data())
    assert int(later.walk("VEVENT")[0]["SEQUENCE"]) == 1


def test_a_calendar_file_is_for_who_sees_the_topic(
    app: Flask, clock: Any, client: FlaskClient, browse: Callable[[User], FlaskClient]
) -> None:
    space = SpaceFactory(visibility="closed")
    lead = UserFactory(role="facilitator", space=space)
    made = planned(lead, CategoryFactory(space=space), clock() + timedelta(hours=1))
    address = f"/fr/topics/{made.topic.public_id}/session.ics"
    assert (client.get(address).status_code, browse(UserFactory()).get(address).status_code) == (404, 404)
    assert browse(lead).get(address).status_code == 200
    plain = opened(lead, CategoryFactory())
    assert client.get(f"/fr/topics/{plain.public_id}/session.ics").status_code == 404


def test_a_topic_page_without_session_costs_nothing_more(
    app: Flask, query_counter: Any, leader: User, session: LiveSession, browse: Callable[[User], FlaskClient]
) -> None:
    browser = browse(leader)
    browser.get(url_of(session.topic))
    with query_counter() as few:
        browser.get(url_of(session.topic))
    for number in range(5):
        replied(UserFactory(), session.topic, f"Message {number}")
    browser.get(url_of(session.topic))
    with query_counter() as many:
        browser.get(url_of(session.topic))
    assert few.count == many.count
