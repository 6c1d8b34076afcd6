"""Engines under contract, and documents to put into them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, make_url, text
from ulid import ULID

from app.search.analysis import analyse
from app.search.engine import Document, Engine, Filters, Query, Result, Sort
from app.search.fts_engine import FtsEngine
from app.search.postgresql_engine import PostgresqlEngine
from app.search.query import parse
from app.search.whoosh_engine import WhooshEngine
from tests.support.databases import postgresql_server

ENGINES = {"whoosh": WhooshEngine, "fts5": FtsEngine, "postgresql": PostgresqlEngine}
"""Every engine is opened by a place of its own, a folder or an address; opening it again is another process's view."""
PARAMETERS = [pytest.param(name, marks=pytest.mark.service if name == "postgresql" else ()) for name in ENGINES]

LANGUAGES = ("fr", "en", "nl", "pt-BR", "vi", "ar", "mg")
START = datetime(2026, 1, 1, tzinfo=UTC)
PUBLIC = frozenset({"public"})


@pytest.fixture(scope="session")
def server():
    """A PostgreSQL server for the tests of its engine."""
    with postgresql_server() as url:
        yield url


@pytest.fixture(params=PARAMETERS)
def engine_name(request):
    return request.param


@pytest.fixture
def place(engine_name, tmp_path, request):
    """Where this test's index lies."""
    if engine_name != "postgresql":
        yield tmp_path / "index"
        return
    server, schema = request.getfixturevalue("server"), f"test_{ULID()}".lower()
    platform = create_engine(server, isolation_level="AUTOCOMMIT")
    with platform.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
        yield make_url(server).update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(False)
        for name in (f"{schema}_search", f"{schema}_search_draft", schema):
            connection.execute(text(f"DROP SCHEMA IF EXISTS {name} CASCADE"))
    platform.dispose()


@pytest.fixture
def open_engine(engine_name, place):
    """Call it again to see the index as another process does."""
    opened = []

    def open_engine():
        opened.append(ENGINES[engine_name](place))
        return opened[-1]

    yield open_engine
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(open_engine):
    return open_engine()


def document(
    number: int, title: str = "", body: str = "", *, kind: str = "post", lang: str = "fr", **changes
) -> Document:
    heading, text = analyse(title, lang), analyse(body, lang)
    given = {
        "revision": 1,
        "date": START + timedelta(hours=number),
        "active": changes.get("date", START + timedelta(hours=number)),
        "visibility": PUBLIC,
        "title_exact": heading.exact,
        "title_stems": heading.stems,
        "body_exact": text.exact,
        "body_stems": text.stems,
    }
    return Document(kind=kind, id=number, lang=lang, **(given | changes))


def find(engine: Engine, typed: str, **changes) -> Result:
    """Search as a visitor who reads French."""
    read = parse(typed, LANGUAGES)
    given = {"visibility": PUBLIC, "filters": read.filters}
    return engine.query(Query(read.required, read.bonus, read.without, **(given | changes)))


def ids(result: Result) -> list[int]:
    return [hit.id for hit in result.hits]


def fill(engine: Engine, *documents: Document) -> None:
    engine.upsert(documents)
    engine.commit()


__all__ = ["LANGUAGES", "PUBLIC", "START", "Filters", "Sort", "document", "fill", "find", "ids"]
