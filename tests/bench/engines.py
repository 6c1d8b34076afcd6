"""The three engines, each alone: bulk, commits, and every kind of search on the same generated documents.

`python -m tests.bench.engines 200000` prints the table. Whoosh is measured on 20,000 documents at most: what it is for.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from app.search.choosing import GOOD_TO
from app.search.engine import Engine, Field, Filters, Query, Run, Sort
from app.search.finding import LIFTS
from app.search.fts_engine import FtsEngine
from app.search.postgresql_engine import PostgresqlEngine
from app.search.rebuilding import Source, rebuild
from app.search.whoosh_engine import WhooshEngine
from tests.bench.documents import generated, stem, word
from tests.bench.figures import Figure, machine, show
from tests.support.databases import postgresql_server

SEARCHES = 300
COMMITS = 40
RARE, COMMON = range(3_000, 40_000, 101), range(0, 60, 2)
"""Ranks of the words that are asked for: in one text of some thousands, and in one of ten."""
EVERYONE = frozenset({"public", "members"})
_STEMS = 0.5
_FRENCH = Filters(lang=frozenset({"fr"}), kind=frozenset({"topic"}), since=date(2023, 3, 1), before=date(2025, 1, 1))


def measure(count: int, names: Collection[str] = ("whoosh", "fts5", "postgresql")) -> list[Figure]:
    """Every figure of these engines on so many documents."""
    figures = []
    with tempfile.TemporaryDirectory(prefix="beffroi-engines-") as folder, postgresql_server(is_durable=True) as url:
        opened: dict[str, Callable[[], Engine]] = {
            "whoosh": lambda: WhooshEngine(Path(folder) / "whoosh"),
            "fts5": lambda: FtsEngine(Path(folder) / "fts5"),
            "postgresql": lambda: PostgresqlEngine(url),
        }
        for name in names:
            figures += measure_engine(name, opened[name], min(count, GOOD_TO.get(name, count)))
    return figures


def measure_engine(name: str, open_engine: Callable[[], Engine], count: int) -> list[Figure]:
    """The figures of one engine; a second one on the same index searches, as another process would."""
    writer, reader = open_engine(), open_engine()
    is_large = name not in GOOD_TO
    try:
        started = time.monotonic()
        rebuild(writer, _sources(count), lambda _draft: None)
        taken = time.monotonic() - started
        target = _within(120, count) if is_large else ""
        figures = [Figure("rebuild", taken, "s", target, f"{count / taken:.0f}/s, analysis apart")]
        figures.append(Figure("size", reader.stats().size / 2**20, "MiB"))
        figures += _searches(reader, is_large)
        figures += _commits(writer, reader, count)
    finally:
        writer.close()
        reader.close()
    return [replace(figure, name=f"{name}, {count}: {figure.name}") for figure in figures]


def _sources(count: int) -> Iterator[Source]:
    return (Source(each.key, each.revision, lambda each=each: each) for each in generated(count))


def _searches(engine: Engine, is_large: bool) -> Iterator[Figure]:
    """The first time a word is asked for, its postings are read: the slow ones of each kind."""
    for name, query, words in _kinds():
        times, cpu = _times(engine, map(query, islice(cycle(words), SEARCHES)))
        p50, p99 = quantiles(times, n=100)[49], quantiles(times, n=100)[98]
        yield Figure(
            f"{name}, p50", p50, "ms", "<= 10" if is_large else "<= 20", f"processor of this process {cpu:.1f}"
        )
        yield Figure(f"{name}, p99", p99, "ms", "<= 80" if is_large else "<= 50", f"slowest {max(times):.0f}")


def _kinds() -> Iterator[tuple[str, Callable[[int], Query], range]]:
    yield "rare term", lambda rank: _query(_any(rank)), RARE
    yield "common term", lambda rank: _query(_any(rank)), COMMON
    yield "3 terms OR", lambda rank: _query((*_any(rank), *_any(rank + 7_000), *_any(rank + 900))), RARE
    yield "3 terms AND", lambda rank: _query(_any(rank), _any(rank + 8), _any(rank + 16)), COMMON
    yield "phrase", lambda rank: _query((Run(Field.EXACT, (word(rank), word(rank + 2))),)), COMMON
    yield "prefix", lambda rank: _query((Run(Field.EXACT, (word(rank),), is_prefix=True),)), range(4_000, 6_000, 31)
    yield "language, kind, date", lambda rank: _query(_any(rank), filters=_FRENCH), COMMON
    yield "everything, newest", lambda rank: _query(sort=Sort.NEWEST, offset=rank), COMMON


def _any(rank: int) -> tuple[Run, ...]:
    """A word as the query language asks for it: as written, and by its stems in several languages."""
    stems = (stem(rank), f"{stem(rank)}e", stem(rank + 2_000))
    return (Run(Field.EXACT, (word(rank),)), *(Run(Field.STEM, (each,), _STEMS) for each in stems))


def _query(*required: tuple[Run, ...], **changes: Any) -> Query:
    return Query(required, visibility=EVERYONE, lifts=LIFTS, **changes)


def _times(engine: Engine, queries: Iterator[Query]) -> tuple[list[float], float]:
    """Milliseconds of each, and the processor time of the median one."""
    engine.query(Query(limit=1))  # opened, and up to date
    taken, cpu = [], []
    for query in queries:
        started, begun = time.perf_counter(), time.thread_time()
        engine.query(query)
        taken.append((time.perf_counter() - started) * 1e3)
        cpu.append((time.thread_time() - begun) * 1e3)
    return taken, median(cpu)


def _commits(writer: Engine, reader: Engine, count: int) -> Iterator[Figure]:
    """What another process waits for after a commit, words it had read before among them."""
    one, hundred = [], []
    for number, document in enumerate(generated(COMMITS, first=count + 1, seed=11)):
        started = time.perf_counter()
        writer.upsert([document])
        writer.commit()
        reader.query(_query(_any(number % 30 * 2)))
        one.append((time.perf_counter() - started) * 1e3)
    for number in range(5):
        started = time.perf_counter()
        writer.upsert(generated(100, first=number * 1_000 + 1, seed=13 + number))
        writer.commit()
        hundred.append((time.perf_counter() - started) * 1e3)
    yield Figure("1 added, committed, found, p50", quantiles(one, n=100)[49], "ms", "", f"slowest {max(one):.0f}")
    yield Figure("100 replaced in one commit, p50", sorted(hundred)[2], "ms", "", f"slowest {max(hundred):.0f}")


def _within(seconds: float, count: int) -> str:
    """The target of 200,000 documents, for as many as there are."""
    return f"<= {max(seconds * count / 200_000, 2):.0f}"


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    show(measure(asked, sys.argv[2:]) if len(sys.argv) > 2 else measure(asked), machine())
