"""The files for operators: units that systemd understands, and settings that exist."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import fields

import pytest

from app.config import PROJECT, Settings

DEPLOY = PROJECT / "deploy"
GUIDE = PROJECT / "docs" / "operating.md"


def test_every_setting_that_is_named_exists() -> None:
    known = {field.name for field in fields(Settings)}
    named = set(re.findall(r"BEFFROI_([A-Z_]+)", "".join(path.read_text() for path in DEPLOY.iterdir())))
    assert {name.lower() for name in named} - known <= {"config"}
    written = set(re.findall(r"^([a-z_]+) = ", GUIDE.read_text(), re.MULTILINE))
    assert written
    assert written <= known


def test_every_file_that_the_guide_names_is_there() -> None:
    named = set(re.findall(r"deploy/[\w.-]+", GUIDE.read_text()))
    assert len(named) >= 5
    assert all((PROJECT / name).exists() for name in named)


def test_the_units_run_commands_that_exist() -> None:
    from app.cli import cli

    for unit in DEPLOY.glob("*.service"):
        commands = re.findall(
            r"^ExecStart(?:Post)?=/srv/beffroi/\.venv/bin/beffroi (\w+)", unit.read_text(), re.MULTILINE
        )
        assert commands, unit.name
        assert set(commands) <= set(cli.list_commands(None)), unit.name  # type: ignore[arg-type]


@pytest.mark.service
def test_systemd_understands_the_units() -> None:
    verifier = shutil.which("systemd-analyze")
    assert verifier, "systemd-analyze is missing: run `make services`"
    units = [str(path) for path in [*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")]]
    said = subprocess.run([verifier, "verify", *units], capture_output=True, text=True, check=False).stderr
    ours = [line for line in said.splitlines() if "beffroi" in line and "is not executable" not in line]
    assert ours == []
