"""From people and talks to rows, with the counters and events that the services would have kept."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from app.accounts.events import MemberJoined
from app.accounts.models import Role, User
from app.core.audit import AuditEntry
from app.core.events import Event, EventRow
from app.core.i18n import INTERFACE, locale_of
from app.core.markdown import render
from app.core.subjects import SubjectPublished
from app.demo.keeping_order import NUMBERED as CASES
from app.demo.keeping_order import add_cases
from app.demo.log import add_log
from app.demo.networks import NUMBERED as NETWORKS
from app.demo.networks import POINTED_TO, add_networks, add_session
from app.demo.people import Person, member_row
from app.demo.reading import read_spaces
from app.demo.tables import Report, Row, Tables, public_id
from app.demo.talks import Line, Talk
from app.engagement.models import Follow, Reaction, ReactionCount, ReadMarker, Tag, Tagging
from app.engagement.tagging import labels_by_slug
from app.forum.events import PostPublished, TopicOpened
from app.forum.models import Category, Post, PostReference, Space, Topic
from app.terms.themes import first_themes
from app.terms.vocabulary import Vocabulary

QUOTED = re.compile(r"\[post:#(\d+)\]")
NUMBERED: list[Any] = [User, Role, Space, Category, Tag, Topic, Post, *NETWORKS, *CASES, EventRow, AuditEntry]
"""Tables in the order of their keys, so that each row finds what it points to."""


@dataclass
class Forum:
    """What the rows of one set share while they are made."""

    tables: Tables
    until: datetime
    rng: Random
    members: dict[str, Row] = field(default_factory=dict)
    spaces: dict[str, Row] = field(default_factory=dict)
    categories: dict[str, Row] = field(default_factory=dict)
    tags: dict[str, Row] = field(default_factory=dict)
    themes: Vocabulary = field(default_factory=first_themes)
    latest: dict[int, datetime] = field(default_factory=dict)
    """When each category was last written in."""
    happened: list[tuple[datetime, Event]] = field(default_factory=list)


def make_rows(
    people: list[Person], talks: list[Talk], until: datetime, rng: Random, tables: Tables, report: Report
) -> Tables:
    """All rows of a set. Times and texts are settled before; ids follow time, as if it had been lived."""
    forum = Forum(tables, until, rng)
    for table in NUMBERED:
        tables.rows |= {first: [] for first in POINTED_TO.get(table, ())}
        tables.rows[table] = []
    _add_spaces(forum)
    for person in sorted(people, key=lambda person: person.joined):
        _add_member(forum, person)
    talks = sorted(talks, key=lambda talk: talk.lines[0].at)
    topics = [_add_topic(forum, talk) for talk in talks]
    _add_posts(forum, talks, topics, report)
    for talk, topic in zip(talks, topics, strict=True):
        _add_readers(forum, talk, topic)
    for talk, topic in zip(talks, topics, strict=True):
        if talk.session:
            add_session(tables, forum.members, talk, topic, until, rng)
    add_networks(tables, forum.members, forum.spaces, until)
    add_cases(tables, forum.members, until, rng)
    add_log(tables, forum.happened, until)
    tables.rows = {table: rows for table, rows in tables.rows.items() if rows}
    return tables


def _add_spaces(forum: Forum) -> None:
    written = read_spaces()
    for position, space in enumerate(written["space"]):
        forum.spaces[space["slug"]] = row = forum.tables.add_numbered(
            Space,
            slug=space["slug"],
            kind=space["kind"],
            title=space["title"],
            description=space["description"],
            visibility=space.get("visibility", "public"),
            posting=space.get("posting", "members"),
            position=position,
            premoderation="none",
            langs=[],
        )
        for place, shelf in enumerate(space["category"]):
            forum.categories[shelf["slug"]] = forum.tables.add_numbered(
                Category,
                space_id=row["id"],
                slug=shelf["slug"],
                title=shelf.get("title") or _living_in(written["living_in"], shelf["country"]),
                description=shelf.get("description", {}),
                position=place,
                is_locked=shelf.get("locked", False),
                topic_count=0,
                post_count=0,
                last_topic_id=None,
            )


def _living_in(pattern: dict[str, str], country: str) -> dict[str, str]:
    """The title of a country's category; Malagasy names that CLDR lacks are French."""
    french = locale_of("fr").territories
    names = {lang: locale_of(lang).territories.get(country, french[country]) for lang in INTERFACE}
    return {lang: pattern[lang].format(country=names[lang]) for lang in INTERFACE}


