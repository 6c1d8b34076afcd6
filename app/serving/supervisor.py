"""`beffroi serve`: two processes on one port, kept alive, stopped together.

The supervisor holds the listening socket: while a killed web process comes back, new connections wait instead of
failing. It reads the code of the platform once and forks both processes off: pages of memory that none of them writes
to are there once, and a process that died is back at once. SIGHUP has it end both and become anew the code on disk.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.context import ForkProcess
from pathlib import Path

from app.serving.lifeline import PATIENCE, READY, Lifeline

GIVE_UP_AFTER = 4
"""Starts in a row that never came to readiness."""
LONGEST_PAUSE = 10.0
STALLED_MS = 90_000
RENEW = -1
"""Instead of an exit code: everything has ended, and is to be started again on the same socket."""
Main = Callable[[Lifeline, socket.socket], object]
"""What a process does, given its lifeline and the listening socket."""
Closable = socket.socket | selectors.BaseSelector
_M_ARENA_MAX = -8
_fork = multiprocessing.get_context("fork")


@dataclass
class Child:
    """One process of the tree, by the name that `ps` shows."""

    name: str
    main: Main
    listens: bool = False
    process: ForkProcess | None = None
    line: socket.socket | None = None
    is_ready: bool = False
    failures: int = 0
    start_at: float = field(default_factory=time.monotonic)

    def start(self, listener: socket.socket, others: Sequence[Closable]) -> socket.socket:
        """Fork the process off with a new lifeline, whose near end is returned; `others` are no business of its."""
        self.line, far = socket.socketpair()
        with far:
            self.process = _fork.Process(target=self._live, args=(listener, far, [self.line, *others]), name=self.name)
            self.process.start()
        self.is_ready = False
        return self.line

    def _live(self, listener: socket.socket, far: socket.socket, others: Sequence[Closable]) -> None:
        """In the new process: let go of what is the supervisor's, then do the work."""
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        # A group of its own: Ctrl-C in the terminal reaches the supervisor alone, which then stops all in order.
        os.setpgid(0, 0)
        for other in others:
            other.close()
        with suppress(OSError):
            Path("/proc/self/comm").write_text(self.name, encoding="ascii")
        if "MALLOC_ARENA_MAX" not in os.environ:
            with suppress(AttributeError, OSError):
                # Two arenas of memory: glibc would keep one a thread, each with its own waste.
                ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)
        if not self.listens:
            listener.close()
        line = Lifeline(far)
        line.watch()
        self.main(line, listener)

    def bury(self) -> None:
        """Reap the dead process and choose when to start it again: at once at first, then later and later."""
        if self.line:
            self.line.close()
        if self.process:
            self.process.kill()
            self.process.join()
            self.process.close()
        self.failures = 0 if self.is_ready else self.failures + 1
        self.is_ready = False
        pause = min(0.25 * 2**self.failures, LONGEST_PAUSE) if self.failures else 0.1
        self.start_at = time.monotonic() + pause
        self.process = self.line = None


class Supervisor:
    """Starts, watches and stops the children."""

    def __init__(self, listener: socket.socket, children: Sequence[Child], announce: Callable[[str], object]) -> None:
        self.listener = listener
        self.announce = announce
        self.children = children
        self.selector = selectors.DefaultSelector()
        self.wakeups = socket.socketpair()
        for end in self.wakeups:
            end.setblocking(False)
        self.stopping = False
        self.renewing = False
        self.announced = False

    def run(self) -> int:
        """Serve until SIGINT or SIGTERM. The exit code: 0, or 1 when a child never starts; RENEW after SIGHUP."""
        near, far = self.wakeups
        self.selector.register(near, selectors.EVENT_READ)
        signal.set_wakeup_fd(far.fileno())
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        signal.signal(signal.SIGHUP, self._on_hangup)
        try:
            while not (self.stopping or self.renewing):
                if any(child.failures >= GIVE_UP_AFTER for child in self.children):
                    return 1
                self._turn(near)
        finally:
            self._stop_all()
        return RENEW if self.renewing and not self.stopping else 0

    def _on_signal(self, *_: object) -> None:
        self.stopping = True

    def _on_hangup(self, *_: object) -> None:
        self.renewing = True

    def _turn(self, wakeups: socket.socket) -> None:
        due = self._start_due()
        for key, _ in self.selector.select(due):
            if key.fileobj is wakeups:
                wakeups.recv(64)
            else:
                self._hear(key.data)

    def _start_due(self) -> float | None:
        """Start what is due; seconds until the next start, or None."""
        waits = []
        for child in self.children:
            if child.process is None:
                wait = child.start_at - time.monotonic()
                if wait <= 0:
                    lines = [other.line for other in self.children if other.line]
                    others: list[Closable] = [self.selector, *self.wakeups, *lines]
                    self.selector.register(child.start(self.listener, others), selectors.EVENT_READ, child)
                else:
                    waits.append(wait)
        return min(waits, default=None)

    def _hear(self, child: Child) -> None:
        assert child.line is not None, "a registered child has a lifeline"
        try:
            said = child.line.recv(64)
        except OSError:
            said = b""
        if not said:
            self.selector.unregister(child.line)
            child.bury()
            return
        child.is_ready = child.is_ready or READY in said
        if not self.announced and all(one.is_ready for one in self.children if one.listens):
            self.announced = True
            host, port = self.listener.getsockname()[:2]
            self.announce(f"Beffroi is ready on http://{f'[{host}]' if ':' in host else host}:{port} (Ctrl-C stops it)")

    def _stop_all(self) -> None:
        """SIGTERM for all, SIGKILL for those that do not end in time; a second Ctrl-C does not wait."""
        running = [child.process for child in self.children if child.process]
        for process in running:
            process.terminate()
        if not self.renewing:
            self.listener.close()
        deadline = time.monotonic() + PATIENCE
        self.stopping = False
        while any(process.is_alive() for process in running) and time.monotonic() < deadline and not self.stopping:
            time.sleep(0.02)
        for process in running:
            process.kill()
            process.join()
        signal.set_wakeup_fd(-1)
        self.selector.close()
        for end in self.wakeups:
            end.close()


def listen(host: str, port: int) -> socket.socket:
    """The listening socket; port 0 takes a free one. Raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=2048)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # Every accepted connection inherits it: the kernel drops a reader that takes nothing for so long.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STALLED_MS)
    return listener


def taken_over(descriptor: int) -> socket.socket:
    """The listening socket of before a renewal."""
    listener = socket.socket(fileno=descriptor)
    listener.set_inheritable(False)
    return listener


def supervise(listener: socket.socket, announce: Callable[[str], object]) -> Supervisor:
    """The supervisor of the platform, with its code read: it serves once it is run."""
    from app.serving.preloading import preload

    web, jobs = preload()
    return Supervisor(listener, [Child("beffroi-web", web, listens=True), Child("beffroi-jobs", jobs)], announce)
