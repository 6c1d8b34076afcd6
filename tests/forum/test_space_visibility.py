"""A space on every surface: each visibility, for each role. What may not be known is absent, not forbidden."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.actor import VISITOR
from app.accounts.models import User
from app.core.consumers import catch_up, consumers
from app.core.db import db
from app.core.events import unit_of_work
from app.core.files import file_store, store_file
from app.core.policy import Actor
from app.engagement import services as engagement
from app.forum import queries
from app.forum.addresses import topic_slug
from app.forum.models import VISIBILITIES, Post, Space, Topic
from app.forum.reading.listing import themes_in_use
from app.forum.spaces import services as spaces
from app.live.rights import may_follow
from app.search.engine import Filters
from app.search.index import CONSUMER
from app.search.queries import search
from tests.factories import CategoryFactory, RoleFactory, SpaceFactory, UserFactory
from tests.support.forum import opened, replied

ROLES = ("visitor", "member", "elsewhere", "participant", "facilitator", "moderator", "staff", "administrator")
"""`elsewhere` leads another closed space."""
EVERYONE, SIGNED_IN = {*ROLES}, {*ROLES} - {"visitor"}
KEEPERS = {"facilitator", "moderator", "staff", "administrator"}
INSIDE = {"public": EVERYONE, "members": SIGNED_IN, "request": {"participant", *KEEPERS},
          "closed": {"participant", *KEEPERS}, "staff": KEEPERS}  # fmt: skip
KNOWN = INSIDE | {"request": SIGNED_IN}
SECRET = "Zanzibarine"


class World:
    """One space of a visibility with a topic, a message, a theme and a file in it, and someone in each role."""

    def __init__(self, app: Flask, sign_in: Callable[..., FlaskClient], visibility: str) -> None:
        self.app, self.visibility = app, visibility
        self.space: Space = SpaceFactory(visibility=visibility, title={"fr": SECRET, "en": SECRET})
        self.shelf = CategoryFactory(space=self.space, title={"fr": f"{SECRET} étagère"})
        other = SpaceFactory(visibility="closed")
        self.actors: dict[str, Actor] = {
            "visitor": VISITOR,
            "member": UserFactory(),
            "elsewhere": UserFactory(role="facilitator", space=other),
            "participant": UserFactory(role="participant", space=self.space),
            "facilitator": UserFactory(role="facilitator", space=self.space),
            "moderator": UserFactory(role="moderator", space=self.space),
            "staff": UserFactory(role="staff"),
            "administrator": UserFactory(role="administrator"),
        }
        author = self.actors["facilitator"]
        assert isinstance(author, User)
        self.author: User = author
        self.topic: Topic = opened(
            author, self.shelf, f"Le sujet {SECRET}", "water_sanitation", body=f"Texte {SECRET}."
        )
        self.post: Post = replied(author, self.topic, f"Réponse {SECRET}.")
        stored = store_file(file_store(app.extensions["settings"]), "a.pdf", b"%PDF-1")
        with unit_of_work():
            self.file = engagement.attach(author, "post", self.post.id, stored)
        self.browsers = {
            role: sign_in(app.test_client(), actor) if isinstance(actor, User) else app.test_client()
            for role, actor in self.actors.items()
        }
        (indexer,) = [consumer for consumer in consumers if consumer.name == CONSUMER]
        catch_up(indexer)

    def who(self, sees: Callable[[World, str], bool]) -> set[str]:
        return {role for role in ROLES if sees(self, role)}

    def get(self, role: str, address: str) -> Any:
        db.session.expire_all()
        return self.browsers[role].get(address)

    def mentions(self, role: str, address: str) -> bool:
        answer = self.get(role, address)
        return answer.status_code == 200 and SECRET in answer.text

    def hits(self, role: str) -> int:
        with self.app.test_request_context("/fr/"):
            return search(self.actors[role], SECRET, Filters()).result.total

    def opens(self, role: str, address: str) -> bool:
        answer = self.get(role, address)
        assert answer.status_code in {200, 302, 404}, answer.status
        answer.close()  # a file is one until it is read
        return bool(answer.status_code == 200)


def _topic_address(world: World) -> str:
    return f"/fr/topics/{world.topic.public_id}/{topic_slug(world.topic)}"


def _head(world: World) -> int:
    db.session.refresh(world.post)
    return world.post.version


INNER: dict[str, Callable[[World, str], bool]] = {
    "topic in the list of the latest": lambda w, r: f"Le sujet {SECRET}" in w.get(r, "/fr/latest").text,
    "category": lambda w, r: w.opens(r, f"/fr/categories/{w.shelf.slug}"),
    "category in the list of spaces": lambda w, r: f"{SECRET} étagère" in w.get(r, "/fr/spaces").text,
    "category on the page of the space": lambda w, r: (
        f"{SECRET} étagère" in w.get(r, f"/fr/spaces/{w.space.slug}").text
    ),
    "page of the topic": lambda w, r: w.opens(r, _topic_address(w)),
    "way to a message": lambda w, r: w.get(r, f"/fr/posts/{w.post.public_id}").status_code == 302,
    "fragment": lambda w, r: w.opens(r, f"/fr/fragments/posts/{w.post.public_id}/{_head(w)}"),
    "file": lambda w, r: w.opens(r, f"/files/{w.file.public_id}"),
    "search of topics": lambda w, r: f"/topics/{w.topic.public_id}/" in w.get(r, f"/fr/search?q={SECRET}").text,
    "search of messages": lambda w, r: w.post.public_id in w.get(r, f"/fr/search?q={SECRET}&kind=post").text,
    "number of hits": lambda w, r: w.hits(r) > 0,
    "messages of a member": lambda w, r: w.mentions(r, f"/fr/members/{w.author.handle}"),
    "pulse": lambda w, r: w.mentions(r, "/fr/pulse"),
    "home page": lambda w, r: w.mentions(r, "/fr/"),
    "themes in use": lambda w, r: "water-sanitation" in {theme.slug for theme in themes_in_use(w.actors[r])},
    "live room of the topic": lambda w, r: may_follow(w.actors[r], f"topic:{w.topic.id}"),
    "live room of the space": lambda w, r: may_follow(w.actors[r], f"space:{w.space.id}"),
    "may be quoted": lambda w, r: w.post.public_id in queries.citable_posts(w.actors[r], [w.post.public_id]),
    "may be followed": lambda w, r: w.space.id in queries.visible_space_ids(w.actors[r], [w.space.id]),
}
OUTER: dict[str, Callable[[World, str], bool]] = {
    "list of spaces": lambda w, r: w.mentions(r, "/fr/spaces"),
    "page of the space": lambda w, r: w.mentions(r, f"/fr/spaces/{w.space.slug}"),
}
MACHINES: dict[str, str] = {
    "sitemap of places": "/sitemap-places.xml",
    "sitemap of topics": "/sitemap-topics-1.xml",
}


@pytest.mark.parametrize("visibility", VISIBILITIES)
def test_a_space_is_where_it_may_be_and_nowhere_else(
    app: Flask, sign_in: Callable[..., FlaskClient], visibility: str
) -> None:
    world = World(app, sign_in, visibility)
    for surface, sees in INNER.items():
        assert world.who(sees) == INSIDE[visibility], surface
    for surface, sees in OUTER.items():
        assert world.who(sees) == KNOWN[visibility], surface
    for surface, address in MACHINES.items():
        answer = app.test_client().get(address)
        listed = answer.status_code == 200 and (world.space.slug in answer.text or world.topic.public_id in answer.text)
        assert listed is (visibility == "public"), surface


@pytest.mark.parametrize("before", ["public", "closed"])
def test_another_visibility_is_felt_at_once_and_without_the_index(
    app: Flask, sign_in: Callable[..., FlaskClient], before: str
) -> None:
    after = {"public": "closed", "closed": "public"}[before]
    world = World(app, sign_in, before)
    for role in ROLES:  # whatever is kept of pages and fragments is kept now
        world.get(role, _topic_address(world))
    draft = spaces.SpaceDraft(world.space.title, world.space.description, after)
    with unit_of_work():
        spaces.edit_space(world.actors["administrator"], world.space, draft)
    for surface, sees in INNER.items():
        assert world.who(sees) == INSIDE[after], surface


def test_who_quoted_a_space_that_was_closed_names_nobody_of_it(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    world = World(app, sign_in, "public")
    outside = opened(UserFactory(), CategoryFactory(), "Dehors")
    quoting = replied(UserFactory(), outside, f"> [post:{world.post.public_id}]\n> Autre chose.\n\nOui.")
    address = f"/fr/topics/{outside.public_id}/{topic_slug(outside)}"
    assert world.author.display_name in app.test_client().get(address).text
    with unit_of_work():
        draft = spaces.SpaceDraft(world.space.title, world.space.description, "closed")
        spaces.edit_space(world.actors["administrator"], world.space, draft)
    for browser in (app.test_client(), world.browsers["participant"]):
        page = browser.get(address).text
        assert world.author.display_name not in page
        assert world.post.public_id not in page
    assert db.session.scalar(select(Post.version).where(Post.id == quoting.id)) == 2


def test_an_ended_role_opens_nothing(app: Flask, sign_in: Callable[..., FlaskClient], clock: Any) -> None:
    world = World(app, sign_in, "closed")
    member = UserFactory()
    RoleFactory(user_id=member.id, name="participant", space_id=world.space.id, until=clock())
    browser = sign_in(app.test_client(), member)
    assert browser.get(_topic_address(world)).status_code == 404
    assert browser.get(f"/fr/spaces/{world.space.slug}").status_code == 404


def test_pages_cost_a_participant_what_they_cost_a_member(
    app: Flask, sign_in: Callable[..., FlaskClient], query_counter: Any
) -> None:
    costs: dict[str, list[int]] = {}
    for visibility, role in (("public", "member"), ("closed", "participant")):
        world = World(app, sign_in, visibility)
        for name, address in (("topic", _topic_address(world)), ("latest", "/fr/latest"), ("home", "/fr/")):
            world.get(role, address)
            with query_counter() as statements:
                world.browsers[role].get(address)
            costs.setdefault(name, []).append(statements.count)
    assert all(len(set(counts)) == 1 for counts in costs.values()), costs
