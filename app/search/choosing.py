"""Which engine keeps the index."""

from __future__ import annotations

from app.config import Settings
from app.search.engine import Engine

AUTO, WHOOSH, FTS5, POSTGRESQL = "auto", "whoosh", "fts5", "postgresql"
NAMES = (AUTO, WHOOSH, FTS5, POSTGRESQL)
GOOD_TO = {WHOOSH: 20_000}
"""How many documents an engine is good for, where there is a bound."""


def chosen_engine(settings: Settings) -> str:
    """The name of the engine in force. Raises ValueError for a setting that cannot be meant."""
    name, on_postgresql = settings.search_engine, settings.database.startswith("postgresql")
    if name not in NAMES:
        raise ValueError(f"search_engine is {name!r}, and must be one of {', '.join(NAMES)}")
    if name == POSTGRESQL and not on_postgresql:
        raise ValueError("search_engine is 'postgresql', but the database is not")
    if name == AUTO:
        return POSTGRESQL if on_postgresql else WHOOSH
    return name


def better_engine(settings: Settings, documents: int) -> str:
    """The engine to change to with so many documents; empty where the one in force will do."""
    bound = GOOD_TO.get(chosen_engine(settings))
    if bound is None or documents <= bound:
        return ""
    return POSTGRESQL if settings.database.startswith("postgresql") else FTS5


def open_engine(settings: Settings) -> Engine:
    """The engine in force, on the index of these settings. Opens nothing yet; loads the code of that engine alone."""
    match chosen_engine(settings):
        case "postgresql":
            from app.search.postgresql_engine import PostgresqlEngine

            return PostgresqlEngine(settings.database)
        case "fts5":
            from app.search.fts_engine import FtsEngine

            return FtsEngine(settings.var / "index")
        case _:
            from app.search.whoosh_engine import WhooshEngine

            return WhooshEngine(settings.var / "index")
