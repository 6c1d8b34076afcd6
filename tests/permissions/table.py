"""The table of the domain, for what exists: one row an act, one column a role, and how each role tries it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app.accounts.actor import VISITOR
from app.accounts.models import User
from app.core.policy import Actor
from app.forum.models import Category, Post, Space, Topic
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.support.browser import token_of
from tests.support.forum import opened, replied

ROLES = (
    "visitor", "member", "participant", "facilitator", "moderator here", "moderator elsewhere", "moderator",
    "staff", "administrator",
)  # fmt: skip
EVERYONE = {*ROLES}
MEMBERS = EVERYONE - {"visitor"}
HERE = {"facilitator", "moderator here", "moderator", "staff", "administrator"}
KEEPERS = HERE | {"moderator elsewhere"}
EVERYWHERE = {"moderator", "staff", "administrator"}
TEAM = {"staff", "administrator"}
CHIEF = {"administrator"}
_tokens = itertools.count()


class World:
    """One public space, someone in each role around it, and whatever an act needs, made anew for each who tries."""

    def __init__(self, app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
        self.space: Space = SpaceFactory()
        self.category: Category = CategoryFactory(space=self.space)
        self.author: User = UserFactory()
        given: dict[str, dict[str, Any]] = {
            "member": {},
            "participant": {"role": "participant", "space": self.space},
            "facilitator": {"role": "facilitator", "space": self.space},
            "moderator here": {"role": "moderator", "space": self.space},
            "moderator elsewhere": {"role": "moderator", "space": SpaceFactory()},
            **{role: {"role": role} for role in ("moderator", "staff", "administrator")},
        }
        self.actors: dict[str, Actor] = {"visitor": VISITOR}
        self.actors |= {name: UserFactory(**fields) for name, fields in given.items()}
        self.browsers: dict[str, FlaskClient] = {
            name: sign_in(app.test_client(), actor) if isinstance(actor, User) else app.test_client()
            for name, actor in self.actors.items()
        }
        self._tokens: dict[str, str] = {}

    def topic(self, author: User | None = None, **chosen: Any) -> Topic:
        return opened(author or self.author, self.category, "Un sujet pour tous", **chosen)

    def post(self, author: User | None = None) -> Post:
        return replied(author or self.author, self.topic())

    def token(self, role: str) -> str:
        """The form token of a role's session."""
        if role not in self._tokens:
            page = "/fr/login" if role == "visitor" else "/fr/account/settings"
            self._tokens[role] = token_of(self.browsers[role].get(page))
        return self._tokens[role]

    def fresh(self) -> str:
        return f"cell-{next(_tokens)}"


@dataclass(frozen=True)
class Act:
    """What is tried: `address` and `fields` make the request on `thing`; without fields the address is opened."""

    name: str
    allowed: set[str]
    address: Callable[[Any], str]
    thing: Callable[[World, Actor], Any] = lambda world, _actor: world
    fields: Callable[[World, Any], dict[str, Any]] | None = None


def _reported(way: str, act: str) -> dict[str, Any]:
    """A decision on a member's message or on the member, through the desk."""
    return {
        "address": lambda post: f"/fr/moderation/subjects/{way}/{post.public_id}/decide",
        "fields": lambda _world, _post: {"act": act, "reason": "spam", "days": "7", "statement": "", "words": ""},
    }


def _own(world: World, actor: Actor) -> Post:
    return world.post(actor if isinstance(actor, User) else world.author)


def _words(**more: str) -> Callable[[World, Any], dict[str, Any]]:
    return lambda world, _thing: {
        "title": "Un titre assez long", "body": "Un texte.", "lang": "fr", "kind": "discussion", "tags": "",
        "client_token": world.fresh(), **more,
    }  # fmt: skip


