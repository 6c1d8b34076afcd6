"""Upgrade and roll back: what fails is taken back, what ran is there again, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from flask import Flask
from flask_migrate import downgrade

from app import create_app
from app.config import PROJECT, Settings
from app.core.db import db
from app.core.errors import Conflict
from app.operating import upgrading
from app.operating.preparing import known_revisions, release
from app.operating.upgrading import roll_back, upgrade
from tests.operating.conftest import state
from tests.support.running import Platform, environment

BEFORE = known_revisions()[1]


@pytest.fixture
def behind(app: Flask, filled: Settings) -> Settings:
    """A platform whose tables are one revision behind the code."""
    db.session.remove()
    downgrade(revision=BEFORE)
    release(app)
    return filled


def test_tables_are_brought_up_to_date_and_back(behind: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before, said = state(behind), list[str]()
    done = upgrade(behind, create_app, said.append)
    assert (done.former_revision, done.revision) == (BEFORE, known_revisions()[0])
    assert Path(done.backup).exists()
    with pytest.raises(Conflict, match="put the code of version"):
        roll_back(behind, create_app, said.append)
    monkeypatch.setattr(upgrading, "known_revisions", lambda: [BEFORE])
    assert roll_back(behind, create_app, said.append).revision == BEFORE
    assert state(behind) == before
    with pytest.raises(Conflict, match="no upgrade"):
        roll_back(behind, create_app, said.append)


def test_what_fails_half_way_is_taken_back(behind: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before, said = state(behind), list[str]()

    def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError("the migration broke")

    monkeypatch.setattr(upgrading, "bring_up_to_date", fails)
    with pytest.raises(RuntimeError, match="broke"):
        upgrade(behind, create_app, said.append)
    assert state(behind) == before
    assert not (behind.var / upgrading.RECORD).exists()


@pytest.mark.slow
def test_a_platform_that_runs_is_there_again(behind: Settings) -> None:
    environ = environment(behind)
    command = [sys.executable, "-m", "app.cli"]
    subprocess.run([*command, "upgrade"], check=True, cwd=PROJECT, env=environ, capture_output=True)
    platform = Platform(behind)
    platform.start()
    try:
        supervisor = platform.process.pid if platform.process else 0
        children = {child.pid for child in platform.tree()[1:]}
        subprocess.run([*command, "upgrade"], check=True, cwd=PROJECT, env=environ, capture_output=True)
        with urlopen(f"{platform.url}/fr/", timeout=30) as answer:
            assert answer.status == 200
        tree = platform.tree()
        assert tree[0].pid == supervisor
        assert not children & {child.pid for child in tree[1:]}, "new processes"
    finally:
        platform.stop()
