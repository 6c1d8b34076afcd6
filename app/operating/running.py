"""Who serves now: every process of a platform holds a lock, so that a restore never works beside one.

Two files in `var/`. Processes that serve share `platform.lock`; a restore or an upgrade wants it alone. `gate.lock` is
held while that goes on: a process that starts meanwhile waits at the gate, and listens for nobody in vain, because the
supervisor keeps the listening socket. The kernel frees both however a process ends.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.errors import Conflict
from app.operating.swapping import JOURNAL, recover

LOCK, GATE = "platform.lock", "gate.lock"
RUNNING = "The platform is running: stop it first."
ELSEWHERE = "Another restore, upgrade or import is under way."


def hold(var: Path) -> int:
    """Tell that this process serves, until it ends; waits while a restore or an upgrade is under way.

    Returns the descriptor that holds the lock; closing it lets go.
    """
    var.mkdir(parents=True, exist_ok=True)
    with _locked(var / GATE, fcntl.LOCK_EX):
        recover(var)
        if not is_running(var):  # figures of processes that are gone
            shutil.rmtree(var / "metrics", ignore_errors=True)
        held = _open(var / LOCK)
        fcntl.flock(held, fcntl.LOCK_SH)
    return held


def settle(var: Path) -> None:
    """Undo what a killed restore left half done; nothing is done where there is no such thing."""
    if (var / JOURNAL).exists():
        with _locked(var / GATE, fcntl.LOCK_EX):
            recover(var)


def is_running(var: Path) -> bool:
    """Whether a process of the platform serves on this machine."""
    descriptor = _open(var / LOCK)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


@contextmanager
def shut_gate(var: Path) -> Iterator[None]:
    """Let no process begin to serve. Raises Conflict where another one shut it before."""
    try:
        with _locked(var / GATE, fcntl.LOCK_EX | fcntl.LOCK_NB):
            recover(var)
            yield
    except BlockingIOError:
        raise Conflict(ELSEWHERE) from None


@contextmanager
def alone(var: Path, within: float = 0.0) -> Iterator[None]:
    """Have the platform to oneself, behind a shut gate. Raises Conflict when it still runs after so many seconds."""
    end = time.monotonic() + within
    descriptor = _open(var / LOCK)
    try:
        while not _taken(descriptor):
            if time.monotonic() >= end:
                raise Conflict(RUNNING)
            time.sleep(0.1)
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)


@contextmanager
def _locked(path: Path, how: int) -> Iterator[None]:
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)
