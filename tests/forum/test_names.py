"""Names in texts: members by id, tags, emoji; and footnotes that do not get in each other's way."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from app.accounts.events import MemberChanged
from app.accounts.models import User
from app.core.db import db
from app.core.emoji import find_emoji, with_emoji
from app.core.events import record, unit_of_work
from app.core.markdown import render
from app.forum import services
from app.forum.drafts import draft_post
from app.forum.models import PostMention, Topic
from tests.factories import CategoryFactory, UserFactory
from tests.support.forum import opened, replied
from tests.support.html import Page, words


@pytest.fixture
def awa(app: Flask) -> User:
    return UserFactory(handle="awa-safi", display_name="Awa Ndiaye")


@pytest.fixture
def topic(actor: User) -> Topic:
    return opened(actor, CategoryFactory(), "Un sujet", "logement")


def page_of(client, topic: Topic, lang: str = "en") -> Page:
    return Page(client.get(f"/{lang}/topics/{topic.public_id}/un-sujet").text)


def test_a_member_is_named_by_id_and_shown_by_the_name_they_have_now(awa, actor, topic, client, run_consumers):
    post = replied(actor, topic, "Merci @Awa-Safi, et @nobody-here, pas \\@awa-safi ni `@awa-safi`.")
    assert f'data-member="{awa.public_id}"' in post.html
    assert "awa" not in post.html.replace("@awa-safi", "").lower()
    link = page_of(client, topic).one("a", class_="mention")
    assert (words(link), link.get("href")) == ("@Awa Ndiaye", "/en/members/awa-safi")
    with unit_of_work():
        awa.display_name = "Awa Leroy"
        record(MemberChanged(awa.id))
    run_consumers()
    assert words(page_of(client, topic).one("a", class_="mention")) == "@Awa Leroy"


@pytest.mark.parametrize("status", ["closed", "anonymised"])
def test_who_left_is_named_no_longer(awa, actor, topic, client, run_consumers, status):
    replied(actor, topic, "Merci @awa-safi.")
    with unit_of_work():
        awa.status = status
        record(MemberChanged(awa.id))
    run_consumers()
    page = page_of(client, topic)
    assert "Awa Ndiaye" not in page.text
    assert words(page.one("span", class_="mention")) == "Former member"


def test_who_is_suspended_has_a_name_and_no_link(awa, actor, topic, client):
    replied(actor, topic, "Merci @awa-safi.")
    with unit_of_work():
        awa.status = "suspended"
    assert words(page_of(client, topic).one("span", class_="mention")) == "@Awa Ndiaye"


def test_mentions_follow_edits(awa, actor, topic):
    post = replied(actor, topic, "Merci @awa-safi et @awa-safi.")
    assert [row.user_id for row in db.session.query(PostMention)] == [awa.id]
    with unit_of_work():
        services.edit_post(actor, post, draft_post("Merci à tous.", "fr", "t"), 0)
    assert db.session.query(PostMention).count() == 0
    with unit_of_work():
        services.edit_post(actor, post, draft_post("Merci @awa-safi.", "fr", "t"), 1)
    assert db.session.query(PostMention).count() == 1


def test_a_text_names_fifty_members_at_most(app):
    members = [UserFactory() for _ in range(52)]
    draft = draft_post(" ".join(f"@{member.handle}" for member in members), "fr", "many")
    assert draft.html.count("data-member") == 50
    assert f"@{members[-1].handle}" in draft.html


def test_known_tags_lead_to_their_list_in_the_readers_language(actor, topic, client):
    replied(actor, topic, "Voir #logement, pas #inconnu ni #12.")
    for lang in ("en", "ar"):
        link = page_of(client, topic, lang).one("a", class_="mention")
        assert (words(link), link.get("href")) == ("#logement", f"/{lang}/latest?tag=logement")


def test_short_names_become_emoji_in_words_and_not_in_code():
    assert render("Bravo :thumbsup: à 10:30:20 :nope: `:thumbsup:`") == (
        "<p>Bravo 👍 à 10:30:20 :nope: <code>:thumbsup:</code></p>\n"
    )
    assert with_emoji("sans") == "sans"


@pytest.mark.parametrize(
    ("lang", "typed"), [("fr", "pouce"), ("ar", "قلب"), ("pt_BR", "thu"), ("vi", "thu"), ("fr", "zzzz")]
)
def test_emoji_are_offered_in_the_readers_language_else_in_english(lang, typed):
    found = find_emoji(typed, lang)
    assert len(found) <= 8
    assert all(with_emoji(f":{code}:") == sign for sign, code, _name in found)
    assert bool(found) == (typed != "zzzz")
    assert find_emoji("", lang) == []


def test_footnotes_of_two_messages_have_ids_of_their_own(actor, topic, client):
    body = "Un fait[^1], encore[^1].\n\n[^1]: La **source**."
    posts = [replied(actor, topic, body), replied(actor, topic, body)]
    page = page_of(client, topic)
    ids = [element.get("id") for element in page.root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for post in posts:
        note = page.one("li", id=f"fn-{post.public_id}-1")
        backs = [link for link in note.iter("a") if link.get("role") == "doc-backlink"]
        assert [link.get("href") for link in backs] == [f"#fnref-{post.public_id}-1", f"#fnref-{post.public_id}-1-1"]
        assert backs[0].get("aria-label") == "Back to note 1 in the text"
        assert page.one("a", id=f"fnref-{post.public_id}-1-1").get("href") == f"#fn-{post.public_id}-1"
    assert {note.get("role") for note in page.all("div", class_="notes")} == {"doc-endnotes"}


def test_a_preview_shows_names_and_notes(actor, awa, topic, client, sign_in):
    from tests.support.browser import token_of

    member = sign_in(client, actor)
    token = token_of(member.get(f"/en/topics/{topic.public_id}/reply"))
    text = "Merci @awa-safi[^a].\n\n[^a]: Oui."
    answer = member.post("/en/compose/preview", data={"csrf_token": token, "body": text})
    assert "@Awa Ndiaye" in answer.text
    assert 'id="fn-0-1"' in answer.text


@pytest.mark.parametrize(
    "attack",
    [
        '<span data-member="01hq3v9c5e8m2kqz7w4x6y0tba"></span>',
        '[x](http://a.example "<span data-file=01hq3v9c5e8m2kqz7w4x6y0tba>")',
        '<li id="fn-0-1" class="composer">x</li>',
        "![x](file:../../etc/passwd)",
        '![x](file:01hq3v9c5e8m2kqz7w4x6y0tba" onerror="alert(1))',
        '@awa"onmouseover="alert(1)',
        "#tag<script>alert(1)</script>",
        "[^1]\n\n[^1]: <script>alert(1)</script> [x](javascript:alert(1))",
        "[^<img src=x onerror=alert(1)>]\n\n[^<img src=x onerror=alert(1)>]: x",
    ],
)
def test_places_cannot_be_forged(attack):
    html = render(attack)
    tags = re.findall(r"<[^>]*>", re.sub(r'="[^"]*"', "", html))
    assert not any(re.search(r"script|onerror|onmouseover|img", tag) for tag in tags)
    assert "data-member" not in "".join(tags)
    assert 'href="javascript' not in html


@pytest.mark.parametrize(
    "text",
    ["[^" * 9_000, "[^1]: " * 3_000, "@ab " * 5_000, "#" * 20_000, ":a:" * 6_000, "[^1]" * 5_000 + "\n\n[^1]: x"],
)
def test_marks_cost_little_however_many(text):
    import time

    began = time.monotonic()
    render(text)
    assert time.monotonic() - began < 1


def test_a_post_without_names_costs_no_query_more(actor, topic, query_counter):
    with query_counter() as plain:
        replied(actor, topic, "Bonjour à tous.")
    assert plain.count
    assert not any("post_mention" in one or "attachment" in one for one in plain)
