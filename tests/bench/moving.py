"""`python -m tests.bench.moving [MAILS]`: imports a mailing-list archive of 50,000 mails, and prints what it took."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app import create_app
from app.config import Settings
from app.core.db import db
from tests.bench.figures import Figure, machine, show
from tests.factories import CategoryFactory
from tests.support.databases import sqlite_template
from tests.support.running import PROJECT, environment
from tests.transfer.archives import write_archive

WORK = """
import pathlib, re, sys
from app.cli import cli
try:
    cli(sys.argv[1:], prog_name="beffroi")
finally:
    import resource
    spent = resource.getrusage(resource.RUSAGE_SELF)
    print("cpu", spent.ru_utime + spent.ru_stime)
    print("peak", re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])
"""


def main() -> None:
    mails = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory(prefix="beffroi-bench-") as name:
        folder = Path(name)
        sqlite_template(folder)
        settings = Settings(var=folder, secret_key="bench", inline_jobs=False)
        with create_app(settings).app_context():
            CategoryFactory(slug="list")
            db.session.remove()
        write_archive(folder / "list.mbox", mails)
        figures = measure(settings, folder / "list.mbox", mails)
    show(figures, machine())


def measure(settings: Settings, archive: Path, mails: int) -> list[Figure]:
    """The import without the index, the same again, and the index."""
    size = f"{mails} mails, {archive.stat().st_size / 2**20:.0f} MB"
    seconds, cpu, peak = run(settings, "import", str(archive), "--category", "list", "--no-index")
    again, _, _ = run(settings, "import", str(archive), "--category", "list", "--no-index")
    rebuilt, _, index_peak = run(settings, "search", "rebuild")
    return [
        Figure(f"import of an archive: {size}", seconds, "s", "<= 300"),
        Figure("processor time of it", cpu, "s"),
        Figure("peak of its memory", peak, "MiB", "<= 300"),
        Figure("the same once more: nothing to do", again, "s"),
        Figure("the index of all of it", rebuilt, "s"),
        Figure("peak of its memory", index_peak, "MiB"),
    ]


def run(settings: Settings, *command: str) -> tuple[float, float, float]:
    """Seconds, processor seconds, and the peak of the resident memory in MiB, of a command."""
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", WORK, *command], cwd=PROJECT, env=environment(settings), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found = re.search(r"cpu ([\d.]+)\npeak (\d+)", done.stdout)
    assert found, done.stdout
    return time.monotonic() - started, float(found[1]), int(found[2]) / 1024


if __name__ == "__main__":
    main()
