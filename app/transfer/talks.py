"""Topics and posts that come from elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.core.db import db
from app.core.errors import DomainError
from app.core.markdown import cited
from app.core.marks import MEMBER
from app.engagement.models import Attachment, Reaction, ReactionCount, Tag, Tagging
from app.engagement.tagging import labels_by_slug
from app.forum.models import Post, PostMention, PostReference, Topic
from app.forum.sessions.models import LiveHost, LiveSession
from app.terms.queries import vocabulary
from app.transfer.batch import Batch, Row, Thread
from app.transfer.keys import PUBLIC_ID, Keys
from app.transfer.moments import public_id_at
from app.transfer.values import LineError


@dataclass(frozen=True)
class Waiting:
    """A topic whose first post has not come."""

    line: int
    values: dict[str, Any]
    labels: dict[str, str]
    """Its tags: label by slug."""


def labels_of(words: Sequence[str]) -> dict[str, str]:
    """What is stored of these tags. Raises LineError."""
    try:
        return labels_by_slug(words, vocabulary()) if words else {}
    except DomainError as refusal:
        raise LineError(f"tags: {refusal.reason}") from None


class TalksWriter:
    """Takes the topics and posts of one batch."""

    def __init__(
        self, keys: Keys, batch: Batch, waiting: dict[str, Waiting], links: list[tuple[Any, str, int, str, str]]
    ) -> None:
        self._keys = keys
        self._batch = batch
        self._waiting = waiting
        self._links = links
        self._topics: dict[str, int] = {}
        self._posts: dict[str, int] = {}
        self._topic_of: dict[int, int] = {}
        self._tags: dict[str, int] = {}

    def look_ahead(self, posts: Sequence[dict[str, Any]]) -> None:
        """Read at once what the posts of a batch point to."""
        self._topics = self._keys.find("topic", {post["topic"] for post in posts})
        self._batch.load_threads(set(self._topics.values()))
        people = {post["author"] for post in posts} | {one["by"] for post in posts for one in post["reactions"]}
        self._keys.find("person", people)
        named = {post["reply_to"] for post in posts} | {name for post in posts for name in cited(post["html"])}
        self._posts = self._keys.find("post", named)
        found = select(Post.id, Post.topic_id).where(Post.id.in_(self._posts.values()))
        self._topic_of = dict(db.session.execute(found).all()) if self._posts else {}

    def take(self, kind: str, values: dict[str, Any], line: int) -> bool:
        """Add a post, or keep a topic until its first post comes. Raises LineError."""
        if kind == "topic":
            self._refuse_unknown("category", values["category"])
            hosts = values["session"]["hosts"] if values["session"] else []
            for name in filter(None, (values["author"], values["state_by"], *hosts)):
                self._refuse_unknown("person", name)
            self._waiting[values["id"]] = Waiting(line, values, labels_of(values["tags"]))
        else:
            self._add_post(values)
        return True

    def _refuse_unknown(self, kind: str, name: str) -> int:
        found = self._keys.find(kind, [name])
        if name not in found:
            raise LineError(f"there is no {kind} {name}")
        return found[name]

    def _person(self, name: str | None) -> int | None:
        return self._refuse_unknown("person", name) if name else None

    def _add_post(self, values: dict[str, Any]) -> None:
        author_id, replied = self._person(values["author"]), self._replied(values["reply_to"])
        reactions = [(self._person(one["by"]), one) for one in values["reactions"]]
        thread = self._thread(values)
        thread.post_count += 1
        if thread.last_post_at is None or values["time"] >= thread.last_post_at:
            thread.last_post_at, thread.last_author_id = values["time"], author_id
        row = self._post_row(values, thread, author_id)
        self._posts[values["id"]], self._topic_of[row["id"]] = row["id"], thread.id
        self._keys.note("post", values["id"], row["id"])
        if replied and self._topic_of[replied] == thread.id:
            row["reply_to_id"] = replied
        self._add_references(values, row, replied)
        self._add_reactions(row, reactions)
        for file, stored in zip(values["files"], values["stored"], strict=True):
            self._add_file(file, stored, row)
        if values["accepted"]:
            thread.accepted_post_id = row["id"]
        self._links += ahead("post", row["id"], values)

    def _post_row(self, values: dict[str, Any], thread: Thread, author_id: int | None) -> Row:
        self._batch.recounted.add(thread.category_id)
        return self._batch.add_numbered(
            Post,
            public_id=values["id"] if PUBLIC_ID.fullmatch(values["id"]) else public_id_at(values["time"]),
            created_at=values["time"],
            topic_id=thread.id,
            number=thread.post_count,
            author_id=author_id,
            lang=values["lang"],
            body=values["markdown"],
            html=values["html"],
            state=values["state"],
            state_reason=values["state_reason"],
            state_at=values["state_time"],
            removed_at=values["state_time"] if values["state"] == "removed" else None,
            edits=values["edits"],
            edited_at=values["edited"],
            is_wiki=values["wiki"],
            file_count=len(values["files"]),
            reply_to_id=None,
            moved_to_id=None,
            client_token=f"import-{_digest(self._keys.source, values['id'])}",
        )

    def _replied(self, name: str | None) -> int | None:
        if name and name not in self._posts:
            raise LineError(f"there is no post {name} to reply to")
        return self._posts[name] if name else None

    def _thread(self, values: dict[str, Any]) -> Thread:
        name = values["topic"]
        if name not in self._topics:
            if name not in self._waiting:
                raise LineError(f"there is no topic {name}")
            self._topics[name] = self._open(self._waiting.pop(name), values)
        return self._batch.threads[self._topics[name]]

    def _open(self, opened: Waiting, first: dict[str, Any]) -> int:
        topic = opened.values
        at = topic["time"] or first["time"]
        row = self._batch.add_numbered(
            Topic,
            public_id=topic["id"] if PUBLIC_ID.fullmatch(topic["id"]) else public_id_at(at),
            created_at=at,
            category_id=self._refuse_unknown("category", topic["category"]),
            author_id=self._person(topic["author"] or first["author"]),
            title=topic["title"],
            lang=topic["lang"] or first["lang"],
            kind=topic["kind"],
            state=topic["state"],
            state_reason=topic["state_reason"],
            state_at=topic["state_time"],
            state_by_id=self._person(topic["state_by"]),
            is_pinned=topic["pinned"],
        )
        self._batch.threads[row["id"]] = Thread(row["id"], row["category_id"], 0, None, None)
        self._keys.note("topic", topic["id"], row["id"])
        self._add_tags(row["id"], opened.labels)
        self._links += ahead("topic", row["id"], topic)
        if topic["session"]:
            self._add_session(row["id"], topic["session"])
        return int(row["id"])

    def _add_session(self, topic_id: int, told: Mapping[str, Any]) -> None:
        phase_at = {"planned": told["starts"], "live": told["starts"]}.get(told["phase"], told["ends"])
        self._batch.add(
            LiveSession, topic_id=topic_id, starts_at=told["starts"], ends_at=told["ends"], timezone=told["timezone"],
            langs=told["langs"], phase=told["phase"], phase_at=phase_at, slow_mode=told["slow_mode"],
            first_number=told["first_number"],
        )  # fmt: skip
        for user_id in sorted({self._refuse_unknown("person", name) for name in told["hosts"]}):
            self._batch.add(LiveHost, topic_id=topic_id, user_id=user_id)

    def _add_tags(self, topic_id: int, labels: Mapping[str, str]) -> None:
        for slug, label in labels.items():
            if slug not in self._tags:
                found = db.session.scalar(select(Tag.id).where(Tag.slug == slug))
                self._tags[slug] = found or self._batch.add_numbered(Tag, slug=slug, label=label)["id"]
            self._batch.add(Tagging, tag_id=self._tags[slug], subject_kind="topic", subject_id=topic_id)

    def _add_references(self, values: dict[str, Any], row: Row, replied: int | None) -> None:
        targets = {self._posts[name] for name in cited(values["html"]) if name in self._posts}
        for target in sorted(targets | ({replied} if replied else set())):
            self._batch.add(PostReference, post_id=row["id"], target_id=target)
        if named := set(MEMBER.findall(values["html"])):
            for user_id in db.session.scalars(select(User.id).where(User.public_id.in_(named))):
                self._batch.add(PostMention, post_id=row["id"], user_id=user_id)

    def _add_reactions(self, row: Row, reactions: Sequence[tuple[int | None, dict[str, Any]]]) -> None:
        given = {(user_id, one["code"]): one["time"] or row["created_at"] for user_id, one in reactions}
        subject = {"subject_kind": "post", "subject_id": row["id"]}
        for (user_id, code), at in given.items():
            self._batch.add(Reaction, **subject, user_id=user_id, code=code, created_at=at)
        for code, count in Counter(code for _, code in given).items():
            self._batch.add(ReactionCount, **subject, code=code, count=count)

    def _add_file(self, file: dict[str, Any], stored: Any, row: Row) -> None:
        name = file["id"] or ""
        at = file["time"] or row["created_at"]
        self._batch.add_numbered(
            Attachment,
            public_id=name if PUBLIC_ID.fullmatch(name) and not _is_file(name) else public_id_at(at),
            subject_kind="post",
            subject_id=row["id"],
            user_id=row["author_id"],
            name=stored.name,
            media_type=stored.media_type,
            size=stored.size,
            sha256=stored.sha256,
            alt_text=file["alt"],
            created_at=at,
            width=stored.width,
            height=stored.height,
            sizes=stored.sizes,
        )


def ahead(kind: str, row_id: int, values: Mapping[str, Any]) -> list[tuple[Any, str, int, str, str]]:
    """What a line points to that may come later: (table, column, row, kind, external id)."""
    recap = (values.get("session") or {}).get("recap") if kind == "topic" else None
    links = [
        (Post, "moved_to_id", row_id, "post", values.get("moved_to") if kind == "post" else None),
        (Topic, "merged_into_id", row_id, "topic", values.get("merged_into") if kind == "topic" else None),
        (LiveSession, "recap_post_id", row_id, "post", recap),
    ]
    return [(table, column, row, target, name) for table, column, row, target, name in links if name]


def _is_file(public_id: str) -> bool:
    return db.session.scalar(select(Attachment.id).where(Attachment.public_id == public_id)) is not None


def _digest(source: str, name: str) -> str:
    return blake2b(f"{source}\0{name}".encode(), digest_size=16).hexdigest()
