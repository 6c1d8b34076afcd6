"""Engines under contract, and documents to put into them."""

from datetime import UTC, datetime, timedelta

import pytest

from app.search.analysis import analyse
from app.search.engine import Document, Engine, Filters, Query, Result, Sort
from app.search.fts_engine import FtsEngine
from app.search.query import parse
from app.search.whoosh_engine import WhooshEngine

ENGINES = {"whoosh": WhooshEngine, "fts5": FtsEngine}
"""Every engine is opened by a folder of its own; opening the same folder again is another process's view."""

LANGUAGES = ("fr", "en", "nl", "pt-BR", "vi", "ar", "mg")
START = datetime(2026, 1, 1, tzinfo=UTC)
PUBLIC = frozenset({"public"})


@pytest.fixture(params=ENGINES)
def engine_name(request):
    return request.param


@pytest.fixture
def open_engine(engine_name, tmp_path):
    """Call it again to see the index as another process does."""
    return lambda: ENGINES[engine_name](tmp_path / "index")


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
