"""The form in which a community moves: one JSON object a line. What each kind of line may hold, checked.

`docs/transfer.md` tells it to who writes such files; a test keeps the two in step.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.core.db import now
from app.core.i18n import CONTENT, INTERFACE
from app.core.typed import one_line
from app.engagement.models import REACTIONS
from app.engagement.tagging import MOST_TAGS, TAG_LENGTH
from app.forum.models import POSTINGS, PREMODERATIONS, TOPIC_KINDS, VISIBILITIES
from app.forum.sessions.live_rules import KIND as SESSION

FORM = 1
BODY_MOST = 200_000
"""Longer than members may write here: elsewhere they could."""
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class LineError(Exception):
    """A line that cannot be taken; says why."""


@dataclass(frozen=True)
class Field:
    """One entry of a line."""

    check: Callable[[Any], Any]
    needed: bool = False
    default: Any = None


def text(most: int, least: int = 0) -> Callable[[Any], str]:
    """One line of so many characters."""

    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise LineError("must be a text")
        kept = one_line(value)
        if not least <= len(kept) <= most:
            raise LineError(f"must have {least} to {most} characters, not {len(kept)}")
        return kept

    return check


def words(most: int) -> Callable[[Any], str]:
    """A text of at most so many characters."""

    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise LineError("must be a text")
        kept = _UNSEEN.sub("", value.replace("\r\n", "\n")).strip()
        if len(kept) > most:
            raise LineError(f"must have at most {most} characters, not {len(kept)}")
        return kept

    return check


def texts(most: int) -> Callable[[Any], dict[str, str]]:
    """One text in several languages."""

    def check(value: Any) -> dict[str, str]:
        if isinstance(value, str):
            value = {INTERFACE[0]: value}
        if not isinstance(value, Mapping) or not value.keys() <= set(INTERFACE):
            raise LineError(f"must be an object with texts by language ({', '.join(INTERFACE)})")
        return {lang: words(most)(said) for lang, said in value.items()}

    return check


def one_of(*choices: str) -> Callable[[Any], str]:
    """One of these words."""

    def check(value: Any) -> str:
        if value not in choices:
            raise LineError(f"must be one of {', '.join(choices)}")
        return str(value)

    return check


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise LineError("must be true or false")
    return value


def number(value: Any) -> int:
    """A whole number."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise LineError("must be a whole number")
    return value


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise LineError("must be a time as 2026-01-31T12:00:00Z") from None
    if moment.tzinfo is None:
        raise LineError("must say its zone, as in 2026-01-31T12:00:00Z")
    if moment > now() + timedelta(days=1):
        raise LineError("lies in the future")
    return moment.astimezone(UTC)


def until(value: Any) -> datetime:
    """A time that may lie ahead."""
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (TypeError, ValueError):
        raise LineError("must be a time as 2026-01-31T12:00:00Z") from None


def listed(check: Callable[[Any], Any], most: int) -> Callable[[Any], list[Any]]:
    """At most so many of what a check takes."""

    def checked(value: Any) -> list[Any]:
        if not isinstance(value, list) or len(value) > most:
            raise LineError(f"must be a list of at most {most}")
        return [check(one) for one in value]

    return checked


def _object(fields: Mapping[str, Field]) -> Callable[[Any], dict[str, Any]]:
    return lambda value: checked(fields, value)


def _objects(fields: Mapping[str, Field], most: int) -> Callable[[Any], list[dict[str, Any]]]:
    return listed(lambda value: checked(fields, value), most)


def _address(value: Any) -> str:
    kept = text(254, 3)(value).lower()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", kept):
        raise LineError("must be a mail address")
    return kept


def _zone(value: Any) -> str:
    try:
        return ZoneInfo(text(40, 1)(value)).key
    except (ValueError, OSError, KeyError):  # what a name that is none leads to, depending on its signs
        raise LineError("must be an IANA zone, as Europe/Paris") from None


def _slug(most: int) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        kept = text(most, 1)(value)
        if not re.fullmatch(r"[\w-]+", kept):
            raise LineError("may have letters, digits and hyphens alone")
        return kept

    return check


