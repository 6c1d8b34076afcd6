"""A platform with something of everybody's in it: what each of them alone may read carries a word of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.api.services import WebhookDraft, connect
from app.core.db import Base, db, now
from app.core.events import unit_of_work
from app.engagement.models import Bookmark
from app.forum.drafting.models import Draft
from app.forum.models import Post, Topic
from app.moderation.drafts import ReportDraft
from app.moderation.reporting import report_subject
from tests.factories import CategoryFactory, RoleFactory, SpaceFactory, UserFactory
from tests.support.forum import hidden, opened, replied

ROLES = (
    "visitor",
    "newcomer",
    "outsider",
    "owner",
    "participant",
    "facilitator",
    "moderator",
    "staff",
    "administrator",
)
EVERYONE_ABOVE = {"moderator", "staff", "administrator"}
READERS: dict[str, set[str]] = {
    "zxclosedspace": {"participant", "owner", "facilitator", *EVERYONE_ABOVE},
    "zxclosedtopic": {"participant", "owner", "facilitator", *EVERYONE_ABOVE},
    "zxclosedpost": {"participant", "owner", "facilitator", *EVERYONE_ABOVE},
    "zxstaffspace": EVERYONE_ABOVE,
    "zxstafftopic": EVERYONE_ABOVE,
    "zxhiddenpost": {"owner", *EVERYONE_ABOVE},
    "zxhiddentopic": {"owner", *EVERYONE_ABOVE},
    "zxdraft": {"owner"},
    "zxnote": {"owner"},
    "zxmail": {"owner", "staff", "administrator"},
    "zxreport": {"owner", *EVERYONE_ABOVE},
    "zxwebhook": {"administrator"},
}
"""A word that stands in one text, and who may read it anywhere."""


@dataclass
class World:
    """Who is there, and what there is: candidates for each part of an address, by the name of the part."""

    people: dict[str, User | None]
    parts: dict[str, list[Any]] = field(default_factory=dict)
    guarded: dict[type[Base], list[int]] = field(default_factory=dict)
    """Rows, by table, that an outsider can change by no request."""


def world() -> World:
    """The platform with everybody's things."""
    public = CategoryFactory()
    closed = CategoryFactory(space=SpaceFactory(visibility="closed", title={"fr": "zxclosedspace"}))
    staff_shelf = CategoryFactory(space=SpaceFactory(visibility="staff", title={"fr": "zxstaffspace"}))
    people = _people(closed.space)
    owner, moderator, administrator = (_known(people, name) for name in ("owner", "moderator", "administrator"))
    secret = opened(_known(people, "participant"), closed, "zxclosedtopic", body="zxclosedpost")
    answer = replied(owner, secret, "zxclosedpost encore")
    inside = opened(_known(people, "staff"), staff_shelf, "zxstafftopic", body="zxstafftopic")
    shown = opened(owner, public, "Un sujet public", "chars")
    theirs = opened(_known(people, "participant"), public, "Un autre sujet public")
    withheld = replied(owner, shown, "zxhiddenpost")
    hidden(moderator, withheld, "Publicité")
    gone = opened(owner, public, "zxhiddentopic", body="zxhiddentopic")
    hidden(moderator, gone, "Publicité")
    draft, mark = _kept(owner, secret)
    with unit_of_work():
        report = report_subject(owner, "topic", theirs, ReportDraft("spam", "zxreport"))
    with unit_of_work():
        hook = connect(administrator, WebhookDraft("https://zxwebhook.example/", ("published",), ("topic",)))
    topics, posts = (
        (secret, inside, shown, gone),
        (answer, withheld, _opening(secret), _opening(inside), _opening(shown)),
    )
    ids = [thing.public_id for thing in (*topics, *posts, draft, report, hook, owner)]
    return World(
        people,
        {
            "public_id": ids,
            "ref": [closed.slug, secret.public_id, answer.public_id],
            "slug": [closed.space.slug, closed.slug, staff_shelf.slug, public.space.slug, public.slug, "chars"],
            "handle": [owner.handle],
            "kind": ["topic", "post", "member", "tag", "emoji"],
            "kind_name": ["topic", "post", "member", "space"],
            "member_id": [owner.id],
            "session_id": [1],
        },
        {
            Topic: [secret.id, inside.id, gone.id], Post: [answer.id, withheld.id], Draft: [draft.id],
            Bookmark: [mark.id], type(hook): [hook.id], type(closed.space): [closed.space_id, staff_shelf.space_id],
            type(closed): [closed.id, staff_shelf.id, public.id], type(report): [report.id],
        },
    )  # fmt: skip


def _people(closed: Any) -> dict[str, User | None]:
    people: dict[str, User | None] = {
        name: UserFactory(handle=name) for name in ("newcomer", "outsider", "participant")
    }
    people |= {"visitor": None, "owner": UserFactory(handle="owner", email="zxmail@example.org")}
    people |= {"facilitator": UserFactory(handle="facilitator")}
    people |= {role: UserFactory(handle=role, role=role) for role in ("moderator", "staff", "administrator")}
    for name, role in (("owner", "participant"), ("participant", "participant"), ("facilitator", "facilitator")):
        RoleFactory(user_id=_known(people, name).id, name=role, space_id=closed.id)
    db.session.expire_all()
    return people


def _known(people: dict[str, User | None], name: str) -> User:
    member = people[name]
    assert member is not None
    return member


def _kept(owner: User, topic: Topic) -> tuple[Draft, Bookmark]:
    draft = Draft(user_id=owner.id, place="reply", place_id=topic.id, client_token="zx", fields={"body": ["zxdraft"]})
    mark = Bookmark(user_id=owner.id, subject_kind="topic", subject_id=topic.id, note="zxnote", created_at=now())
    with unit_of_work() as session:
        session.add_all([draft, mark])
    return draft, mark


def _opening(topic: Topic) -> Post:
    return db.session.scalars(select(Post).where(Post.topic_id == topic.id, Post.number == 1)).one()
