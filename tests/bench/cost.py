"""What processes cost: processor time and memory, as the kernel counts them."""

from __future__ import annotations

import time
from pathlib import Path

import psutil

from tests.support.running import Platform

_MIB = 2**20


def processor_ns(platform: Platform) -> int:
    """Nanoseconds of processor time the whole tree has used so far, exact to the microsecond."""
    return sum(time.clock_gettime_ns((~process.pid << 3) | 2) for process in platform.tree())


def memory_mib(platform: Platform) -> float:
    """Proportional set size of the tree."""
    return sum(pss_bytes(process) for process in platform.tree()) / _MIB


def pss_bytes(process: psutil.Process) -> int:
    """Proportional set size of one process: shared pages count for their share."""
    lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
