"""Migrations: from nothing to the models and back; a later one loses no row, up and down."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import MetaData, inspect, text

from app import create_app
from app.config import PROJECT, Settings
from app.core.db import Base, db
from app.demo.loading import load
from app.operating.preparing import release
from tests.support.databases import postgresql_server

pytestmark = pytest.mark.filterwarnings("ignore:Did not recognize type 'xid8'")
FOLDER = PROJECT / "migrations"
FILLS = {"0002": ("term",)}
"""Tables that a revision fills itself, and empties on its way down."""
LATER = [script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions() if script.down_revision]
RECREATES_A_PARENT = '''
"""Adds a column to the table that everything hangs on, which SQLite can only do by making the table anew."""

import sqlalchemy as sa
from app.operating.preparing import release
from alembic import op

revision = "{revision}"
down_revision = "{before}"
ANEW = {{"sqlite": "always", "postgresql": "never"}}


def upgrade() -> None:
    with op.batch_alter_table("category", recreate=ANEW[op.get_bind().dialect.name]) as batch:
        batch.add_column(sa.Column("colour", sa.String(20), nullable=False, server_default="red"))


def downgrade() -> None:
    with op.batch_alter_table("category", recreate=ANEW[op.get_bind().dialect.name]) as batch:
        batch.drop_column("colour")
'''


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """A platform whose database has no table."""
    chosen = Settings(var=tmp_path / "var", secret_key="migrations", inline_jobs=False, demo=True)
    chosen.var.mkdir()
    if request.param == "sqlite":
        yield from _started(chosen)
        return
    with postgresql_server() as url:
        yield from _started(replace(chosen, database_url=url))


def _started(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    with app.app_context():
        yield app
        release(app)


Rows = dict[str, list[dict[str, object]]]


def contents() -> Rows:
    """Every row of every table that is there, by the columns it has now."""
    there = MetaData()
    there.reflect(db.engine)
    with db.engine.connect() as connection:
        return {
            name: [dict(row) for row in connection.execute(table.select()).mappings()]
            for name, table in there.tables.items()
            if name != "alembic_version"
        }


def sums(rows: Rows, shape: Rows) -> dict[str, tuple[int, int]]:
    """Of each table of `shape`: how many rows `rows` has, and a sum over what they say in the columns of `shape`."""
    found = {}
    for name, likes in shape.items():
        columns = set(likes[0]) if likes else set()
        said = [
            json.dumps({key: row[key] for key in row if key in columns}, default=str, sort_keys=True)
            for row in rows[name]
        ]
        found[name] = (len(said), sum(crc32(one.encode()) for one in said))
    return found


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def differences() -> list[object]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        return list(compare_metadata(context, Base.metadata))


def keeps_every_row(before: str, revision: str, folder: Path = FOLDER) -> None:
    """Down from a revision and up again, on a loaded database: what stood in the older tables stands there still."""
    there = contents()
    assert sum(map(len, there.values())) > 1000
    downgrade(directory=str(folder), revision=before)
    older = {name: rows for name, rows in contents().items() if name not in FILLS.get(revision, ())}
    assert sums(older, older) == sums(there, older)
    upgrade(directory=str(folder), revision=revision)
    assert sums(contents(), older) == sums(there, older)


def test_up_from_nothing_down_to_nothing_and_up_again(empty: Flask) -> None:
    upgrade()
    assert tables() == {table.name for table in Base.metadata.sorted_tables}
    assert differences() == []
    downgrade(revision="base")
    assert tables() == set()
    upgrade()
    assert tables() == {table.name for table in Base.metadata.sorted_tables}


def test_a_parent_made_anew_keeps_its_children(empty: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (head,) = ScriptDirectory(str(folder)).get_heads()
    later = textwrap.dedent(RECREATES_A_PARENT).format(revision="zzzz", before=head)
    (folder / "versions" / "zzzz_colour.py").write_text(later)
    upgrade()
    load("tiny", empty.extensions["settings"].var)
    there = contents()
    upgrade(directory=str(folder))
    with db.engine.connect() as connection:
        assert set(connection.scalars(text("SELECT colour FROM category"))) == {"red"}
    assert sums(contents(), there) == sums(there, there)
    keeps_every_row(head, "zzzz", folder)
    downgrade(directory=str(folder), revision=head)
    assert sums(contents(), there) == sums(there, there)
    assert differences() == []


@pytest.mark.parametrize("revision", LATER)
def test_the_loaded_set_survives_every_later_revision(revision: str, empty: Flask) -> None:
    upgrade()
    load("tiny", empty.extensions["settings"].var)
    downgrade(revision=revision)
    keeps_every_row(str(ScriptDirectory(str(FOLDER)).get_revision(revision).down_revision), revision)
    upgrade()
    assert differences() == []
