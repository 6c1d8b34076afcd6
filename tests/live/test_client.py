"""The page's own client modules, under Node: each message once and in order, whatever the network does."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.live.browsers import NodeBrowser
from tests.live.conftest import ROOM, Toys
from tests.live.servers import LiveServer

pytestmark = pytest.mark.node


def seqs(packets: list[Any]) -> list[int]:
    return [packet["seq"] for packet in packets]


def send(live: LiveServer, *numbers: int) -> None:
    """Send messages as the network might bring them: late, twice, in another order."""
    for number in numbers:
        packet = {"room": ROOM, "seq": number, "type": "said", "data": {"number": number}}
        live.hub.tell("happened", packet, to=f"{ROOM}@fr")


async def test_a_page_is_given_what_it_missed_and_what_comes(open_page: Any, say: Any) -> None:
    say(1, 2, 3)
    page = await open_page(ROOM, seq=1)
    await page.wait("room:happened", 2)
    say(4, 5)
    assert seqs(await page.wait("room:happened", 4)) == [2, 3, 4, 5]


async def test_what_comes_twice_is_given_once(open_page: Any, say: Any, live: LiveServer) -> None:
    page: NodeBrowser = await open_page(ROOM, seq=0)
    say(1, 2)
    await page.wait("room:happened", 2)
    send(live, 1, 2, 2)
    say(3)
    await page.wait("room:happened", 3)
    assert seqs(page.all("happened")) == [1, 2, 1, 2, 2, 3]
    assert seqs(page.all("room:happened")) == [1, 2, 3]


async def test_what_comes_too_early_waits_for_its_turn(open_page: Any, say: Any, live: LiveServer) -> None:
    page: NodeBrowser = await open_page(ROOM, seq=0)
    say(1)
    await page.wait("room:happened")
    send(live, 3, 4, 2)
    assert seqs(await page.wait("room:happened", 4)) == [1, 2, 3, 4]


async def test_a_hole_is_asked_for(open_page: Any, say: Any, monkeypatch: Any) -> None:
    page: NodeBrowser = await open_page(ROOM, seq=0)
    say(1)
    await page.wait("room:happened")
    with monkeypatch.context() as lost:
        lost.setattr("app.live.tail.deliver", lambda hub, logged: None)
        say(2, 3)
        await asyncio.sleep(0.6)
    # The room goes on, quicker than the page's patience: the hole is asked for all the same.
    for number in range(4, 24):
        say(number)
        await asyncio.sleep(0.1)
        if len(page.all("room:happened")) > 2:
            break
    assert seqs(page.all("room:happened"))[:3] == [1, 2, 3]


async def test_the_head_of_the_room_heals_a_page_that_heard_nothing(
    open_page: Any, say: Any, live: LiveServer, monkeypatch: Any
) -> None:
    monkeypatch.setattr("app.live.tail.HEADS_EVERY", 3600)
    page: NodeBrowser = await open_page(ROOM, seq=0)
    say(1)
    await page.wait("room:happened")
    with monkeypatch.context() as lost:
        lost.setattr("app.live.tail.deliver", lambda hub, logged: None)
        say(2)
        await asyncio.sleep(0.6)
    assert seqs(page.all("room:happened")) == [1]
    monkeypatch.setattr("app.live.tail.HEADS_EVERY", 0)
    assert seqs(await page.wait("room:happened", 2)) == [1, 2]


async def test_a_lost_network_is_caught_up_without_loss_or_duplicate(open_page: Any, say: Any) -> None:
    page: NodeBrowser = await open_page(ROOM, seq=0)
    for round_ in range(3):
        say(*range(5))
        page.drop()
        say(*range(5))
        await page.wait("connect", round_ + 2)
    await page.wait("room:happened", 30)
    assert seqs(page.all("room:happened")) == list(range(1, 31))


async def test_a_page_that_missed_too_much_is_told_to_load_again(open_page: Any, say: Any) -> None:
    say(*range(201))
    page: NodeBrowser = await open_page(ROOM, seq=0)
    await page.wait("room:reload")
    say(0)
    await asyncio.sleep(0.5)
    assert page.all("room:happened") == []


async def test_a_page_put_out_of_its_room_is_told_why(open_page: Any, say: Any, toys: Toys) -> None:
    page: NodeBrowser = await open_page(ROOM, seq=0)
    refused: NodeBrowser = await open_page("toy:9", seq=0)
    assert await refused.wait("room:closed") == ["forbidden"]
    await page.ask("presence", {"room": ROOM})
    toys.public.clear()
    await asyncio.sleep(2.1)  # as long as a verdict is kept
    say(1)
    assert await page.wait("room:closed") == ["forbidden"]
    assert page.all("room:happened") == []


async def test_a_page_without_websocket_follows_by_polling(open_page: Any, say: Any) -> None:
    page: NodeBrowser = await open_page(ROOM, seq=0, transports=["polling"])
    say(*range(40))
    assert seqs(await page.wait("room:happened", 40)) == list(range(1, 41))
