"""The platform as operators run it: `beffroi serve` and its processes, on a port of this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

import psutil

from app.config import Settings
from tests.support.ports import free_port

PROJECT = Path(__file__).resolve().parents[2]
SERVE = ("-m", "app.cli", "serve", "--port")
ROLES = {"web": "beffroi-web", "jobs": "beffroi-jobs"}
"""What the processes are called."""


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """The environment of a process that runs on these settings and on no others."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("BEFFROI_")}
    said = {
        "VAR": str(settings.var),
        "SECRET_KEY": settings.secret(),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "LIVE_CHANNEL": settings.live_channel,
        "SEARCH_ENGINE": settings.search_engine,
        "RATE_LIMITS": str(settings.rate_limits),
        "SMTP_URL": settings.smtp_url,
        "SITE_URL": settings.site_url,
        "OPERATOR": settings.operator,
        "CONFIG": str(settings.var / "none.toml"),
    }
    return own | {f"BEFFROI_{name}": value for name, value in said.items()} | {"PYTHONUNBUFFERED": "1"} | more


class _Server(Protocol):
    def start(self) -> None: ...
    def stop(self) -> None: ...


AnyServer = TypeVar("AnyServer", bound=_Server)


@contextmanager
def running(server: AnyServer) -> Iterator[AnyServer]:
    """Whatever serves, started, and stopped whatever happens."""
    server.start()
    try:
        yield server
    finally:
        server.stop()


class Platform:
    """The process tree. What it complains of is in `complaints()`."""

    def __init__(self, settings: Settings, command: Sequence[str] = SERVE, port: int = 0) -> None:
        self.settings = settings
        self.command = command
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = settings.var / f"served-{self.port}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, ready: bool = True) -> None:
        """Start the tree, and wait until it says that it is ready unless told not to."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.command, str(self.port)],
                cwd=PROJECT,
                env=environment(self.settings),
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self.process.stdout
        if ready:
            assert self._becomes_ready(), f"it did not start: {self.complaints()}"

    def _becomes_ready(self) -> bool:
        """Whether it says that it is ready, whatever it says before."""
        assert self.process
        assert self.process.stdout
        return any(b"ready" in line for line in iter(self.process.stdout.readline, b""))

    def start_again(self, within: float = 15.0) -> None:
        """Start the tree after a hard end: the port is free once the last process of the old one has gone."""
        end = time.monotonic() + within
        while True:
            self.start(ready=False)
            assert self.process
            assert self.process.stdout
            if self._becomes_ready():
                return
            self.process.stdout.close()
            self.process.wait()
            assert time.monotonic() < end, self.complaints()
            time.sleep(0.1)

    def tree(self) -> list[psutil.Process]:
        """The supervisor and its children, those that live."""
        assert self.process
        try:
            supervisor = psutil.Process(self.process.pid)
            return [supervisor, *supervisor.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def child(self, role: str) -> psutil.Process | None:
        """The process of a role ("web", "jobs") when it lives."""
        for process in self.tree()[1:]:
            try:
                if process.name() == ROLES[role]:
                    return process
            except psutil.Error:
                continue
        return None

    def kill(self, role: str) -> None:
        """End a process ("web", "jobs", "supervisor") as a lack of memory would."""
        assert self.process
        if role != "supervisor":
            child = self.child(role)
            assert child, f"no {role} process to kill"
            os.kill(child.pid, signal.SIGKILL)
            return
        self.process.kill()
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()

    def stop(self) -> None:
        """Stop the tree in order; it must end by itself."""
        assert self.process
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        assert self.process.wait(10) == 0, self.complaints()
        assert self.process.stdout
        self.process.stdout.close()

    def complaints(self) -> str:
        """What the processes wrote to their error output."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""
