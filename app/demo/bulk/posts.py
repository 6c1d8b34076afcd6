"""Rows of the posts of a plan in the order in which they were written, with what hangs on them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from random import Random

from ulid import ULID

from app.core.files import StoredFile
from app.demo.bulk.ground import Ground
from app.demo.bulk.plan import Outline, Plan
from app.demo.bulk.topics import Opened, Rows
from app.demo.bulk.wording import Text, Wording
from app.demo.phrases import draw_reactions
from app.demo.tables import Row, public_id
from app.engagement.models import Attachment, Bookmark, Reaction, ReactionCount, ReadMarker
from app.forum.models import Post, PostReference

WITH_FILE, BOOKMARKED, ANSWERING, QUOTING = 0.02, 0.01, 0.3, 0.4
READERS = 2
"""Members who read a topic to its end and wrote nothing in it."""


@dataclass
class Written:
    """What the posts of one set share while they are made."""

    plan: Plan
    ground: Ground
    opened: Opened
    post_ids: Sequence[int]
    """By the place of the post in the plan."""
    files: list[StoredFile]
    until: datetime
    rng: Random

    def __post_init__(self) -> None:
        self.wording = lru_cache(maxsize=None)(lambda lang, theme: Wording(lang, theme, self.until))

    def name(self, place: int) -> str:
        """The public id of a post."""
        drawn = hashlib.blake2b(place.to_bytes(8, "big"), digest_size=10).digest()
        return str(ULID.from_bytes((self.plan.at[place] * 1000).to_bytes(6, "big") + drawn)).lower()


def post_rows(written: Written, order: Iterable[int]) -> Rows:
    """The posts in that order."""
    for place in order:
        outline = written.plan.outlines[written.plan.topic[place]]
        yield from _post(written, outline, place)


def _post(written: Written, outline: Outline, place: int) -> Rows:
    rng, at = written.rng, written.plan.moment(place)
    answered = outline.places[0] if place == outline.places[0] or outline.is_session else _answered(outline, place, rng)
    has_file = bool(written.files) and rng.random() < WITH_FILE
    name = written.name(place)
    is_answer = answered != outline.places[0]
    quotes = is_answer and rng.random() < QUOTING
    text = _text(written, outline, place, answered if quotes else None)
    row: Row = {
        "id": written.post_ids[place],
        "public_id": name,
        "created_at": at,
        "topic_id": written.opened.topics[written.plan.topic[place]],
        "number": place - outline.places[0] + 1,
        "reply_to_id": written.post_ids[answered] if is_answer else None,
        "author_id": written.opened.members[written.plan.author[place]],
        "lang": outline.lang,
        "body": text[0],
        "html": text[1],
        "client_token": f"demo-{name}",
        "file_count": int(has_file),
    }
    yield Post, row
    if is_answer:
        yield PostReference, {"post_id": row["id"], "target_id": row["reply_to_id"]}
    if has_file:
        yield Attachment, _attachment(written, row)
    if rng.random() < BOOKMARKED:
        yield Bookmark, _bookmark(written, row)
    if not outline.is_session:
        yield from _reactions(written, row)


def _answered(outline: Outline, place: int, rng: Random) -> int:
    """The post that this one answers, or the first one of its topic, which each answers that names no other."""
    if place - outline.places[0] < 2 or rng.random() > ANSWERING:
        return outline.places[0]
    return rng.randrange(outline.places[1], place)


def _text(written: Written, outline: Outline, place: int, quoted: int | None) -> Text:
    wording = written.wording(outline.lang, outline.theme)
    if place == outline.places[0]:
        return wording.opening(place)
    if outline.is_session:
        return wording.live(place)
    answer = wording.reply(place)
    return answer if quoted is None else wording.quoting(written.name(quoted), wording.first_sentence(quoted), answer)


def _member(written: Written) -> int:
    return written.opened.members[written.rng.randrange(len(written.opened.members))]


def _attachment(written: Written, post: Row) -> Row:
    file = written.rng.choice(written.files)
    return {
        "id": written.ground.next_id(Attachment),
        "public_id": public_id(post["created_at"], written.rng),
        "subject_kind": "post",
        "subject_id": post["id"],
        "user_id": post["author_id"],
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "created_at": post["created_at"],
    }


def _bookmark(written: Written, post: Row) -> Row:
    return {
        "id": written.ground.next_id(Bookmark),
        "user_id": _member(written),
        "subject_kind": "post",
        "subject_id": post["id"],
        "created_at": _later(written, post["created_at"]),
    }


def _later(written: Written, at: datetime) -> datetime:
    """Soon after, mostly."""
    return at + (written.until - at) * written.rng.random() ** 3


def _reactions(written: Written, post: Row) -> Rows:
    for code, wanted in draw_reactions(written.rng).items():
        members = {_member(written) for _ in range(wanted)} - {post["author_id"]}
        for user_id in sorted(members):
            at = _later(written, post["created_at"])
            yield Reaction, _about(post["id"]) | {"user_id": user_id, "code": code, "created_at": at}
        if members:
            yield ReactionCount, _about(post["id"]) | {"code": code, "count": len(members)}


def _about(post_id: int) -> Row:
    return {"subject_kind": "post", "subject_id": post_id}


def marker_rows(written: Written) -> Rows:
    """Whoever wrote has read up to their own message at least; a few read all and wrote nothing."""
    for number, outline in enumerate(written.plan.outlines):
        reached = {written.plan.author[place]: place for place in outline.places}
        last = outline.places[-1]
        reached = {author: last if written.rng.random() < 0.5 else place for author, place in reached.items()}
        for _ in range(READERS):
            reached.setdefault(written.rng.randrange(len(written.opened.members)), last)
        for author, place in reached.items():
            yield (
                ReadMarker,
                {
                    "user_id": written.opened.members[author],
                    "subject_kind": "topic",
                    "subject_id": written.opened.topics[number],
                    "last_number": place - outline.places[0] + 1,
                    "updated_at": written.plan.moment(place),
                },
            )
