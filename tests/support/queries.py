"""Counts SQL statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


class Statements(list[str]):
    """The SQL statements sent, in order; BEGIN, COMMIT and pragmas are left out."""

    @property
    def count(self) -> int:
        return len(self)


@contextmanager
def counted(engine: Engine) -> Iterator[Statements]:
    """Collect the statements sent through an engine."""
    seen = Statements()

    def see(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "PRAGMA")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", see)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", see)
