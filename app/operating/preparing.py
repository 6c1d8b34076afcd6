"""Brings a database that nobody uses yet to a revision, and makes its index."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from functools import lru_cache

from flask import Flask, current_app, has_app_context

from app.config import PROJECT, Settings

MakeApp = Callable[[Settings], Flask]
"""`create_app`, which stands above this room and is given to it."""


@lru_cache(maxsize=1)
def known_revisions() -> list[str]:
    """Every revision that this version knows, the newest first."""
    from alembic.script import ScriptDirectory

    return [script.revision for script in ScriptDirectory(str(PROJECT / "migrations")).walk_revisions()]


def bring_up_to_date(make_app: MakeApp, settings: Settings, revision: str, *, with_index: bool = True) -> None:
    """Migrate to a revision; make the index where it is the newest."""
    from flask_migrate import upgrade

    from app.core.background import background_context

    app = make_app(replace(settings, inline_jobs=False))
    try:
        with background_context(app):
            upgrade(revision=revision)
            if with_index and revision == known_revisions()[0]:
                make_index()
    finally:
        release(app)


def release(app: Flask) -> None:
    """Give back what an application holds that is of no more use: files and connections of its index and database."""
    from app.core.db import db

    app.extensions["search"].engine.close()
    is_pushed = has_app_context() and current_app == app  # its session is the one to give back
    with nullcontext() if is_pushed else app.app_context():
        db.session.remove()
        db.engine.dispose()


def make_index() -> int:
    """Make the search index anew from what the database holds; how many documents it has."""
    from app.search.index import current_index
    from app.search.services import rebuild_index

    index = current_index()
    rebuild_index(index.engine, index.lock_file)
    return index.engine.stats().documents
