"""Writes everything in the form that `import` reads, row by row: however much there is, little is in memory."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import RowMapping, Select, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Role, User
from app.core.db import db
from app.core.files import FileStore
from app.core.identity import site
from app.engagement.models import Attachment, Reaction, Tag, Tagging
from app.forum.models import UNPUBLISHED, Category, Post, Space, Topic
from app.forum.queries import SHOWN_STATES
from app.forum.sessions.models import LiveHost, LiveSession
from app.transfer.carried import going_out
from app.transfer.carried.naming import NOT_YET
from app.transfer.form import FORM, written

PART = 500
Lines = Iterator[dict[str, Any]]


class Export:
    """One export. `is_public` keeps to what every visitor may read, without addresses."""

    def __init__(self, store: FileStore, files: Path, *, is_public: bool = False) -> None:
        self._store = store
        self._files = files
        self._is_public = is_public

    def write(self, path: Path, report: Callable[[int], object] = lambda _count: None) -> int:
        """Write the file, and the files of members beside it; how many lines it has."""
        draft = path.with_name(f".{path.name}.part")
        count = 0
        try:
            if not self._is_public:
                draft.touch(mode=0o600)
            with draft.open("wb") as file:
                for line in self._lines():
                    file.write(orjson.dumps(line) + b"\n")
                    count += 1
                    if count % PART == 0:
                        report(count)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        report(count)
        return count

    def _lines(self) -> Lines:
        yield written("head", {"form": FORM, "site": site.name, "files": self._files.name})
        yield from self._spaces()
        yield from self._categories()
        yield from self._people()
        if not self._is_public:
            yield from going_out.lines(is_first=True)
        yield from self._talks()
        if not self._is_public:
            yield from going_out.lines(is_first=False)

    def _shown(self, query: Select[Any]) -> Select[Any]:
        return query.where(Space.visibility == "public") if self._is_public else query

    def _spaces(self) -> Lines:
        for space in db.session.scalars(self._shown(select(Space).order_by(Space.position, Space.id))):
            told = {name: getattr(space, name) for name in _SPACE}
            yield written("space", told | {"id": space.slug, "archived": space.archived_at})

    def _categories(self) -> Lines:
        order = (Space.position, Space.id, Category.position, Category.id)
        query: Any = select(Category, Space.slug).join(Space).order_by(*order)
        for shelf, slug in db.session.execute(self._shown(query)):
            told = {name: getattr(shelf, name) for name in ("title", "description", "template", "position")}
            told |= {"id": shelf.slug, "space": slug, "locked": shelf.is_locked, "archived": shelf.archived_at}
            yield written("category", told)

    def _people(self) -> Lines:
        spaces = dict(db.session.execute(select(Space.id, Space.slug)).all())
        table = User.__table__
        query = select(table).where(table.c.status.not_in(NOT_YET)).order_by(table.c.id)
        if self._is_public:
            query = query.where(table.c.id.in_(self._authors()))
        for rows in _parts(query):
            roles = defaultdict(list) if self._is_public else _roles([row["id"] for row in rows], spaces)
            for row in rows:
                yield written("person", self._person(row, roles[row["id"]]))

    def _authors(self) -> Select[Any]:
        query = select(Post.author_id).join(Topic).join(Category).join(Space)
        return self._shown(query.where(Post.state == "visible", Topic.state.in_(SHOWN_STATES)))

    def _person(self, row: RowMapping, roles: Sequence[dict[str, Any]]) -> dict[str, Any]:
        told = {name: row[name] for name in ("handle", "name_lang", "country", "presentation", "status")}
        told |= {"id": row["public_id"], "name": row["display_name"]}
        if self._is_public:
            return told | {"presentation": ""}
        told |= {"joined": row["created_at"], "presence": row["shows_presence"]}
        told |= {"email": row["email"], "ui_lang": row["ui_lang"], "timezone": row["timezone"]}
        return told | {"langs": row["content_langs"], "roles": roles}

    def _talks(self) -> Lines:
        """Posts in the order of their ids, as far as their numbers allow; each topic stands before its first post."""
        for rows in _parts(self._posts()):
            ids = [row["id"] for row in rows]
            opened = self._topics({row["topic_id"] for row in rows if row["number"] == 1})
            files, reactions = _files(ids), _reactions(ids)
            for row in rows:
                if row["number"] == 1:
                    yield written("topic", opened[row["topic_id"]])
                yield written("post", self._post(row, files[row["id"]], reactions[row["id"]]))

    def _post(self, row: RowMapping, files: Sequence[Attachment], reactions: list[dict[str, Any]]) -> dict[str, Any]:
        told = {name: row[name] for name in ("topic", "author", "lang", "reply_to", "state", "state_reason", "edits")}
        told |= {"id": row["public_id"], "time": row["created_at"], "state_time": row["state_at"]}
        told |= {"edited": row["edited_at"], "wiki": row["is_wiki"], "accepted": bool(row["accepted"])}
        told |= {"moved_to": row["moved_to"], "markdown": row["body"]}
        if not self._is_public:
            return told | {"reactions": reactions, "files": [self._file(file) for file in files]}
        if row["state"] != "visible":  # that there was one is known, not what it said
            return told | {"markdown": "", "state_reason": "", "author": None}
        return told | {"files": [self._file(file) for file in files if file.state == "shown"]}

    def _posts(self) -> Select[Any]:
        author, replied, moved = aliased(User), aliased(Post), aliased(Post)
        turn = func.max(Post.id).over(partition_by=Post.topic_id, order_by=Post.number).label("turn")
        query = (
            select(
                *Post.__table__.columns, turn, author.public_id.label("author"), replied.public_id.label("reply_to"),
                moved.public_id.label("moved_to"), Topic.public_id.label("topic"),
                (Topic.accepted_post_id == Post.id).label("accepted"),
            )
            .join(Topic, Topic.id == Post.topic_id)
            .join(Category, Category.id == Topic.category_id)
            .join(Space, Space.id == Category.space_id)
            .outerjoin(author, author.id == Post.author_id)
            .outerjoin(replied, replied.id == Post.reply_to_id)
            .outerjoin(moved, moved.id == Post.moved_to_id)
            .where(Post.number.is_not(None), Topic.state.not_in(UNPUBLISHED))
            .order_by(turn, Post.number)
        )  # fmt: skip
        if self._is_public:
            query = query.where(Topic.state.in_(SHOWN_STATES))
        return self._shown(query)

    def _topics(self, ids: Collection[int]) -> dict[int, dict[str, Any]]:
        author, judge, target = aliased(User), aliased(User), aliased(Topic)
        query = (
            select(Topic, Category.slug, author.public_id, judge.public_id, target.public_id)
            .join(Category, Category.id == Topic.category_id)
            .outerjoin(author, author.id == Topic.author_id)
            .outerjoin(judge, judge.id == Topic.state_by_id)
            .outerjoin(target, target.id == Topic.merged_into_id)
            .where(Topic.id.in_(ids))
        )
        tags = defaultdict(list)
        named = select(Tagging.subject_id, Tag.label).join(Tag).where(Tagging.subject_kind == "topic")
        for topic_id, label in db.session.execute(named.where(Tagging.subject_id.in_(ids)).order_by(Tag.slug)):
            tags[topic_id].append(label)
        sessions = _sessions(ids)
        return {
            topic.id: {
                "session": sessions.get(topic.id),
                "id": topic.public_id, "category": slug, "title": topic.title, "author": by, "time": topic.created_at,
                "lang": topic.lang, "kind": topic.kind, "tags": tags[topic.id], "state": topic.state,
                "state_reason": topic.state_reason, "state_time": topic.state_at, "state_by": state_by,
                "pinned": topic.is_pinned, "merged_into": merged,
            }
            for topic, slug, by, state_by, merged in db.session.execute(query).unique()
        }  # fmt: skip

    def _file(self, row: Attachment) -> dict[str, Any]:
        """A file is written beside once, under its digest and ending."""
        name = f"{row.sha256}.{row.name.rsplit('.', 1)[-1]}"
        if not (self._files / name).exists():
            self._files.mkdir(parents=True, exist_ok=True)
            with self._store.open(row.sha256) as source, (self._files / name).open("wb") as target:
                shutil.copyfileobj(source, target)
        told = {"id": row.public_id, "path": name, "name": row.name, "time": _moment(row.created_at)}
        return told | ({"alt": row.alt_text} if row.alt_text else {})


_SPACE = ("title", "description", "kind", "visibility", "posting", "premoderation", "langs", "position")


def _parts(query: Select[Any]) -> Iterator[Sequence[RowMapping]]:
    """Rows some hundred at a time, as the database gives them."""
    yield from db.session.execute(query.execution_options(yield_per=PART)).mappings().partitions(PART)


def _sessions(ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """When topics are live, and who leads them."""
    hosts = defaultdict(list)
    led = select(LiveHost.topic_id, User.public_id).join(User, User.id == LiveHost.user_id)
    for topic_id, by in db.session.execute(led.where(LiveHost.topic_id.in_(ids)).order_by(User.public_id)):
        hosts[topic_id].append(by)
    query = select(LiveSession, Post.public_id).outerjoin(Post, Post.id == LiveSession.recap_post_id)
    found = {}
    for row, recap in db.session.execute(query.where(LiveSession.topic_id.in_(ids))):
        told = {
            "starts": row.starts_at, "ends": row.ends_at, "timezone": row.timezone, "langs": row.langs,
            "phase": row.phase, "slow_mode": row.slow_mode, "first_number": row.first_number,
            "hosts": hosts[row.topic_id], "recap": recap,
        }  # fmt: skip
        found[row.topic_id] = {name: _moment(value) for name, value in told.items() if value is not None}
    return found


def _roles(ids: Sequence[int], spaces: Mapping[int, str]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for role in db.session.scalars(select(Role).where(Role.user_id.in_(ids)).order_by(Role.user_id, Role.id)):
        told = {"role": role.name, "space": spaces.get(role.space_id or 0), "until": role.until}
        found[role.user_id].append({name: _moment(value) for name, value in told.items() if value is not None})
    return found


def _files(ids: Sequence[int]) -> dict[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = defaultdict(list)
    query = select(Attachment).where(Attachment.subject_kind == "post", Attachment.subject_id.in_(ids))
    for row in db.session.scalars(query.order_by(Attachment.id)):
        found[row.subject_id].append(row)
    return found


def _reactions(ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    columns = select(Reaction.subject_id, Reaction.code, Reaction.created_at, User.public_id)
    query = columns.join(User, User.id == Reaction.user_id).where(Reaction.subject_kind == "post")
    order = (Reaction.created_at, User.public_id, Reaction.code)
    for subject_id, code, at, by in db.session.execute(query.where(Reaction.subject_id.in_(ids)).order_by(*order)):
        found[subject_id].append({"by": by, "code": code, "time": _moment(at)})
    return found


def _moment(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if hasattr(value, "isoformat") else value
