"""Who reads a room now, and who writes: told to members by name, to visitors by number, and stored nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from app.accounts.models import User
from tests.factories import UserFactory
from tests.live.conftest import ROOM


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Presence is told without the usual pause."""
    monkeypatch.setattr("app.live.tail.PRESENCE_EVERY", 0)


async def join(browser: Any) -> Any:
    return await browser.ask("join", {"room": ROOM, "last_seq": 0})


async def test_several_tabs_are_one_presence(open_browser: Any, sign_in: Any) -> None:
    awa = UserFactory(display_name="Awa Leroy-Ndiaye", name_lang="fr")
    salma = UserFactory(display_name="سلمى بنعمر", name_lang="ar")
    hidden = UserFactory(display_name="Someone discreet", shows_presence=False)
    browsers = [await open_browser(**sign_in(member)) for member in (awa, awa, salma, hidden)]
    for browser in browsers:
        told = (await join(browser))["presence"]
    assert told == {
        "room": ROOM,
        "count": 2,
        "names": [{"name": "Awa Leroy-Ndiaye", "lang": "fr"}, {"name": "سلمى بنعمر", "lang": "ar"}],
    }
    await browsers[0].close()
    await browsers[2].close()
    await browsers[1].wait("presence", until=lambda said: said["count"] == 1)
    assert (await browsers[1].ask("presence", {"room": ROOM}))["names"] == [{"name": "Awa Leroy-Ndiaye", "lang": "fr"}]


async def test_visitors_are_told_numbers_alone(open_browser: Any, sign_in: Any, actor: User) -> None:
    visitor = await open_browser()
    await join(visitor)
    member = await open_browser(**sign_in(actor))
    await join(member)
    said = await visitor.wait("presence", until=lambda said: said["count"] == 1)
    assert said == [{"room": ROOM, "count": 1, "names": []}]
    assert (await visitor.ask("presence", {"room": ROOM}))["names"] == []


async def test_twenty_names_at_most(open_browser: Any, sign_in: Any, live: Any) -> None:
    browser = await open_browser(**sign_in(UserFactory()))
    await join(browser)
    from app.live.roster import Socket

    for number in range(25):
        socket = Socket(f"other-{number}", "fr", UserFactory().id)
        live.hub.roster.add(socket)
        live.hub.roster.enter(socket, ROOM)
    told = await browser.ask("presence", {"room": ROOM})
    assert (told["count"], len(told["names"])) == (26, 20)


async def test_who_writes_is_told_to_the_others_once_in_two_seconds(
    open_browser: Any, sign_in: Any, monkeypatch: Any
) -> None:
    writer = UserFactory(display_name="Thiago Rezende", name_lang="pt-BR")
    writing, other_tab = await open_browser(**sign_in(writer)), await open_browser(**sign_in(writer))
    reader, visitor = await open_browser(**sign_in(UserFactory())), await open_browser()
    for browser in (writing, other_tab, reader, visitor):
        await join(browser)
    assert [await writing.ask("typing", {"room": ROOM}) for _ in range(3)] == [{"told": True}] + [{"told": False}] * 2
    assert await other_tab.ask("typing", {"room": ROOM}) == {"told": False}
    assert await reader.wait("typing") == [{"room": ROOM, "name": "Thiago Rezende", "lang": "pt-BR"}]
    monkeypatch.setattr("app.live.handlers.TYPING_EVERY", 0)
    await writing.ask("typing", {"room": ROOM})
    await reader.wait("typing", 2)
    assert [browser.all("typing") for browser in (writing, other_tab, visitor)] == [[], [], []]


async def test_only_members_in_the_room_may_say_that_they_write(open_browser: Any, sign_in: Any, actor: User) -> None:
    visitor, outside = await open_browser(), await open_browser(**sign_in(actor))
    await join(visitor)
    assert await visitor.ask("typing", {"room": ROOM}) == {"error": "forbidden"}
    assert await outside.ask("typing", {"room": ROOM}) == {"error": "forbidden"}
