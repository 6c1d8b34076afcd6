"""Checks of single values of a line: what passes comes back as it is kept, what does not is a LineError."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.core.db import now
from app.core.i18n import INTERFACE
from app.core.typed import one_line

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


def moment(value: Any) -> datetime:
    """A time that has passed."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise LineError("must be a time as 2026-01-31T12:00:00Z") from None
    if found.tzinfo is None:
        raise LineError("must say its zone, as in 2026-01-31T12:00:00Z")
    if found > now() + timedelta(days=1):
        raise LineError("lies in the future")
    return found.astimezone(UTC)


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


def entries(fields: Mapping[str, Field]) -> Callable[[Any], dict[str, Any]]:
    """One object with these entries."""
    return lambda value: checked(fields, value)


def objects(fields: Mapping[str, Field], most: int) -> Callable[[Any], list[dict[str, Any]]]:
    """A list of such objects."""
    return listed(lambda value: checked(fields, value), most)


def address(value: Any) -> str:
    """A mail address in small letters."""
    kept = text(254, 3)(value).lower()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", kept):
        raise LineError("must be a mail address")
    return kept


def zone(value: Any) -> str:
    """A time zone by its IANA name."""
    try:
        return ZoneInfo(text(40, 1)(value)).key
    except (ValueError, OSError, KeyError):  # what a name that is none leads to, depending on its signs
        raise LineError("must be an IANA zone, as Europe/Paris") from None


def slug(most: int) -> Callable[[Any], str]:
    """A part of an address on the site."""

    def check(value: Any) -> str:
        kept = text(most, 1)(value)
        if not re.fullmatch(r"[\w-]+", kept):
            raise LineError("may have letters, digits and hyphens alone")
        return kept

    return check


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
