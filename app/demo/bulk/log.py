"""The event log of a large set: the last month as the nightly purge would have left it, and the heads of live rooms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from app.accounts.events import MemberJoined
from app.core.events import Event, EventRow
from app.core.jobs import EVENTS_KEPT
from app.core.subjects import SubjectPublished
from app.demo.bulk.ground import Ground
from app.demo.bulk.plan import Plan
from app.demo.bulk.topics import Opened, Rows
from app.forum.events import PostPublished, TopicOpened


def log_rows(
    plan: Plan, ground: Ground, opened: Opened, post_ids: Sequence[int], order: Sequence[int], until: datetime
) -> Rows:
    """What is still in the log; moves the heads of `ground` on by everything that happened.

    In a room where something is logged already what is no longer in the log is not counted: that would leave a hole.
    """
    shared = set(ground.heads)
    oldest = until - EVENTS_KEPT + timedelta(days=1)
    for at, event in _happened(plan, ground, opened, post_ids, order):
        room = event.room
        if room and (at > oldest or room not in shared):
            ground.heads[room] = ground.heads.get(room, 0) + 1
        if at > oldest:
            yield (
                EventRow,
                {
                    "id": ground.next_id(EventRow),
                    "name": type(event).__name__,
                    "data": asdict(event),
                    "room": room,
                    "seq": ground.heads[room] if room else None,
                    "created_at": at,
                },
            )


def _happened(
    plan: Plan, ground: Ground, opened: Opened, post_ids: Sequence[int], order: Sequence[int]
) -> Iterator[tuple[datetime, Event]]:
    """Everything in the order of its time; both the members and the posts stand in it already."""
    joining = iter(zip(plan.people, opened.members, strict=True))
    newcomer = next(joining, None)
    for place in order:
        at = plan.moment(place)
        while newcomer and newcomer[0].joined <= at:
            yield newcomer[0].joined, MemberJoined(newcomer[1])
            yield newcomer[0].joined, SubjectPublished("member", newcomer[1])
            newcomer = next(joining, None)
        number, outline = plan.topic[place], plan.outlines[plan.topic[place]]
        topic_id = opened.topics[number]
        if place == outline.places[0]:
            yield at, TopicOpened(topic_id, *ground.categories[outline.category])
            yield at, SubjectPublished("topic", topic_id)
        yield at, PostPublished(topic_id, post_ids[place], opened.members[plan.author[place]])
        yield at, SubjectPublished("post", post_ids[place])
    while newcomer:
        yield newcomer[0].joined, MemberJoined(newcomer[1])
        yield newcomer[0].joined, SubjectPublished("member", newcomer[1])
        newcomer = next(joining, None)