def _add_member(forum: Forum, person: Person) -> None:
    row = forum.members[person.handle] = forum.tables.add_numbered(User, **member_row(person, forum.rng), password=None)
    if person.role:
        space_id = forum.spaces[person.role_space]["id"] if person.role_space else None
        forum.tables.add_numbered(Role, user_id=row["id"], name=person.role, space_id=space_id, since=person.joined)
    forum.happened += [(person.joined, MemberJoined(row["id"])), (person.joined, SubjectPublished("member", row["id"]))]


def _add_topic(forum: Forum, talk: Talk) -> Row:
    shelf = forum.categories[talk.category]
    first, last = talk.lines[0], talk.lines[-1]
    row = forum.tables.add_numbered(
        Topic,
        public_id=public_id(first.at, forum.rng),
        created_at=first.at,
        category_id=shelf["id"],
        author_id=forum.members[first.by]["id"],
        title=talk.title,
        lang=talk.lang,
        kind=talk.kind,
        state="locked" if talk.lock_reason else "open",
        state_reason=talk.lock_reason,
        state_at=last.at if talk.lock_reason else None,
        state_by_id=forum.members["staff-region"]["id"] if talk.lock_reason else None,
        is_pinned=talk.is_pinned,
        accepted_post_id=None,
        post_count=len(talk.lines),
        last_post_at=last.at,
        last_author_id=forum.members[last.by]["id"],
    )
    _count_in_category(forum, shelf, row)
    for slug, label in labels_by_slug(talk.tags, forum.themes).items():
        _add_tag(forum, slug, label, row["id"])
    if talk.lock_reason:
        _add_decision(forum, "staff-region", ("lock", "topic", row["id"]), shelf["space_id"], talk.lock_reason, last.at)
    forum.happened += [
        (first.at, TopicOpened(row["id"], shelf["id"], shelf["space_id"])),
        (first.at, SubjectPublished("topic", row["id"])),
    ]
    return row


def _count_in_category(forum: Forum, shelf: Row, topic: Row) -> None:
    shelf["topic_count"] += 1
    shelf["post_count"] += topic["post_count"]
    latest = forum.latest.get(shelf["id"])
    if latest is None or topic["last_post_at"] > latest:
        forum.latest[shelf["id"]] = topic["last_post_at"]
        shelf["last_topic_id"] = topic["id"]


def _add_tag(forum: Forum, slug: str, label: str, topic_id: int) -> None:
    if slug not in forum.tags:
        forum.tags[slug] = forum.tables.add_numbered(Tag, slug=slug, label=label)
    forum.tables.add(Tagging, tag_id=forum.tags[slug]["id"], subject_kind="topic", subject_id=topic_id)


def _add_posts(forum: Forum, talks: list[Talk], topics: list[Row], report: Report) -> None:
    """Posts of all talks in the order in which they were said."""
    spoken = [
        (line.at, place, number) for place, talk in enumerate(talks) for number, line in enumerate(talk.lines, start=1)
    ]
    written: dict[int, dict[int, Row]] = defaultdict(dict)
    for done, (_at, place, number) in enumerate(sorted(spoken), start=1):
        row = _add_post(forum, talks[place], topics[place], number, written[place])
        written[place][number] = row
        if done % 100 == 0 or done == len(spoken):
            report("Composing", done, len(spoken))


