"""Reading one index of PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from app.search.columns.reading import ROW, ROWS_AT_ONCE, Asked, Changes, Holding, Mark, Numbers, Rows, Stale
from app.search.engine import Field
from app.search.postgresql_engine.connections import Connections
from app.search.postgresql_engine.schema import quoted
from app.search.postgresql_engine.vectors import OFTEN, STEM, STEM_OFTEN, TITLE, TITLE_STEM, form, phrase

_NONE: Numbers = np.zeros(0, np.intp)
_ROWS = f"SELECT {', '.join(ROW)} FROM {{}}.document"
# Four bytes a number: the fastest way to hand over ten thousands of them.
# Asked for all numbers, nothing is said of them: else the planner may read every vector in the order of numbers.
_FIND = "(SELECT string_agg(int4send(number), ''::bytea) FROM {}.words WHERE {} @@ %s::tsquery)"
_FIND_AFTER = _FIND[:-1] + " AND number > %s)"


class PostgresqlReader:
    """One index by its name: the schema that bears it may be another's by the next question."""

    def __init__(self, connections: Connections, schema: str, name: str) -> None:
        self._connections = connections
        self._schema = quoted(schema)
        self._name = name
        self.seen = 0

    @property
    def name(self) -> str:
        """Drawn when the index was made."""
        return self._name

    def generation(self) -> int:
        """As of the last look: whoever asks for the reader has just looked."""
        return self.seen

    def changes(self, mark: Mark) -> Changes:
        """What was committed since, as of one moment."""
        with self._open() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            ask, s = connection.execute, self._schema
            name, generation, number, label = ask(f"SELECT name, generation, number, label FROM {s}.state").fetchone()
            self._check(name)
            labels = ask(f"SELECT id, name, value FROM {s}.label WHERE id > %s ORDER BY id", (mark.label,)).fetchall()
            found = ask(f"{_ROWS.format(s)} WHERE number > %s ORDER BY number", (mark.number,), binary=True)
            rows = Rows.of(iter(lambda: found.fetchmany(ROWS_AT_ONCE), []))
            query = f"SELECT number FROM {s}.gone WHERE generation > %s AND number <= %s"
            gone = [row[0] for row in ask(query, (mark.generation, mark.number))]
        return Changes(Mark(generation, number, label), labels, rows, gone)

    def holding(self, asked: Sequence[Asked]) -> list[Holding]:
        """Where these runs occur, asked all together."""
        questions = [question for each in asked for question in _questions(each)]
        finds = ", ".join(
            (_FIND_AFTER if after else _FIND).format(self._schema, column) for column, _, after in questions
        )
        values = [value for _, sought, after in questions for value in ((sought, after) if after else (sought,))]
        with self._open() as connection:
            query = f"SELECT name, {finds} FROM {self._schema}.state"
            name, *found = connection.execute(query, values, binary=True).fetchone()
        self._check(name)
        numbers = iter([np.sort(np.frombuffer(each, ">i4").astype(np.intp)) if each else _NONE for each in found])
        return [Holding(next(numbers), next(numbers), next(numbers)) for _ in asked]

    def numbers(self, keys: Iterable[str]) -> list[int]:
        """The numbers of the documents of these keys."""
        with self._open() as connection:
            query = f"SELECT number FROM {self._schema}.document WHERE key = ANY(%s)"
            return [row[0] for row in connection.execute(query, (list(keys),))]

    def documents(self) -> int:
        """How many there are."""
        with self._open() as connection:
            return int(connection.execute(f"SELECT count(*) FROM {self._schema}.document").fetchone()[0])

    def revisions(self) -> Iterator[tuple[str, int]]:
        """Key and revision of every document."""
        with self._open() as connection:
            return iter(connection.execute(f"SELECT key, revision FROM {self._schema}.document").fetchall())

    @contextmanager
    def _open(self) -> Iterator[Any]:
        from psycopg.errors import InvalidSchemaName, UndefinedTable

        try:
            with self._connections.open() as connection:
                yield connection
        except (InvalidSchemaName, UndefinedTable) as trouble:
            raise Stale from trouble

    def _check(self, name: str) -> None:
        if name != self._name:
            raise Stale


def _questions(asked: Asked) -> list[tuple[str, str, int]]:
    """Column, tokens and last known number: anywhere, in the title, more than once."""
    tokens, is_prefix, after = asked.tokens, asked.is_prefix, asked.after
    if asked.field is Field.EXACT:
        sought = [("exact", phrase(tokens, is_prefix=is_prefix))]
        letters = (TITLE, OFTEN)
    else:
        sought = [("forms", form(STEM, tokens, is_prefix=is_prefix))]
        letters = (TITLE_STEM, STEM_OFTEN)
    sought += [("forms", form(letter, tokens, is_prefix=is_prefix)) for letter in letters]
    return [(column, tokens, after) for column, tokens in sought]
