"""Empty, migrated databases: a copied SQLite file, or a PostgreSQL server started for the run, emptied per test."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, insert, text

from app import create_app
from app.config import Settings
from app.core.db import Base
from app.operating.preparing import release
from app.terms.models import Term
from app.terms.themes import theme_rows
from tests.support.ports import free_port

START_WITHIN = 30.0


def is_postgresql_wanted() -> bool:
    """Whether this run tests on PostgreSQL."""
    return os.environ.get("BEFFROI_TEST_DATABASE", "sqlite") == "postgresql"


def migrate(settings: Settings) -> None:
    """Make every table of a new database, as an operator would."""
    app = create_app(settings)
    with app.app_context():
        upgrade()
        release(app)


def sqlite_template(folder: Path) -> Path:
    """A migrated SQLite file, closed, ready to be copied."""
    settings = Settings(var=folder, secret_key="template", inline_jobs=False)
    migrate(settings)
    return folder / "beffroi.db"


def empty(url: str) -> None:
    """Empty every table and start all numbers again; what the migrations put into them is put back.

    Only what a test has touched is touched: to truncate a hundred tables takes longer than most tests.
    """
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("SET lock_timeout = '10s'"))
        connection.execute(text("DROP SCHEMA IF EXISTS public_search, public_search_draft CASCADE"))
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # in any order of the tables
        for name in connection.scalars(text(_which_are_filled())).all():
            connection.execute(text(f'DELETE FROM "{name}"'))
        for name in connection.scalars(text("SELECT sequencename FROM pg_sequences WHERE last_value > 0")).all():
            connection.execute(text(f'ALTER SEQUENCE "{name}" RESTART'))
        connection.execute(insert(Term), theme_rows())
    engine.dispose()


def _which_are_filled() -> str:
    tables = [f'"{table.name}"' for table in Base.metadata.sorted_tables]
    return " UNION ALL ".join(f"SELECT '{name[1:-1]}' WHERE EXISTS (SELECT 1 FROM {name})" for name in tables)


@contextmanager
def postgresql_server(is_durable: bool = False) -> Iterator[str]:
    """Run a PostgreSQL server of its own on a free port; yields the address of its database.

    PostgreSQL refuses to run as root: the server then belongs to the user `postgres`. Figures need a durable one, which
    waits for the disk.
    """
    programs = _programs()
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    user = "postgres" if prefix else pwd.getpwuid(os.geteuid()).pw_name
    with tempfile.TemporaryDirectory(prefix="beffroi-postgresql-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if prefix:
            shutil.chown(folder, "postgres")
        cluster = folder / "cluster"
        init = [programs / "initdb", "--pgdata", cluster, "--username", user, "--auth", "trust", "--encoding", "UTF8"]
        subprocess.run([*prefix, *init, "--no-locale", "--no-sync"], check=True, capture_output=True, cwd=folder)
        port = free_port()
        switches = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": folder}
        switches["fsync"] = "on" if is_durable else "off"
        options = [part for key, value in switches.items() for part in ("-c", f"{key}={value}")]
        with (folder / "log").open("wb") as log:
            command = [*prefix, programs / "postgres", "-D", cluster, *options]
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
            try:
                yield _wait(f"postgresql+psycopg://{user}@127.0.0.1:{port}/postgres", process, folder / "log")
            finally:
                process.terminate()
                process.wait(10)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    if not found and (known := shutil.which("postgres")):
        found = [Path(known)]
    if not found:
        raise RuntimeError("PostgreSQL is not installed: run `make services`")
    return found[-1].parent


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_WITHIN
    engine = create_engine(url)
    while time.monotonic() < deadline and process.poll() is None:
        try:
            engine.connect().close()
        except Exception:  # noqa: BLE001 - the server is not up yet, whatever the driver calls that
            time.sleep(0.1)
        else:
            engine.dispose()
            return url
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")


@contextmanager
def postgresql_app(folder: Path) -> Iterator[Flask]:
    """The application on a PostgreSQL server of its own, its context pushed, whatever database the run tests on."""
    with postgresql_server() as url:
        settings = Settings(var=folder, secret_key=folder.name, database_url=url, inline_jobs=False)
        migrate(settings)
        app = create_app(settings)
        with app.app_context():
            yield app
            release(app)
