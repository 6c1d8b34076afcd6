"""The form in which a community moves: one JSON object a line. What each kind of line may hold, checked.

`docs/transfer.md` tells it to who writes such files; a test keeps the two in step.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.core.i18n import CONTENT, INTERFACE
from app.engagement.models import REACTIONS
from app.engagement.tagging import MOST_TAGS, TAG_LENGTH
from app.forum.models import POSTINGS, PREMODERATIONS, TOPIC_KINDS, VISIBILITIES
from app.forum.sessions.live_rules import KIND as SESSION
from app.transfer.values import (
    Field,
    LineError,
    address,
    checked,
    entries,
    flag,
    listed,
    moment,
    number,
    objects,
    one_of,
    slug,
    text,
    texts,
    until,
    words,
    zone,
)

FORM = 1
BODY_MOST = 200_000
"""Longer than members may write here: elsewhere they could."""
_ID, _LANG, _CODE = Field(text(200, 1), needed=True), one_of(*CONTENT), one_of(*REACTIONS)
_REF = text(200, 1)
_ROLE = {"role": Field(text(20, 1), needed=True), "space": Field(_REF), "until": Field(until)}
_REACTION = {"by": Field(_REF, needed=True), "code": Field(_CODE, needed=True), "time": Field(moment)}
_FILE = {
    "id": Field(_REF),
    "path": Field(text(300, 1), needed=True),
    "name": Field(text(120, 1)),
    "alt": Field(text(300), default=""),
    "time": Field(moment),
}
_SESSION = {
    "starts": Field(until, needed=True),
    "ends": Field(until, needed=True),
    "timezone": Field(zone, needed=True),
    "langs": Field(listed(_LANG, 30), default=[]),
    "phase": Field(one_of("planned", "live", "recap", "over"), default="over"),
    "slow_mode": Field(number, default=0),
    "first_number": Field(number),
    "hosts": Field(listed(_REF, 50), default=[]),
    "recap": Field(_REF),
}
STATES = ("visible", "deleted_by_author", "hidden_by_moderator", "removed", "moved")
KINDS: dict[str, dict[str, Field]] = {
    "head": {"form": Field(number, needed=True), "site": Field(text(200)), "files": Field(text(200))},
    "space": {
        "id": _ID,
        "slug": Field(slug(40)),
        "title": Field(texts(120), needed=True),
        "description": Field(texts(2000), default={}),
        "kind": Field(text(12, 1), default="forum"),
        "visibility": Field(one_of(*VISIBILITIES), default="public"),
        "posting": Field(one_of(*POSTINGS), default="members"),
        "premoderation": Field(one_of(*PREMODERATIONS), default="none"),
        "langs": Field(listed(_LANG, 30), default=[]),
        "position": Field(number, default=0),
        "archived": Field(moment),
    },
    "category": {
        "id": _ID,
        "space": Field(_REF, needed=True),
        "slug": Field(slug(60)),
        "title": Field(texts(120), needed=True),
        "description": Field(texts(2000), default={}),
        "template": Field(texts(20_000), default={}),
        "position": Field(number, default=0),
        "locked": Field(flag, default=False),
        "archived": Field(moment),
    },
    "person": {
        "id": _ID,
        "name": Field(text(60, 1), needed=True),
        "handle": Field(text(30)),
        "name_lang": Field(text(12)),
        "email": Field(address),
        "country": Field(text(2, 2)),
        "presentation": Field(words(500), default=""),
        "ui_lang": Field(one_of(*INTERFACE), default=INTERFACE[0]),
        "langs": Field(listed(_LANG, 30), default=[]),
        "timezone": Field(zone),
        "presence": Field(flag, default=True),
        "joined": Field(moment),
        "status": Field(one_of("active", "suspended", "closed", "anonymised", "placeholder")),
        "roles": Field(objects(_ROLE, 200), default=[]),
    },
    "topic": {
        "id": _ID,
        "category": Field(_REF, needed=True),
        "title": Field(text(160, 1), needed=True),
        "author": Field(_REF),
        "time": Field(moment),
        "lang": Field(_LANG),
        "kind": Field(one_of(*TOPIC_KINDS, SESSION), default="discussion"),
        "session": Field(entries(_SESSION)),
        "tags": Field(listed(text(TAG_LENGTH, 1), MOST_TAGS), default=[]),
        "state": Field(one_of("open", "locked", "hidden", "removed", "merged"), default="open"),
        "state_reason": Field(text(500), default=""),
        "state_time": Field(moment),
        "state_by": Field(_REF),
        "pinned": Field(flag, default=False),
        "merged_into": Field(_REF),
    },
    "post": {
        "id": _ID,
        "topic": Field(_REF, needed=True),
        "author": Field(_REF),
        "time": Field(moment, needed=True),
        "lang": Field(_LANG),
        "markdown": Field(words(BODY_MOST), needed=True),
        "reply_to": Field(_REF),
        "state": Field(one_of(*STATES), default="visible"),
        "state_reason": Field(text(500), default=""),
        "state_time": Field(moment),
        "edits": Field(number, default=0),
        "edited": Field(moment),
        "wiki": Field(flag, default=False),
        "accepted": Field(flag, default=False),
        "moved_to": Field(_REF),
        "reactions": Field(objects(_REACTION, 100_000), default=[]),
        "files": Field(objects(_FILE, 50), default=[]),
    },
}
"""What each kind of line may hold."""


def read_line(values: Any) -> tuple[str, dict[str, Any]]:
    """Kind and entries of a line. Raises LineError."""
    if not isinstance(values, Mapping):
        raise LineError("is no object")
    kind = values.get("type")
    if kind not in KINDS:
        raise LineError(f"type must be one of {', '.join(KINDS)}")
    found = checked(KINDS[kind], {name: value for name, value in values.items() if name != "type"})
    if kind == "topic" and (found["kind"] == SESSION) != bool(found["session"]):
        raise LineError(f"session stands in topics of kind {SESSION}, and in those alone")
    return kind, found


def filled(kind: str, **values: Any) -> dict[str, Any]:
    """The entries of a line that is made here, those left out by their default."""
    return {name: field.default for name, field in KINDS[kind].items()} | values


def written(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """A line as it is written: what is not set, or as it is anyway, is left out."""
    fields = KINDS[kind]
    kept = {name: values[name] for name in fields if values.get(name) is not None}
    return {"type": kind} | {
        name: _plain(value) for name, value in kept.items() if fields[name].needed or value != fields[name].default
    }


def _plain(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
