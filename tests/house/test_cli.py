"""The command line: quick help, one command from nothing to a served page, sentences instead of tracebacks."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import ROOM_COMMANDS, cli
from app.config import Settings
from app.demo.scales import written
from app.starting import head_revision, is_behind, is_prepared
from tests.support.ports import free_port

PROJECT = Path(__file__).parents[2]


def beffroi(*arguments: str, var: Path, timeout: int = 110, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command as an operator does."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BEFFROI_")}
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        cwd=PROJECT, env={**clean, "BEFFROI_VAR": str(var), **environ}, text=True, capture_output=True, timeout=timeout,
        check=False,
    )  # fmt: skip


def test_help_names_every_command_and_loads_no_room(tmp_path):
    told = beffroi("--help", var=tmp_path)
    for name in ("demo", "doctor", "migrate", "run", "search", "serve", "user"):
        assert re.search(rf"^  {name} ", told.stdout, re.MULTILINE), name
    looking = "import sys, app.cli\ntry: app.cli.cli(['-h'])\nexcept SystemExit: print('sqlalchemy' in sys.modules)"
    listed = subprocess.run([sys.executable, "-c", looking], cwd=PROJECT, text=True, capture_output=True, check=True)
    assert listed.stdout.splitlines()[-1] == "False"


@pytest.mark.parametrize("name", ROOM_COMMANDS)
def test_the_help_of_rooms_is_the_one_listed(name):
    answer = CliRunner().invoke(cli, [name, "--help"])
    assert answer.exit_code == 0
    assert ROOM_COMMANDS[name][1].rstrip(".") in " ".join(answer.output.split())


@pytest.mark.slow
def test_from_nothing_to_a_demonstration(tmp_path):
    refused = beffroi("serve", "--port", "0", var=tmp_path)
    assert (refused.returncode, refused.stderr) == (
        1,
        "Error: The database is not up to date: run `beffroi migrate` first.\n",
    )
    assert beffroi("migrate", var=tmp_path).stdout == "The database is up to date.\n"
    refused = beffroi("demo", "load", "--scale", "tiny", var=tmp_path)
    assert refused.returncode == 1
    assert "no demonstration" in refused.stderr
    loaded = beffroi("demo", "load", "--scale", "tiny", var=tmp_path, BEFFROI_DEMO="true")
    assert loaded.returncode == 0, loaded.stderr
    assert f"{written().members} members, {written().topics} topics" in loaded.stdout
    assert "camille-montreal@example.org" in loaded.stdout
    password = (tmp_path / "demo-sign-ins.txt").read_text().strip()
    assert f"Password of all: {password}" in loaded.stdout
    again = beffroi("demo", "load", var=tmp_path, BEFFROI_DEMO="true")
    assert (again.returncode, again.stderr) == (1, "Error: A demonstration set is there already.\n")
    created = beffroi(
        "user", "create", "--email", "jo@example.org", "--name", "Jo Martin", "--role", "staff", var=tmp_path
    )
    assert created.returncode == 0, created.stderr
    assert "staff" in created.stdout
    rebuilt = beffroi("search", "rebuild", var=tmp_path)
    assert rebuilt.returncode == 0, rebuilt.stderr
    well = beffroi("doctor", var=tmp_path, COLUMNS="200")
    assert well.returncode == 0, well.stdout
    assert "whole" in well.stdout


@pytest.mark.slow
def test_run_serves_a_loaded_demonstration_and_stops_on_one_key(tmp_path):
    assert beffroi("migrate", var=tmp_path).returncode == 0
    assert beffroi("demo", "load", "--scale", "tiny", var=tmp_path, BEFFROI_DEMO="true").returncode == 0
    port = free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BEFFROI_")}
    output = (tmp_path / "output").open("w+")
    command = [sys.executable, "-m", "app.cli", "run", "--port", str(port)]
    running = subprocess.Popen(command, cwd=PROJECT, env=clean | {"BEFFROI_VAR": str(tmp_path)}, stdout=output)
    try:
        _wait_for(tmp_path / "output", f"Beffroi is ready on http://127.0.0.1:{port}", running)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/fr/") as page:
            assert page.status == 200
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 0
    finally:
        running.kill()
        running.wait()
        output.close()
    assert "camille-montreal@example.org" in (tmp_path / "output").read_text()


def _wait_for(path: Path, words: str, running: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 80
    while words not in path.read_text():
        assert running.poll() is None, path.read_text()
        assert time.monotonic() < end, path.read_text()
        time.sleep(0.1)


def test_a_database_out_of_reach_is_said_in_a_sentence(tmp_path):
    told = beffroi("migrate", var=tmp_path, BEFFROI_DATABASE_URL=f"sqlite:///{tmp_path}/no/such/folder.db")
    assert told.returncode == 1
    assert told.stderr.startswith("Error: The database does not answer as it should")
    assert "Traceback" not in told.stderr


def test_a_taken_port_is_said_in_a_sentence(tmp_path):
    import socket

    beffroi("migrate", var=tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = beffroi("serve", "--port", str(taken.getsockname()[1]), var=tmp_path)
    assert told.returncode == 1
    assert told.stderr.startswith("Error: Another program listens on this port")


def test_a_start_looks_closer_until_all_is_there(settings: Settings, tmp_path):
    from dataclasses import replace

    if settings.database_url:
        assert not is_prepared(settings)
        return
    assert not is_behind(settings)
    assert is_prepared(settings)
    demo = replace(settings, demo=True)
    assert not is_prepared(demo)
    (settings.var / "demo-sign-ins.txt").write_text("password")
    assert is_prepared(demo)
    assert is_behind(replace(settings, var=tmp_path / "elsewhere"))


def test_the_newest_migration_is_the_one_alembic_finds():
    from alembic.script import ScriptDirectory

    assert ScriptDirectory(str(PROJECT / "migrations")).get_current_head() == head_revision()
