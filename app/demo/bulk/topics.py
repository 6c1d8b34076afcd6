"""Rows of the members and topics of a plan; a topic names its last and its accepted post before these are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from app.accounts.models import User
from app.core.db import Base
from app.demo.bulk.ground import Ground
from app.demo.bulk.plan import SESSION_MINUTES, Outline, Plan
from app.demo.people import member_row
from app.demo.tables import Row, public_id
from app.engagement.models import Follow, Tag, Tagging
from app.engagement.tagging import labels_by_slug
from app.forum.models import Topic
from app.forum.sessions.models import LiveSession
from app.terms.themes import first_themes

Rows = Iterator[tuple[type[Base], Row]]


@dataclass
class Shelf:
    """What a category gains."""

    topics: int = 0
    posts: int = 0
    latest: tuple[int, int] = (0, 0)
    """When it was last written in, and the topic."""


@dataclass
class Opened:
    """Members and topics as they were numbered."""

    members: list[int] = field(default_factory=list)
    topics: list[int] = field(default_factory=list)
    shelves: dict[int, Shelf] = field(default_factory=dict)
    """By the id of the category."""


def member_rows(plan: Plan, ground: Ground, opened: Opened, rng: Random) -> Rows:
    """The members, in the order in which they joined."""
    for person in plan.people:
        opened.members.append(ground.next_id(User))
        yield User, member_row(person, rng) | {"id": opened.members[-1]}


def topic_rows(plan: Plan, ground: Ground, opened: Opened, post_ids: Sequence[int], rng: Random) -> Rows:
    """The topics with their tags, followers and sessions."""
    themes = first_themes()
    for outline in plan.outlines:
        row = _topic(plan, outline, ground, opened, post_ids, rng)
        opened.topics.append(row["id"])
        yield Topic, row
        for slug, label in labels_by_slug(outline.tags, themes).items():
            if slug not in ground.tags:
                ground.tags[slug] = ground.next_id(Tag)
                yield Tag, {"id": ground.tags[slug], "slug": slug, "label": label}
            yield Tagging, {"tag_id": ground.tags[slug], "subject_kind": "topic", "subject_id": row["id"]}
        yield from _followers(plan, outline, opened, row, rng)
        if outline.is_session:
            yield LiveSession, _session(plan, outline, row["id"])


def _topic(plan: Plan, outline: Outline, ground: Ground, opened: Opened, post_ids: Sequence[int], rng: Random) -> Row:
    first, last = outline.places[0], outline.places[-1]
    category_id, _ = ground.categories[outline.category]
    row: Row = {
        "id": ground.next_id(Topic),
        "public_id": public_id(plan.moment(first), rng),
        "created_at": plan.moment(first),
        "category_id": category_id,
        "author_id": opened.members[plan.author[first]],
        "title": outline.title,
        "lang": outline.lang,
        "kind": outline.kind,
        "accepted_post_id": _accepted(outline, post_ids, rng),
        "post_count": len(outline.places),
        "last_post_at": plan.moment(last),
        "last_author_id": opened.members[plan.author[last]],
    }
    shelf = opened.shelves.setdefault(category_id, Shelf())
    shelf.topics += 1
    shelf.posts += len(outline.places)
    shelf.latest = max(shelf.latest, (plan.at[last], row["id"]))
    return row


def _accepted(outline: Outline, post_ids: Sequence[int], rng: Random) -> int | None:
    if outline.kind != "question" or len(outline.places) < 3 or rng.random() < 0.4:
        return None
    return post_ids[rng.choice(outline.places[1:])]


def _followers(plan: Plan, outline: Outline, opened: Opened, topic: Row, rng: Random) -> Rows:
    """The opener watches it, and so does one in five of those who answered."""
    authors = dict.fromkeys(plan.author[place] for place in outline.places)
    for number, author in enumerate(authors):
        if number == 0 or rng.random() < 0.2:
            yield (
                Follow,
                {
                    "user_id": opened.members[author],
                    "subject_kind": "topic",
                    "subject_id": topic["id"],
                    "level": "watching",
                    "created_at": topic["created_at"],
                },
            )


def _session(plan: Plan, outline: Outline, topic_id: int) -> Row:
    begun: datetime = plan.moment(outline.places[1 if len(outline.places) > 1 else 0])
    ended = begun + timedelta(minutes=SESSION_MINUTES)
    return {
        "topic_id": topic_id,
        "starts_at": begun,
        "ends_at": ended,
        "timezone": "Europe/Paris",
        "langs": [outline.lang],
        "phase": "over",
        "phase_at": ended,
        "first_number": 2 if len(outline.places) > 1 else None,
    }
