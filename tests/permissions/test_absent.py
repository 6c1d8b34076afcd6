"""What a member may not see is absent everywhere: the surfaces that look back, look forward, count, or leave the site.

`tests/forum/test_space_visibility.py` walks pages, lists, search, files and live rooms; here are the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.core.background import background_context
from app.core.consumers import catch_up, consumers
from app.core.db import db, now
from app.core.events import unit_of_work
from app.core.mail import OutgoingMail
from app.engagement.bookmarking import bookmark
from app.engagement.reminding import remind_due
from app.forum.drafts import draft_post
from app.forum.models import VISIBILITIES
from app.forum.polls.drafts import PollDraft
from app.forum.polls.services import put_poll
from app.forum.services import edit_post
from app.live.rights import may_follow
from tests.factories import CategoryFactory, RoleFactory, UserFactory
from tests.forum.test_space_visibility import INSIDE, KNOWN, ROLES, SECRET, World
from tests.support.forum import opened, replied

POLL = "Quelle couleur zanzibarine"


class Wider(World):
    """The same space, whose topic has a poll, an edited message and a marked reader, and a topic beside it."""

    def __init__(self, app: Flask, sign_in: Callable[..., FlaskClient], visibility: str) -> None:
        super().__init__(app, sign_in, visibility)
        with unit_of_work():
            put_poll(self.author, self.post, PollDraft(POLL, ("Rouge", "Bleu")))
        with unit_of_work():
            edit_post(self.author, self.post, draft_post(f"Autre réponse {SECRET}.", "fr", "absent-1"), 0)
        self.outside = opened(UserFactory(), CategoryFactory(), "Ailleurs", "water_sanitation")
        with background_context(app):
            for consumer in consumers:
                catch_up(consumer)

    def text(self, role: str, address: str) -> str:
        """What a page says; nothing where it is not there."""
        answer = self.get(role, address)
        assert answer.status_code in {200, 302, 303, 401, 403, 404}, f"{address}: {answer.status}"
        return str(answer.text) if answer.status_code == 200 else ""


def _shows(address: Callable[[Wider], str], words: str = SECRET) -> Callable[[Wider, str], bool]:
    return lambda world, role: words in world.text(role, address(world))


def _named(world: Wider, role: str, kind: str, typed: str) -> bool:
    at = f"reply:{world.topic.public_id}"
    return typed in world.text(role, f"/fr/compose/complete/{kind}?q={typed}&at={at}")


INNER: dict[str, Callable[[Wider, str], bool]] = {
    "edit history": _shows(lambda w: f"/fr/posts/{w.post.public_id}/history"),
    "poll": _shows(lambda w: f"/fr/posts/{w.post.public_id}/poll", "Rouge"),
    "counts of the poll": _shows(lambda w: f"/fr/posts/{w.post.public_id}/poll.csv", "Rouge"),
    "page of the tag": _shows(lambda _w: "/fr/tags/water-sanitation"),
    "page of the member": _shows(lambda w: f"/fr/members/{w.author.handle}"),
    "last of the topic": lambda w, r: w.get(r, f"/fr/topics/{w.topic.public_id}/last").status_code == 302,
    "number of the topic": lambda w, r: w.get(r, f"/fr/topics/{w.topic.public_id}/at/2").status_code == 302,
    "live room of the topic": lambda w, r: may_follow(w.actors[r], f"topic:{w.topic.id}"),
}
"""Whoever is in sees it, signed in or not."""
FOR_MEMBERS: dict[str, Callable[[Wider, str], bool]] = {
    "similar topics": _shows(lambda _w: f"/fr/compose/similar?title=Le sujet {SECRET}"),
    "preview of a quotation": lambda w, r: w.author.display_name in _previewed(w, r),
}
MACHINES: dict[str, Callable[[Wider], str]] = {
    "feed of the space": lambda w: f"/fr/spaces/{w.space.slug}/feed.atom",
    "feed of the category": lambda w: f"/fr/categories/{w.shelf.slug}/feed.atom",
    "feed of the topic": lambda w: f"/fr/topics/{w.topic.public_id}/feed.atom",
    "feed of the latest": lambda _w: "/fr/latest/feed.atom",
    "feed of the tag": lambda _w: "/fr/tags/water-sanitation/feed.atom",
    "feed of the member": lambda w: f"/fr/members/{w.author.handle}/feed.atom",
    "list to embed": lambda w: f"/fr/embed/topics?in=space:{w.space.slug}",
    "list of a category to embed": lambda w: f"/fr/embed/topics?in=category:{w.shelf.slug}",
    "all topics to embed": lambda _w: "/fr/embed/topics",
    "topic to embed": lambda w: f"/fr/topics/{w.topic.public_id}/embed",
    "oEmbed": lambda w: (
        f"/oembed?url={w.app.extensions['settings'].site_url}/fr/topics/{w.topic.public_id}/le-sujet-zanzibarine"
    ),
}
"""What other software reads is everyone's or nobody's, whoever asks."""


def _previewed(world: Wider, role: str) -> str:
    """What a composer shows of a quotation of the message."""
    browser = world.browsers[role]
    page = browser.get("/fr/account/settings").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    sent = {"csrf_token": token[1] if token else "", "lang": "fr", "body": f"> [post:{world.post.public_id}]\n> Mot."}
    return str(browser.post("/fr/compose/preview", data=sent).text)


@pytest.mark.parametrize("visibility", VISIBILITIES)
def test_other_surfaces_show_it_to_those_inside_alone(
    app: Flask, sign_in: Callable[..., FlaskClient], visibility: str
) -> None:
    world = Wider(app, sign_in, visibility)
    inside = INSIDE[visibility]
    seen = {name: {role for role in ROLES if sees(world, role)} for name, sees in INNER.items()}
    assert seen == dict.fromkeys(INNER, inside)
    seen = {name: {role for role in ROLES if sees(world, role)} for name, sees in FOR_MEMBERS.items()}
    assert seen == dict.fromkeys(FOR_MEMBERS, inside - {"visitor"})
    machines = {name: {r for r in ROLES if SECRET in world.text(r, at(world))} for name, at in MACHINES.items()}
    assert machines == dict.fromkeys(MACHINES, {*ROLES} if visibility == "public" else set())


@pytest.mark.parametrize("visibility", VISIBILITIES)
def test_facts_for_search_engines_and_drawn_cards_are_of_public_topics(
    app: Flask, sign_in: Callable[..., FlaskClient], visibility: str
) -> None:
    world = Wider(app, sign_in, visibility)
    card, page = f"/fr/topics/{world.topic.public_id}/card.png", f"/fr/topics/{world.topic.public_id}/le-sujet"
    for role in ROLES:
        answer = world.get(role, card)
        assert answer.status_code == (200 if visibility == "public" else 404), role
        answer.close()
        shown = world.browsers[role].get(page, follow_redirects=True).text
        facts = re.findall(r"<script type=.?application/ld\+json.?[^>]*>(.*?)</script>", shown, re.DOTALL)
        told = any(SECRET in fact for fact in facts) or f'property="og:title" content="Le sujet {SECRET}' in shown
        assert told is (visibility == "public" and role == "visitor"), role  # members are no search engine


@pytest.mark.parametrize("visibility", VISIBILITIES)
def test_names_of_those_inside_are_completed_for_those_inside(
    app: Flask, sign_in: Callable[..., FlaskClient], visibility: str
) -> None:
    world = Wider(app, sign_in, visibility)
    named = {role for role in ROLES if role != "facilitator" and _named(world, role, "member", world.author.handle)}
    assert named == INSIDE[visibility] - {"visitor", "facilitator"}


@pytest.mark.parametrize("visibility", ["request", "closed", "staff"])
def test_who_has_left_is_told_nothing_more(app: Flask, sign_in: Callable[..., FlaskClient], visibility: str) -> None:
    world = Wider(app, sign_in, visibility)
    leaver = UserFactory()
    role = RoleFactory(user_id=leaver.id, name="facilitator", space_id=world.space.id)
    db.session.expire_all()
    browser = sign_in(app.test_client(), leaver)
    with unit_of_work():
        bookmark(leaver, "topic", world.topic.id).remind_at = now()
    assert SECRET in browser.get("/fr/my/bookmarks").text
    with unit_of_work() as session:
        session.delete(session.merge(role))
    db.session.expire_all()
    replied(world.author, world.topic, f"Encore {SECRET}, @{leaver.handle}.")
    with app.test_request_context("/fr/"):
        remind_due()
    with background_context(app):
        for consumer in consumers:
            catch_up(consumer)
    mails = [mail for mail in db.session.query(OutgoingMail) if mail.to == leaver.email]
    assert not any(SECRET in f"{mail.subject}{mail.text}{mail.html}" for mail in mails)
    for address in ("/fr/my/bookmarks", "/fr/my/follows", "/fr/my/topics", "/fr/drafts", "/fr/", "/fr/latest"):
        assert SECRET not in browser.get(address).text, address


def test_a_space_by_request_is_known_and_its_inside_is_not(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    world = Wider(app, sign_in, "request")
    address = f"/fr/spaces/{world.space.slug}"
    assert {role for role in ROLES if SECRET in world.text(role, address)} == KNOWN["request"]
    page = world.text("member", address)
    assert world.topic.public_id not in page
    assert f"{SECRET} étagère" not in page
    assert isinstance(world.actors["member"], User)
