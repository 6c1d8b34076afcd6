"""What processes cost: processor time and memory, as the kernel counts them."""

from __future__ import annotations

import time
from pathlib import Path

import psutil

from tests.support.running import ROLES, Platform

_MIB = 2**20


def processor_ns(platform: Platform) -> int:
    """Nanoseconds of processor time the whole tree has used so far, exact to the microsecond.

    A database server that the bench has started counts too: it works for the platform alone.
    """
    return sum(_spent_ns(process) for process in [*platform.tree(), *database_processes()])


def _spent_ns(process: psutil.Process) -> int:
    try:
        return time.clock_gettime_ns((~process.pid << 3) | 2)
    except OSError:  # it has ended
        return 0


def database_processes() -> list[psutil.Process]:
    """The processes of the PostgreSQL server of this run, where there is one."""
    return [process for process in psutil.Process().children(recursive=True) if process.name() == "postgres"]


def memory_mib(platform: Platform) -> float:
    """Proportional set size of the tree."""
    return sum(pss_bytes(process) for process in platform.tree()) / _MIB


def shares(platform: Platform) -> str:
    """The same by process, in words."""
    children = {role: platform.child(role) for role in ROLES}
    return ", ".join(f"{role} {pss_bytes(child) / _MIB:.0f}" for role, child in children.items() if child)


def pss_bytes(process: psutil.Process) -> int:
    """Proportional set size of one process: shared pages count for their share."""
    lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
