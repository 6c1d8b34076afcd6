"""Joining a room, hearing what happens in it once and in order, and catching up."""

from __future__ import annotations

from typing import Any

import pytest

from app.core.events import record, unit_of_work
from tests.live.conftest import ROOM, Toys, ToyStirred


def seqs(packets: list[Any]) -> list[int]:
    return [packet["seq"] for packet in packets]


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_what_happens_comes_in_order_without_holes(open_browser: Any, say: Any, transport: str) -> None:
    browser = await open_browser(transports=[transport])
    assert await browser.ask("join", {"room": ROOM, "last_seq": 0}) == {
        "head": 0, "missed": [], "more": False, "presence": {"room": ROOM, "count": 0, "names": []},
    }  # fmt: skip
    say(*range(1, 31))
    heard = await browser.wait("happened", 30)
    assert seqs(heard) == list(range(1, 31))
    assert heard[6] == {"room": ROOM, "seq": 7, "type": "said", "data": {"number": 7}, "html": "<p lang=fr>7</p>"}


async def test_an_event_without_words_still_moves_the_seq(app: Any, open_browser: Any, say: Any) -> None:
    browser = await open_browser()
    await browser.ask("join", {"room": ROOM, "last_seq": 0})
    with unit_of_work():
        record(ToyStirred(1))
    say(1)
    assert [(packet["seq"], packet["type"]) for packet in await browser.wait("happened", 2)] == [
        (1, "quiet"),
        (2, "said"),
    ]


async def test_who_was_away_is_sent_what_was_missed(open_browser: Any, say: Any) -> None:
    say(*range(1, 13))
    browser = await open_browser()
    answer = await browser.ask("join", {"room": ROOM, "last_seq": 4})
    assert (answer["head"], seqs(answer["missed"]), answer["more"]) == (12, list(range(5, 13)), False)
    assert answer["missed"][0]["html"] == "<p lang=fr>5</p>"


async def test_a_long_backlog_comes_in_parts(open_browser: Any, say: Any, toys: Toys) -> None:
    say(*range(1, 61))
    toys.padding = "x" * 12_000
    browser = await open_browser()
    got: list[int] = []
    answer: dict[str, Any] = {"more": True}
    while answer["more"]:
        answer = await browser.ask("join", {"room": ROOM, "last_seq": len(got)})
        assert len(answer["missed"]) < 60
        got += seqs(answer["missed"])
    assert got == list(range(1, 61))


@pytest.mark.parametrize(("after", "reloads"), [(0, True), (1, False), (250, True)])
async def test_too_much_missed_means_loading_the_page_again(
    open_browser: Any, say: Any, after: int, reloads: bool
) -> None:
    say(*range(1, 202))
    browser = await open_browser()
    answer = await browser.ask("join", {"room": ROOM, "last_seq": after})
    assert (answer.get("reload", False), len(answer.get("missed", []))) == (reloads, 0 if reloads else 200)


async def test_a_fragment_over_16_kb_is_not_sent(open_browser: Any, say: Any, toys: Toys) -> None:
    toys.padding = "x" * 17_000
    browser = await open_browser()
    await browser.ask("join", {"room": ROOM, "last_seq": 0})
    say(1)
    assert [packet["type"] for packet in await browser.wait("happened")] == ["reload"]


async def test_each_language_is_rendered_once_for_all_its_readers(open_browser: Any, say: Any, toys: Toys) -> None:
    browsers = [await open_browser(lang) for lang in ("fr", "ar", "fr", "ar", "tlh")]
    for browser in browsers:
        await browser.ask("join", {"room": ROOM, "last_seq": 0})
    toys.rendered.clear()
    say(1)
    shown = [(await browser.wait("happened"))[0]["html"] for browser in browsers]
    assert shown == ["<p lang=fr>1</p>", "<p lang=ar>1</p>", "<p lang=fr>1</p>", "<p lang=ar>1</p>", "<p lang=fr>1</p>"]
    assert sorted(toys.rendered) == ["ar", "fr"]


async def test_other_rooms_are_not_heard_nor_one_that_was_left(open_browser: Any, say: Any) -> None:
    browser = await open_browser()
    await browser.ask("join", {"room": ROOM, "last_seq": 0})
    await browser.ask("join", {"room": "toy:2", "last_seq": 0})
    await browser.ask("leave", {"room": ROOM})
    say(1)
    say(2, toy=2)
    assert [packet["room"] for packet in await browser.wait("happened")] == ["toy:2"]


async def test_one_event_that_cannot_be_shown_does_not_stop_the_next(open_browser: Any, say: Any, toys: Toys) -> None:
    browser = await open_browser()
    await browser.ask("join", {"room": ROOM, "last_seq": 0})
    toys.broken.add(1)
    say(1, 2)
    assert [packet["type"] for packet in await browser.wait("happened", 2)] == ["reload", "said"]


async def test_the_head_of_a_room_is_announced_as_a_net(open_browser: Any, say: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("app.live.tail.HEADS_EVERY", 0.1)
    browser = await open_browser()
    say(1, 2, 3)
    await browser.ask("join", {"room": ROOM, "last_seq": 0})
    assert await browser.wait("head", until=lambda head: head["seq"] == 3)