def _add_post(forum: Forum, talk: Talk, topic: Row, number: int, earlier: dict[int, Row]) -> Row:
    line = talk.lines[number - 1]
    identity = public_id(line.at, forum.rng)
    quoted = [earlier[int(found)] for found in QUOTED.findall(line.text)]
    body = QUOTED.sub(lambda found: f"[post:{earlier[int(found[1])]['public_id']}]", line.text)
    replied = earlier.get(line.reply_to)
    row = forum.tables.add_numbered(
        Post,
        public_id=identity,
        created_at=line.at,
        topic_id=topic["id"],
        number=number,
        reply_to_id=replied["id"] if replied else None,
        author_id=forum.members[line.by]["id"],
        lang=line.lang,
        body=body,
        html=render(body),
        state=line.state,
        state_reason=line.reason,
        state_at=None if line.state == "visible" else line.at + timedelta(minutes=20),
        client_token=f"demo-{identity}",
    )
    for target in {named["id"] for named in [*quoted, replied] if named}:
        forum.tables.add(PostReference, post_id=row["id"], target_id=target)
    if line.is_accepted:
        topic["accepted_post_id"] = row["id"]
    _note_post(forum, talk, topic, line, row)
    return row


def _note_post(forum: Forum, talk: Talk, topic: Row, line: Line, row: Row) -> None:
    if line.state == "hidden_by_moderator":
        space_id = forum.categories[talk.category]["space_id"]
        _add_decision(forum, "modo-fr", ("hide", "post", row["id"]), space_id, line.reason, row["state_at"])
    forum.happened += [
        (line.at, PostPublished(topic["id"], row["id"], row["author_id"])),
        (line.at, SubjectPublished("post", row["id"])),
    ]
    for code, wanted in line.reactions.items():
        members = _others(forum, row["author_id"], wanted)
        for user_id in members:
            at = line.at + (forum.until - line.at) * forum.rng.random() ** 3
            _add_reaction(forum, row["id"], user_id, code, at)
        if members:
            forum.tables.add(ReactionCount, subject_kind="post", subject_id=row["id"], code=code, count=len(members))


def _others(forum: Forum, author_id: int, wanted: int) -> list[int]:
    """So many members other than the author."""
    everyone = forum.tables.rows[User]
    drawn = [row["id"] for row in forum.rng.sample(everyone, min(wanted + 1, len(everyone)))]
    return [user_id for user_id in drawn if user_id != author_id][:wanted]


def _add_reaction(forum: Forum, post_id: int, user_id: int, code: str, at: datetime) -> None:
    forum.tables.add(Reaction, subject_kind="post", subject_id=post_id, user_id=user_id, code=code, created_at=at)


def _add_decision(
    forum: Forum, handle: str, what: tuple[str, str, int], space_id: int, reason: str, at: datetime
) -> None:
    forum.tables.add_numbered(
        AuditEntry,
        created_at=at,
        actor_id=forum.members[handle]["id"],
        action=what[0],
        subject_kind=what[1],
        subject_id=what[2],
        space_id=space_id,
        reason=reason,
    )


def _add_readers(forum: Forum, talk: Talk, topic: Row) -> None:
    """Whoever wrote has read up to their own message at least; the opener follows the topic."""
    for handle in {line.by: None for line in talk.lines}:
        numbers = [number for number, line in enumerate(talk.lines, start=1) if line.by == handle]
        reached = len(talk.lines) if forum.rng.random() < 0.5 else numbers[-1]
        forum.tables.add(
            ReadMarker,
            user_id=forum.members[handle]["id"],
            subject_kind="topic",
            subject_id=topic["id"],
            last_number=reached,
            updated_at=talk.lines[reached - 1].at,
        )
    at = talk.lines[0].at
    forum.tables.add(
        Follow,
        user_id=topic["author_id"],
        subject_kind="topic",
        subject_id=topic["id"],
        level="watching",
        created_at=at,
    )
