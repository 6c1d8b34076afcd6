"""An import has the platform to itself: it is refused beside a platform that runs, and beside another import."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.config import Settings
from app.core.db import db
from app.core.errors import Conflict
from app.forum.models import Post
from app.operating import exclusive, postgresql_copy
from app.operating.running import hold, is_running
from app.transfer.commands import Wish, bring_in

WISH = Wish(no_index=True, lang="fr")


def posts() -> int:
    return db.session.scalar(select(func.count()).select_from(Post)) or 0


def test_nothing_is_brought_in_beside_a_running_platform(
    app: Flask, settings: Settings, small: list[Any], write: Callable[..., Path]
) -> None:
    path = write(small)
    held = hold(settings.var)
    try:
        with pytest.raises(Conflict):
            bring_in(path, WISH)
        assert posts() == 0
        assert bring_in(path, Wish(dry_run=True)) == 0  # writes nothing, and may
    finally:
        os.close(held)
    assert bring_in(path, WISH) == 0
    assert posts() == 2


def test_two_imports_never_mix(app: Flask, settings: Settings, small: list[Any], write: Callable[..., Path]) -> None:
    with exclusive.to_oneself(settings), pytest.raises(Conflict):
        bring_in(write(small), WISH)
    assert posts() == 0
    assert bring_in(write(small), WISH) == 0


def test_machines_that_share_a_database_never_import_at_once(app: Flask, settings: Settings, tmp_path: Path) -> None:
    elsewhere = replace(settings, var=tmp_path / "elsewhere", database_url=settings.database)
    shares = postgresql_copy.is_meant(settings)
    refused = pytest.raises(Conflict) if shares else nullcontext()
    with exclusive.to_oneself(settings), refused, exclusive.to_oneself(elsewhere):
        pass
    with exclusive.to_oneself(elsewhere):
        assert is_running(elsewhere.var)


def test_an_application_without_a_supervisor_tells_that_it_serves(
    make_app: Callable[..., Flask], settings: Settings
) -> None:
    inner = exclusive.HeldWhileServing(settings, lambda environ, start: [b"served"])
    assert not is_running(settings.var)
    assert inner({}, None) == [b"served"]
    assert inner({}, None) == [b"served"]
    assert is_running(settings.var)
    with pytest.raises(Conflict), exclusive.to_oneself(settings):
        pass
    os.close(inner._held[0])
    assert not is_running(settings.var)