SESSION = {
    "starts": "2027-05-10T18:00", "ends": "2027-05-10T19:30", "timezone": "Europe/Paris", "slow_mode": "0", "hosts": "",
}  # fmt: skip
READ_AND_WRITE = [
    Act("read a topic", EVERYONE, lambda topic: f"/fr/topics/{topic.public_id}/un-sujet-pour-tous",
        lambda world, _actor: world.topic()),
    Act("read a space", EVERYONE, lambda world: f"/fr/spaces/{world.space.slug}"),
    Act("search", EVERYONE, lambda _world: "/fr/search?q=sujet"),
    Act("read a feed", EVERYONE, lambda world: f"/fr/spaces/{world.space.slug}/feed.atom"),
    Act("open a topic", MEMBERS, lambda world: f"/fr/categories/{world.category.slug}/new-topic", fields=_words()),
    Act("reply", MEMBERS, lambda topic: f"/fr/topics/{topic.public_id}/reply", lambda world, _actor: world.topic(),
        _words()),
    Act("react", MEMBERS, lambda _post: "/fr/react", lambda world, _actor: world.post(),
        lambda _world, post: {"kind": "post", "id": post.public_id, "code": "thanks"}),
    Act("follow", MEMBERS, lambda _topic: "/fr/follow", lambda world, _actor: world.topic(),
        lambda _world, topic: {"kind": "topic", "id": topic.public_id, "level": "watching"}),
    Act("open a live session", HERE, lambda world: f"/fr/categories/{world.category.slug}/new-session",
        fields=_words(**SESSION)),
    Act("make an announcement", HERE, lambda world: f"/fr/categories/{world.category.slug}/new-topic",
        fields=_words(kind="announcement")),
    Act("edit one's own message", MEMBERS, lambda post: f"/fr/posts/{post.public_id}/edit", _own, _words(edits="0")),
    Act("take one's own message back", MEMBERS, lambda post: f"/fr/posts/{post.public_id}/withdraw", _own,
        lambda _world, _post: {}),
    Act("edit another's message", set(), lambda post: f"/fr/posts/{post.public_id}/edit",
        lambda world, _actor: world.post(), _words(edits="0")),
    Act("take another's message back", set(), lambda post: f"/fr/posts/{post.public_id}/withdraw",
        lambda world, _actor: world.post(), lambda _world, _post: {}),
]  # fmt: skip
KEEP_ORDER = [
    Act("hide a message", HERE, thing=lambda world, _actor: world.post(), **_reported("post", "hide")),
    Act("remove a message", HERE, thing=lambda world, _actor: world.post(), **_reported("post", "remove")),
    Act("hide a topic", HERE, thing=lambda world, _actor: world.topic(), **_reported("topic", "hide")),
    Act("warn an author", HERE, thing=lambda world, _actor: world.post(), **_reported("post", "warn")),
    Act("exclude an author from the space", HERE, thing=lambda world, _actor: world.post(UserFactory()),
        **_reported("post", "exclude")),
    Act("suspend an author", EVERYWHERE, thing=lambda world, _actor: world.post(UserFactory()),
        **_reported("post", "suspend")),
    Act("suspend a member", EVERYWHERE, thing=lambda _world, _actor: UserFactory(), **_reported("member", "suspend")),
    Act("ban a member", EVERYWHERE, thing=lambda _world, _actor: UserFactory(), **_reported("member", "ban")),
    Act("suspend a moderator", TEAM, thing=lambda _world, _actor: UserFactory(role="moderator"),
        **_reported("member", "suspend")),
    Act("suspend staff", CHIEF, thing=lambda _world, _actor: UserFactory(role="staff"),
        **_reported("member", "suspend")),
    Act("decide on one's own", set(), thing=_own, **_reported("post", "hide")),
    Act("lock a topic", HERE, lambda topic: f"/fr/topics/{topic.public_id}/moderate",
        lambda world, _actor: world.topic(), lambda _world, _topic: {"action": "lock", "reason": "Résolu"}),
    Act("read the queue of reports", KEEPERS, lambda _world: "/fr/moderation"),
    Act("read the log of decisions", KEEPERS, lambda _world: "/fr/moderation/log"),
    Act("lead a space", HERE, lambda world: f"/fr/spaces/{world.space.slug}/invitations"),
]  # fmt: skip
RUN_THE_SITE = [
    *(
        Act(f"read {page or 'overview'}", TEAM, lambda _world, page=page: f"/fr/administration/{page}")
        for page in ("", "vocabularies", "vocabularies/theme", "roles", "settings", "settings-log", "log", "members",
                     "figures", "spaces", "pages")
    ),
    Act("change a setting", CHIEF, lambda _world: "/fr/administration/settings/forum", fields=lambda _w, _t: {}),
    Act("give a role", CHIEF, lambda _member: "/fr/administration/roles", lambda _world, _actor: UserFactory(),
        lambda _world, member: {"member": f"@{member.handle}", "role": "moderator", "space": "", "until": ""}),
    Act("take a role", CHIEF, lambda _member: "/fr/administration/roles/take",
        lambda _world, _actor: UserFactory(role="moderator"),
        lambda _world, member: {"member": member.public_id, "role": "moderator", "space": ""}),
    Act("add a word to a vocabulary", CHIEF, lambda _world: "/fr/administration/vocabularies/theme/new",
        fields=lambda world, _thing: {"code": world.fresh().replace("-", "_"), "label-fr": "Neuf"}),
    Act("create a space", CHIEF, lambda _world: "/fr/administration/spaces/new",
        fields=lambda world, _thing: {"title-fr": world.fresh(), "visibility": "public", "posting": "members",
                                      "premoderation": "none"}),
    Act("word the reasons", CHIEF, lambda _world: "/fr/moderation/texts"),
    Act("connect other software", CHIEF, lambda _world: "/fr/administration/webhooks"),
]  # fmt: skip
ROWS = {"read and write": READ_AND_WRITE, "keep order": KEEP_ORDER, "run the site": RUN_THE_SITE}
