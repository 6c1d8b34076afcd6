"""Pages by key: the next page starts after the last row shown, however many rows come before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, literal, tuple_

from app.core.db import Utc

T = TypeVar("T")


@dataclass(frozen=True)
class KeyPage(Generic[T]):
    """Some rows and the keys of the pages beside them; None where there is no such page."""

    rows: Sequence[T]
    next_key: str | None
    is_first: bool


def encode_key(moment: datetime, row_id: int) -> str:
    """The key of a row sorted by moment, then id: both in base 36, microseconds since 1970."""
    return f"{_base36(int(moment.timestamp() * 1_000_000))}-{_base36(row_id)}"


def decode_key(key: str) -> tuple[datetime, int] | None:
    """Moment and id of a key, or None when it is not one."""
    try:
        moment, row_id = (int(part, 36) for part in key.split("-"))
        return (datetime.fromtimestamp(moment / 1_000_000, UTC), row_id) if 0 <= row_id < 2**63 else None
    except (ValueError, OverflowError, OSError):
        return None


def key_page(
    fetch: Callable[[Select[Any]], Sequence[T]],
    statement: Select[Any],
    moment: Any,
    row_id: Any,
    key_of: Callable[[T], tuple[datetime, int]],
    after: str | None,
    size: int,
) -> KeyPage[T]:
    """One page of a statement, newest first by (moment, id), after a key. One query, no count, no offset."""
    start = decode_key(after) if after else None
    if start:
        statement = statement.where(tuple_(moment, row_id) < tuple_(literal(start[0], Utc()), literal(start[1])))
    rows = fetch(statement.order_by(moment.desc(), row_id.desc()).limit(size + 1))
    more = len(rows) > size
    rows = rows[:size]
    return KeyPage(rows, encode_key(*key_of(rows[-1])) if more else None, start is None)


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits or "0"
