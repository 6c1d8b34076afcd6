"""What the forum tells live: the same bytes as the page, in the language of each reader."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.events import unit_of_work
from app.core.markdown import render
from app.engagement.services import react
from app.forum import services
from app.forum.drafts import PostDraft
from app.forum.models import Post, Topic
from tests.factories import CategoryFactory, PostFactory, SpaceFactory, TopicFactory, UserFactory


def draft(text: str, token: str = "one") -> PostDraft:
    return PostDraft(body=text, html=render(text), lang="fr", client_token=token)


@pytest.fixture
def topic(app: Flask) -> Topic:
    topic = TopicFactory()
    PostFactory(topic=topic)
    return topic


async def follow(browser: Any, topic: Topic) -> None:
    assert (await browser.ask("join", {"room": f"topic:{topic.id}", "last_seq": 0}))["missed"] == []


def page(app: Flask, topic: Topic, lang: str) -> str:
    return app.test_client().get(f"/{lang}/topics/{topic.public_id}", follow_redirects=True).text


@pytest.mark.parametrize("lang", ["fr", "ar"])
async def test_a_post_comes_with_the_bytes_of_its_page(
    open_browser: Any, app: Flask, topic: Topic, actor: User, lang: str
) -> None:
    browser = await open_browser(lang)
    await follow(browser, topic)
    text = "Bonjour **tous**, voir https://example.org\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    with unit_of_work():
        post = services.reply(actor, topic, draft(text))
    (packet,) = await browser.wait("happened", until=lambda packet: packet["type"] == "post")
    (carried,) = packet["data"]["posts"]
    assert (carried["id"], carried["number"], packet["data"]["author"]) == (post.public_id, 2, actor.id)
    assert "<table>" in carried["html"]
    assert carried["html"] in page(app, topic, lang)


async def test_edits_withdrawals_and_reactions_come_as_the_page_shows_them(
    open_browser: Any, app: Flask, topic: Topic, actor: User
) -> None:
    with unit_of_work():
        post: Post = services.reply(actor, topic, draft("Premier jet"))
    browser = await open_browser()
    await browser.ask("join", {"room": f"topic:{topic.id}"})
    with unit_of_work():
        services.edit_post(actor, post, draft("Second jet"), 0)
    (changed,) = await browser.wait("happened", until=lambda packet: packet["type"] == "posts_changed")
    assert "Second jet" in changed["data"]["posts"][0]["html"]
    assert changed["data"]["posts"][0]["html"] in page(app, topic, "fr")
    with unit_of_work():
        react(UserFactory(), "post", post.id, "thanks")
    (reactions,) = await browser.wait("happened", until=lambda packet: packet["type"] == "reactions")
    assert reactions["data"] == {"kind": "post", "public_id": post.public_id, "counts": {"thanks": 1}}
    with unit_of_work():
        services.withdraw_post(actor, post)
    _, gone = await browser.wait("happened", 2, until=lambda packet: packet["type"] == "posts_changed")
    tombstone = gone["data"]["posts"][0]["html"]
    assert "Second jet" not in tombstone
    assert tombstone in page(app, topic, "fr")


async def test_lists_hear_of_topics_in_the_spaces_their_readers_may_see(
    open_browser: Any, sign_in: Any, actor: User
) -> None:
    members = SpaceFactory(visibility="members")
    topic = TopicFactory(category=CategoryFactory(space=members))
    PostFactory(topic=topic)
    visitor, reader = await open_browser(), await open_browser(**sign_in(UserFactory()))
    room = f"space:{members.id}"
    assert await visitor.ask("join", {"room": room}) == {"error": "forbidden"}
    assert (await reader.ask("join", {"room": room}))["missed"] == []
    with unit_of_work():
        services.reply(actor, topic, draft("Entre nous"))
    (row,) = await reader.wait("happened", until=lambda packet: packet["type"] == "topic_row")
    assert (row["data"]["topic"], row["data"]["count"]) == (topic.public_id, 2)
    assert f'data-topic="{topic.public_id}"' in row["html"]
    assert visitor.all("happened") == []


async def test_reading_is_remembered_and_told_to_the_members_other_tabs(
    open_browser: Any, sign_in: Any, topic: Topic, actor: User
) -> None:
    for number in range(3):
        PostFactory(topic=topic, client_token=f"t{number}")
    headers = sign_in(actor)
    reading, other = await open_browser(**headers), await open_browser(**headers)
    await other.ask("join", {"room": f"user:{actor.id}"})
    room = f"topic:{topic.id}"
    await reading.ask("join", {"room": room})
    assert await reading.ask("read", {"room": room, "number": 3}) == {"number": 3}
    (told,) = await other.wait("happened", until=lambda packet: packet["type"] == "read")
    assert told["data"] == {"kind": "topic", "public_id": topic.public_id, "number": 3}


@pytest.mark.parametrize("payload", [{}, {"number": "3"}, {"number": 3, "room": "topic:0"}, {"number": 3, "room": "x"}])
async def test_reading_of_what_may_not_be_seen_is_refused(
    open_browser: Any, sign_in: Any, actor: User, payload: dict[str, Any]
) -> None:
    browser = await open_browser(**sign_in(actor))
    assert await browser.ask("read", payload) == {"error": "forbidden"}


async def test_a_visitor_reads_without_being_remembered(open_browser: Any, topic: Topic) -> None:
    browser = await open_browser()
    assert await browser.ask("read", {"room": f"topic:{topic.id}", "number": 1}) == {"error": "forbidden"}
