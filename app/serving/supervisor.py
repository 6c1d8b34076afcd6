"""`beffroi serve`: two processes on one port, kept alive, stopped together.

The supervisor holds the listening socket: while a killed web process comes back, new connections wait instead of
failing. It loads nothing of the platform, so it stays small. SIGHUP has both processes end and start again.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.serving.lifeline import PATIENCE, READY

GIVE_UP_AFTER = 4
"""Starts in a row that never came to readiness."""
LONGEST_PAUSE = 10.0
STALLED_MS = 90_000


def _environment() -> dict[str, str]:
    """A child's environment, with two arenas of memory: glibc would keep one a thread, each with its own waste."""
    return {"MALLOC_ARENA_MAX": "2", **os.environ}


@dataclass
class Child:
    """One process of the tree: a module run by this same Python, with the listening socket if it takes requests."""

    module: str
    listens: bool = False
    process: subprocess.Popen[bytes] | None = None
    line: socket.socket | None = None
    is_ready: bool = False
    failures: int = 0
    start_at: float = field(default_factory=time.monotonic)

    def start(self, listener: socket.socket) -> socket.socket:
        """Start the process with a new lifeline, whose near end is returned."""
        self.line, far = socket.socketpair()
        command = [sys.executable, "-m", self.module, "--lifeline", str(far.fileno())]
        shared = [far.fileno()]
        if self.listens:
            command += ["--listener", str(listener.fileno())]
            shared += [listener.fileno()]
        with far:
            # A group of its own: Ctrl-C in the terminal reaches the supervisor alone, which then stops all in order.
            self.process = subprocess.Popen(command, pass_fds=shared, process_group=0, env=_environment())  # noqa: S603
        self.is_ready = False
        return self.line

    def bury(self) -> None:
        """Reap the dead process and choose when to start it again: at once at first, then later and later."""
        if self.line:
            self.line.close()
        if self.process:
            self.process.kill()
            self.process.wait()
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
        self.stopping = False
        self.renewing = False
        self.announced = False

    def run(self) -> int:
        """Serve until SIGINT or SIGTERM. The exit code: 0, or 1 when a child never starts."""
        near, far = socket.socketpair()
        near.setblocking(False)
        far.setblocking(False)
        self.selector.register(near, selectors.EVENT_READ)
        signal.set_wakeup_fd(far.fileno())
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        signal.signal(signal.SIGHUP, self._on_hangup)
        try:
            while not self.stopping:
                if any(child.failures >= GIVE_UP_AFTER for child in self.children):
                    return 1
                self._turn(near)
            return 0
        finally:
            self._stop_all()

    def _on_signal(self, *_: object) -> None:
        self.stopping = True

    def _on_hangup(self, *_: object) -> None:
        self.renewing = True

    def _renew(self) -> None:
        """Let the children end; they are started again as soon as they have: connections wait in the listener."""
        self.renewing = False
        for child in self.children:
            child.failures = 0
            if child.process:
                child.process.terminate()

    def _turn(self, wakeups: socket.socket) -> None:
        due = self._start_due()
        for key, _ in self.selector.select(due):
            if key.fileobj is wakeups:
                wakeups.recv(64)
                if self.renewing:
                    self._renew()
            else:
                self._hear(key.data)

    def _start_due(self) -> float | None:
        """Start what is due; seconds until the next start, or None."""
        waits = []
        for child in self.children:
            if child.process is None:
                wait = child.start_at - time.monotonic()
                if wait <= 0:
                    self.selector.register(child.start(self.listener), selectors.EVENT_READ, child)
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
        self.listener.close()
        deadline = time.monotonic() + PATIENCE
        self.stopping = False
        while any(process.poll() is None for process in running) and time.monotonic() < deadline and not self.stopping:
            time.sleep(0.02)
        for process in running:
            process.kill()
            process.wait()
        signal.set_wakeup_fd(-1)


def listen(host: str, port: int) -> socket.socket:
    """The listening socket; port 0 takes a free one. Raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=2048)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # Every accepted connection inherits it: the kernel drops a reader that takes nothing for so long.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STALLED_MS)
    return listener


def serve(host: str, port: int, announce: Callable[[str], object] = print) -> int:
    """Serve the platform on one port until told to stop; the exit code."""
    children = [Child("app.serving.web", listens=True), Child("app.serving.jobs")]
    return Supervisor(listen(host, port), children, announce).run()
