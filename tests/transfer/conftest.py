"""Files that move a community, written and read as an operator would."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.config import Settings
from app.core.background import background_context
from app.core.files import file_store
from app.transfer import importing
from app.transfer.checking import Checker, NoStore
from app.transfer.keys import Keys
from app.transfer.preparing import Preparer
from app.transfer.reading import read_lines
from app.transfer.writing import Summary, Writer

Lines = list[dict[str, Any]]
FIRST, LATER = "2019-03-01T10:00:00Z", "2019-03-02T10:00:00Z"


@pytest.fixture
def small() -> Lines:
    """A community of two people who spoke once."""
    return [
        {"type": "head", "form": 1},
        {"type": "space", "id": "old", "title": {"fr": "Ancien forum", "en": "Old forum"}},
        {"type": "category", "id": "talk", "space": "old", "title": "Discussions"},
        {"type": "person", "id": "1", "name": "Aminata Diallo", "handle": "aminata", "email": "Aminata@example.org"},
        {"type": "person", "id": "2", "name": "Jan Peeters"},
        {"type": "topic", "id": "t1", "category": "talk", "title": "Bonjour", "tags": ["Accueil"]},
        {"type": "post", "id": "p1", "topic": "t1", "author": "1", "time": FIRST, "lang": "fr", "markdown": "*Un*"},
        {"type": "post", "id": "p2", "topic": "t1", "author": "2", "time": LATER, "lang": "nl", "markdown": "Twee",
         "reply_to": "p1", "accepted": True, "reactions": [{"by": "1", "code": "thanks"}]},
    ]  # fmt: skip


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes lines to a file."""

    def write(lines: Lines, name: str = "community.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
        return path

    return write


@pytest.fixture
def bring_in(app: Flask, settings: Settings) -> Callable[..., Summary]:
    """Imports a file."""

    def bring_in(path: Path, source: str = "elsewhere", *, dry_run: bool = False, **options: Any) -> Summary:
        roles = options.pop("gives_roles", False)
        site = options.pop("runs_site", False)
        store = NoStore() if dry_run else file_store(settings)
        preparer = Preparer(store, path.parent / f"{path.stem}-files", "fr", **options)
        with background_context(app):
            writer = (Checker if dry_run else Writer)(Keys(source), preparer, gives_roles=roles, runs_site=site)
            return importing.run(read_lines(path), writer)

    return bring_in
