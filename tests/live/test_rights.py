"""Who may follow a room, when they join and at every event after."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from socketio.exceptions import ConnectionError as PythonRefusal

from app.accounts import services
from app.accounts.models import SessionRecord, User
from app.core.db import db
from app.core.events import record, unit_of_work
from app.core.subjects import SubjectHidden
from tests.factories import UserFactory
from tests.live.conftest import ROOM, Toys

REFUSED = {"error": "forbidden"}


@pytest.mark.parametrize("room", ["toy:3", "toy:999", "toy:x", "toy", "", "no:1", "user:1", "post:1", f"toy:{10**40}"])
async def test_a_room_that_may_not_be_known_is_refused(open_browser: Any, say: Any, room: str) -> None:
    browser = await open_browser()
    assert await browser.ask("join", {"room": room, "last_seq": 0}) == REFUSED
    say(1, toy=3)
    say(2)
    await browser.ask("join", {"room": ROOM, "last_seq": 1})
    say(3)
    assert [packet["room"] for packet in await browser.wait("happened")] == [ROOM]


async def test_a_member_follows_what_members_may_see_and_their_own_room(
    open_browser: Any, sign_in: Any, toys: Toys, actor: User, say: Any
) -> None:
    toys.by_member[actor.id] = {7}
    browser = await open_browser(**sign_in(actor))
    other = UserFactory()
    assert await browser.ask("join", {"room": f"user:{other.id}"}) == REFUSED
    assert (await browser.ask("join", {"room": f"user:{actor.id}"}))["head"] == 0
    assert (await browser.ask("join", {"room": "toy:7", "last_seq": 0}))["head"] == 0
    say(1, toy=7)
    assert (await browser.wait("happened"))[0]["room"] == "toy:7"


async def test_who_lost_the_right_is_put_out_before_the_next_event(
    open_browser: Any, sign_in: Any, toys: Toys, say: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("app.live.rights.KEPT", 0)
    leaver, stayer = UserFactory(), UserFactory()
    toys.by_member |= {leaver.id: {7}, stayer.id: {7}}
    left, stayed = await open_browser(**sign_in(leaver)), await open_browser(**sign_in(stayer))
    for browser in (left, stayed):
        await browser.ask("join", {"room": "toy:7", "last_seq": 0})
    toys.by_member[leaver.id] = set()
    say(1, toy=7)
    assert await left.wait("kicked") == [{"room": "toy:7"}]
    assert (await stayed.wait("happened"))[0]["seq"] == 1
    assert left.all("happened") == []
    assert await left.ask("typing", {"room": "toy:7"}) == REFUSED


async def test_what_is_hidden_puts_its_readers_out(open_browser: Any, toys: Toys, say: Any) -> None:
    browser = await open_browser()
    await browser.ask("join", {"room": ROOM, "last_seq": 0})
    say(1)
    await browser.wait("happened")
    toys.public.discard(1)
    with unit_of_work():
        record(SubjectHidden("toy", 1))
    say(2)
    await browser.wait("kicked")
    assert len(browser.all("happened")) == 1


async def test_a_change_of_rights_is_felt_without_any_event_in_the_room(
    open_browser: Any, sign_in: Any, toys: Toys, actor: User
) -> None:
    toys.by_member[actor.id] = {7}
    browser = await open_browser(**sign_in(actor))
    for room in (ROOM, "toy:7"):
        await browser.ask("join", {"room": room, "last_seq": 0})
    del toys.by_member[actor.id]
    with unit_of_work():
        services.grant_role(UserFactory(role="administrator"), actor, "moderator")
    assert await browser.wait("kicked") == [{"room": "toy:7"}]


async def test_a_suspended_member_is_disconnected(open_browser: Any, sign_in: Any, actor: User) -> None:
    browser = await open_browser(**sign_in(actor))
    await browser.ask("join", {"room": ROOM, "last_seq": 0})
    with unit_of_work():
        services.suspend(UserFactory(role="administrator"), actor, "Insults")
    await browser.wait("signed_out")
    await browser.wait("disconnect")


async def test_a_device_that_signs_out_is_disconnected_and_the_others_are_not(
    open_browser: Any, sign_in: Any, actor: User, say: Any
) -> None:
    first = await open_browser(**sign_in(actor))
    session = db.session.query(SessionRecord).filter_by(user_id=actor.id).one()
    second = await open_browser(**sign_in(actor))
    for browser in (first, second):
        await browser.ask("join", {"room": ROOM, "last_seq": 0})
    with unit_of_work():
        services.end_session(actor, session)
    await first.wait("disconnect")
    say(1)
    await second.wait("happened")
    assert (first.all("happened"), second.all("disconnect")) == ([], [])


async def test_a_session_that_ended_unnoticed_is_found_out_at_the_next_message(
    open_browser: Any, sign_in: Any, actor: User
) -> None:
    browser = await open_browser(**sign_in(actor))
    with unit_of_work() as session:
        session.query(SessionRecord).delete()
    asking = asyncio.create_task(browser.ask("join", {"room": ROOM, "last_seq": 0}))
    await browser.wait("signed_out")
    await browser.wait("disconnect")
    asking.cancel()


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_another_origin_may_not_connect(open_browser: Any, live: Any, transport: str) -> None:
    with pytest.raises((PythonRefusal, ConnectionRefusedError, RuntimeError)):
        # By polling, aiohttp gives up the refused connection with a RuntimeError.
        await open_browser(transports=[transport], Origin="https://elsewhere.example")
    assert await open_browser(transports=[transport], Origin=live.url)


async def test_a_browser_that_floods_is_closed(open_browser: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("app.live.roster.MESSAGES_AT_MOST", 5)
    browser = await open_browser()
    assert [await browser.ask("presence", {"room": ROOM}) for _ in range(5)] == [REFUSED] * 5
    asking = asyncio.create_task(browser.ask("presence", {"room": ROOM}))
    await browser.wait("disconnect")
    asking.cancel()


async def test_a_browser_follows_so_many_rooms_and_no_more(open_browser: Any, toys: Toys, monkeypatch: Any) -> None:
    monkeypatch.setattr("app.live.roster.ROOMS_AT_MOST", 2)
    toys.public |= {3}
    browser = await open_browser()
    answers = [await browser.ask("join", {"room": f"toy:{number}"}) for number in (1, 2, 3)]
    assert [answer.get("error") for answer in answers] == [None, None, "too_many_rooms"]
