"""Brings a platform to the version whose code lies here, and back: alone, behind a shut gate, with a backup between.

A running platform is asked to end by a signal to its supervisor, which starts it again at once: the new processes wait
at the gate until all is done, and connections wait in the listening socket.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

from app.config import Settings
from app.core.db import now
from app.core.errors import Conflict
from app.operating.backing_up import back_up
from app.operating.preparing import MakeApp, bring_up_to_date, known_revisions
from app.operating.restoring import Restored, Say, restore_alone
from app.operating.running import alone, is_running, shut_gate
from app.operating.swapping import write_whole

RECORD, SUPERVISOR = "upgrade.json", "supervisor.pid"
STOPS_WITHIN, STARTS_WITHIN = 60.0, 60.0
"""Seconds in which a platform ends, and is there again."""
NOTHING_TO_UNDO = "There is no upgrade to take back."
OTHER_CODE = (
    "The tables of that backup are at {theirs}, this code is at {ours}: put the code of version {version} back first, "
    "then roll back."
)
NOT_BACK = "The platform did not start again within a minute: look at its log."


@dataclass(frozen=True)
class Upgrade:
    """What an upgrade did, kept so that it can be taken back."""

    backup: str
    made_at: str
    former_version: str
    former_revision: str
    version: str
    revision: str


def upgrade(settings: Settings, make_app: MakeApp, say: Say) -> Upgrade:
    """Back up, then bring tables and index to this version; what fails is taken back. Raises Conflict."""
    with _to_oneself(settings, say):
        say("Backing up")
        made = back_up(settings)
        newest = known_revisions()[0]
        done = Upgrade(
            str(made.path), now().isoformat(timespec="seconds"), made.manifest.version, made.manifest.revision,
            metadata.version("beffroi"), newest,
        )  # fmt: skip
        if made.manifest.revision != newest:
            _migrate(settings, make_app, made.path, say)
        write_whole(settings.var / RECORD, json.dumps(asdict(done)))
    return done


def _migrate(settings: Settings, make_app: MakeApp, backup: Path, say: Say) -> None:
    say("Bringing the tables up to date and making the index")
    try:
        bring_up_to_date(make_app, settings, known_revisions()[0])
    except Exception:
        say("That failed: putting everything back as it was")
        restore_alone(settings, make_app, backup, say, migrates=False)
        raise


def roll_back(settings: Settings, make_app: MakeApp, say: Say) -> Restored:
    """Put back what was there before the last upgrade; what came since is kept aside. Raises Conflict."""
    record = settings.var / RECORD
    if not record.exists():
        raise Conflict(NOTHING_TO_UNDO)
    last = Upgrade(**json.loads(record.read_text()))
    ours = known_revisions()[0]
    if ours != last.former_revision:
        raise Conflict(OTHER_CODE.format(theirs=last.former_revision, ours=ours, version=last.former_version))
    with _to_oneself(settings, say):
        done = restore_alone(settings, make_app, Path(last.backup), say, migrates=False)
        record.unlink()
    return done


@contextmanager
def _to_oneself(settings: Settings, say: Say) -> Iterator[None]:
    """The platform at rest; one that was running is there again afterwards."""
    was_running = is_running(settings.var)
    with shut_gate(settings.var):
        if was_running:
            say("Asking the platform to start anew")
            _ask(settings.var)
        with alone(settings.var, STOPS_WITHIN if was_running else 0.0):
            yield
    if was_running:
        _await(settings.var)


def _ask(var: Path) -> None:
    """Have the supervisor end its processes and start them again. One that is not ours must be stopped by hand."""
    path = var / SUPERVISOR
    if path.exists():
        os.kill(int(path.read_text()), signal.SIGHUP)


def _await(var: Path) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while not is_running(var):
        if time.monotonic() > end:
            raise Conflict(NOT_BACK)
        time.sleep(0.2)
