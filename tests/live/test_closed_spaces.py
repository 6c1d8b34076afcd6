"""Live rooms of spaces that are not open to all: closed to others, and at once to those who go or are put out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask

from app.core.db import now
from app.core.events import unit_of_work
from app.forum.drafts import TopicDraft, draft_post
from app.forum.sessions import questions
from app.forum.sessions import services as sessions
from app.forum.sessions.services import SessionDraft
from app.forum.spaces import membership
from app.forum.spaces import services as spaces
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.support.forum import opened

REFUSED = {"error": "forbidden"}


async def test_who_loses_the_membership_is_put_out_at_once(app: Flask, open_browser: Any, sign_in: Any) -> None:
    space = SpaceFactory(visibility="closed")
    leader, member = (UserFactory(role=role, space=space) for role in ("facilitator", "participant"))
    topic = opened(leader, CategoryFactory(space=space))
    rooms = {f"topic:{topic.id}", f"space:{space.id}"}
    outside = await open_browser(**sign_in(UserFactory()))
    inside = await open_browser(**sign_in(member))
    for room in rooms:
        assert await outside.ask("join", {"room": room, "last_seq": 0}) == REFUSED
        assert "missed" in await inside.ask("join", {"room": room, "last_seq": 0})
    with unit_of_work():
        membership.remove_participant(leader, space, member, "Parti")
    await inside.wait("kicked", 2)
    assert {told["room"] for told in inside.all("kicked")} == rooms


async def test_closing_a_space_puts_everyone_else_out_at_once(app: Flask, open_browser: Any, sign_in: Any) -> None:
    space = SpaceFactory()
    leader = UserFactory(role="facilitator", space=space)
    topic = opened(leader, CategoryFactory(space=space))
    room = f"topic:{topic.id}"
    visitor, stays = await open_browser(), await open_browser(**sign_in(leader))
    for browser in (visitor, stays):
        await browser.ask("join", {"room": room, "last_seq": 0})
    with unit_of_work():
        spaces.edit_space(leader, space, spaces.SpaceDraft(space.title, space.description, "closed"))
    assert await visitor.wait("kicked") == [{"room": room}]
    assert stays.all("kicked") == []


async def test_readers_of_a_session_see_its_questions_as_they_come(app: Flask, open_browser: Any, sign_in: Any) -> None:
    shelf = CategoryFactory()
    leader = UserFactory(role="facilitator", space=shelf.space)
    starts = now() + timedelta(minutes=5)
    draft = TopicDraft("Une heure ensemble", "live_session", (), draft_post("Venez.", "fr", "live-one"))
    times = SessionDraft(starts, starts + timedelta(hours=1), "Europe/Paris")
    with unit_of_work():
        session = sessions.open_session(leader, shelf, draft, times)
    reader = await open_browser("en")
    head = await reader.ask("join", {"room": f"topic:{session.topic_id}"})
    assert "head" in head
    with unit_of_work():
        sessions.move_session(leader, session, "begin")
    with unit_of_work():
        questions.ask(UserFactory(), session, "Quand part-on ?", "fr", "q-live")
    packets = await reader.wait("happened", until=lambda packet: packet["type"] == "question")
    moved = [packet["data"] for packet in reader.all("happened") if packet["type"] == "session"]
    assert moved == [{"phase": "live"}]
    assert "Quand part-on ?" in packets[-1]["html"]
    assert packets[-1]["data"]["state"] == "waiting"
