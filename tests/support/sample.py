"""A platform with the demonstration set in a folder of its own, without a mail server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

from app import create_app
from app.config import Settings
from app.demo.loading import load
from app.operating.preparing import release
from app.search.index import current_index
from app.search.services import rebuild_index
from tests.support.client import IsolatedClient
from tests.support.databases import sqlite_template


@contextmanager
def sample_platform(folder: Path, **chosen: Any) -> Iterator[Flask]:
    """The application, its context pushed; its index holds the set."""
    var = folder / "var"
    var.mkdir()
    shutil.copy(sqlite_template(folder), var / "beffroi.db")
    options: dict[str, Any] = {"operator": "The Region", "demo": True} | chosen
    app = create_app(Settings(var=var, secret_key="a sample", rate_limits=False, inline_jobs=False, **options))
    app.testing = True
    app.test_client_class = IsolatedClient
    with app.app_context():
        load("tiny", var)
        index = current_index()
        rebuild_index(index.engine, index.lock_file, lambda _count: None)
        yield app
        release(app)