_ID, _LANG, _CODE = Field(text(200, 1), needed=True), one_of(*CONTENT), one_of(*REACTIONS)
_REF = text(200, 1)
_ROLE = {"role": Field(text(20, 1), needed=True), "space": Field(_REF), "until": Field(until)}
_REACTION = {"by": Field(_REF, needed=True), "code": Field(_CODE, needed=True), "time": Field(_moment)}
_FILE = {
    "id": Field(_REF),
    "path": Field(text(300, 1), needed=True),
    "name": Field(text(120, 1)),
    "alt": Field(text(300), default=""),
    "time": Field(_moment),
}
_SESSION = {
    "starts": Field(until, needed=True),
    "ends": Field(until, needed=True),
    "timezone": Field(_zone, needed=True),
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
        "slug": Field(_slug(40)),
        "title": Field(texts(120), needed=True),
        "description": Field(texts(2000), default={}),
        "kind": Field(text(12, 1), default="forum"),
        "visibility": Field(one_of(*VISIBILITIES), default="public"),
        "posting": Field(one_of(*POSTINGS), default="members"),
        "premoderation": Field(one_of(*PREMODERATIONS), default="none"),
        "langs": Field(listed(_LANG, 30), default=[]),
        "position": Field(number, default=0),
        "archived": Field(_moment),
    },
    "category": {
        "id": _ID,
        "space": Field(_REF, needed=True),
        "slug": Field(_slug(60)),
        "title": Field(texts(120), needed=True),
        "description": Field(texts(2000), default={}),
        "template": Field(texts(20_000), default={}),
        "position": Field(number, default=0),
        "locked": Field(flag, default=False),
        "archived": Field(_moment),
    },
    "person": {
        "id": _ID,
        "name": Field(text(60, 1), needed=True),
        "handle": Field(text(30)),
        "name_lang": Field(text(12)),
        "email": Field(_address),
        "country": Field(text(2, 2)),
        "presentation": Field(words(500), default=""),
        "ui_lang": Field(one_of(*INTERFACE), default=INTERFACE[0]),
        "langs": Field(listed(_LANG, 30), default=[]),
        "timezone": Field(_zone),
        "presence": Field(flag, default=True),
        "joined": Field(_moment),
        "status": Field(one_of("active", "suspended", "closed", "anonymised", "placeholder")),
        "roles": Field(_objects(_ROLE, 200), default=[]),
    },
    "topic": {
        "id": _ID,
        "category": Field(_REF, needed=True),
        "title": Field(text(160, 1), needed=True),
        "author": Field(_REF),
        "time": Field(_moment),
        "lang": Field(_LANG),
        "kind": Field(one_of(*TOPIC_KINDS, SESSION), default="discussion"),
        "session": Field(_object(_SESSION)),
        "tags": Field(listed(text(TAG_LENGTH, 1), MOST_TAGS), default=[]),
        "state": Field(one_of("open", "locked", "hidden", "removed", "merged"), default="open"),
        "state_reason": Field(text(500), default=""),
        "state_time": Field(_moment),
        "state_by": Field(_REF),
        "pinned": Field(flag, default=False),
        "merged_into": Field(_REF),
    },
    "post": {
        "id": _ID,
        "topic": Field(_REF, needed=True),
        "author": Field(_REF),
        "time": Field(_moment, needed=True),
        "lang": Field(_LANG),
        "markdown": Field(words(BODY_MOST), needed=True),
        "reply_to": Field(_REF),
        "state": Field(one_of(*STATES), default="visible"),
        "state_reason": Field(text(500), default=""),
        "state_time": Field(_moment),
        "edits": Field(number, default=0),
        "edited": Field(_moment),
        "wiki": Field(flag, default=False),
        "accepted": Field(flag, default=False),
        "moved_to": Field(_REF),
        "reactions": Field(_objects(_REACTION, 100_000), default=[]),
        "files": Field(_objects(_FILE, 50), default=[]),
    },
}
"""What each kind of line may hold."""


def checked(fields: Mapping[str, Field], values: Any) -> dict[str, Any]:
    """The entries of one object, those left out by their default. Raises LineError, which names the entry."""
    if not isinstance(values, Mapping):
        raise LineError("must be an object")
    if unknown := sorted(values.keys() - fields.keys()):
        raise LineError(f"{unknown[0]}: there is no such entry")
    found = {}
    for name, field in fields.items():
        value = values.get(name)
        if value is None:
            if field.needed:
                raise LineError(f"{name} is missing")
            found[name] = field.default
            continue
        try:
            found[name] = field.check(value)
        except LineError as wrong:
            raise LineError(f"{name} {wrong}") from None
    return found


def read_line(values: Any) -> tuple[str, dict[str, Any]]:
    """Kind and entries of a line. Raises LineError."""
    if not isinstance(values, Mapping):
        raise LineError("is no object")
    kind = values.get("type")
    if kind not in KINDS:
        raise LineError(f"type must be one of {', '.join(KINDS)}")
    entries = checked(KINDS[kind], {name: value for name, value in values.items() if name != "type"})
    if kind == "topic" and (entries["kind"] == SESSION) != bool(entries["session"]):
        raise LineError(f"session stands in topics of kind {SESSION}, and in those alone")
    return kind, entries


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
