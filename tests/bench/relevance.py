"""How good each engine's answers are: the judged queries on a small set of its own, the same in every run.

`python -m tests.bench.relevance` prints the table alone, and then by the kind of query, which tells where to look.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flask import Flask

from app import create_app
from app.config import Settings
from app.demo.loading import load
from app.operating.preparing import release
from app.search.engine import Engine
from app.search.fts_engine import FtsEngine
from app.search.postgresql_engine import PostgresqlEngine
from app.search.services import rebuild_index
from app.search.whoosh_engine import WhooshEngine
from tests.bench.figures import Figure, machine, show
from tests.relevance.judging import Measured, Quality, grouped, judge
from tests.support.databases import migrate, postgresql_server


def measure() -> list[Figure]:
    """nDCG@10 and recall@20 of each engine, language by language and of all queries."""
    with _judged() as found:
        return [figure for name, measured in found for figure in by_language(name, measured)]


def by_language(engine: str, measured: list[Measured]) -> list[Figure]:
    """Two figures for each language, and two for all."""
    return _figures(engine, grouped(measured, lambda query: query.lang))


def by_kind(engine: str, measured: list[Measured]) -> list[Figure]:
    """Two figures for each way of asking, and two for all."""
    return _figures(engine, grouped(measured, lambda query: query.kind))


def _figures(engine: str, qualities: list[Quality]) -> list[Figure]:
    return [
        Figure(f"relevance, {engine}, {quality.name}: {what}", value, "", "", f"mean of {quality.queries} queries")
        for quality in qualities
        for what, value in (("nDCG@10", quality.ndcg), ("recall@20", quality.recall))
    ]


@contextmanager
def _judged() -> Iterator[Iterator[tuple[str, list[Measured]]]]:
    """Each engine that can be had here, with what became of every query."""
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="beffroi-relevance-")))
        app = held.enter_context(small_set(folder))
        yield (
            (name, asked(app, open_engine(), folder / f"{name}.lock"))
            for name, open_engine in _engines(folder, held).items()
        )


def _engines(folder: Path, held: ExitStack) -> dict[str, Callable[[], Engine]]:
    engines: dict[str, Callable[[], Engine]] = {
        "whoosh": lambda: WhooshEngine(folder / "whoosh"),
        "fts5": lambda: FtsEngine(folder / "fts5"),
    }
    try:
        url = held.enter_context(postgresql_server())
    except RuntimeError as reason:
        sys.stderr.write(f"bench: relevance without postgresql. {reason}\n")
        return engines
    return engines | {"postgresql": lambda: PostgresqlEngine(url)}


@contextmanager
def small_set(folder: Path) -> Iterator[Flask]:
    """The application on a small set, its context pushed."""
    settings = Settings(var=folder, secret_key=folder.name, rate_limits=False, inline_jobs=False)
    migrate(settings)
    app = create_app(settings)
    with app.app_context():
        load("small", folder)
        try:
            yield app
        finally:
            release(app)


def asked(app: Flask, engine: Engine, lock_file: Path) -> list[Measured]:
    """Every query, asked of an engine that is filled first."""
    rebuild_index(engine, lock_file)
    try:
        return judge(app, engine)
    finally:
        engine.close()


def main() -> None:
    with _judged() as found:
        figures = [(by_language(*one), by_kind(*one)) for one in found]
    show([figure for languages, kinds in figures for figure in (*languages, *kinds)], machine())


if __name__ == "__main__":
    main()
