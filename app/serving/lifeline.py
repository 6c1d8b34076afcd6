"""The tie between the supervisor and each process it started: a socket pair that closes when either end dies.

A child says "ready" on it, and stops when the other end closes: a supervisor killed with -9 leaves no orphan. The
supervisor reads its end to learn of readiness and of death, without polling.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time

READY = b"ready\n"
PATIENCE = 4.0
"""Seconds a process has to stop by itself."""


class Lifeline:
    """The child's end."""

    def __init__(self, far: socket.socket) -> None:
        self.socket = far

    def ready(self) -> None:
        """Tell the supervisor that this process serves."""
        self.socket.sendall(READY)

    def watch(self) -> None:
        """Stop this process as by SIGTERM when the supervisor is gone; hard when it does not stop."""
        threading.Thread(target=self._watch, name="lifeline", daemon=True).start()

    def _watch(self) -> None:
        while self._supervisor_lives():
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(PATIENCE)
        os._exit(1)

    def _supervisor_lives(self) -> bool:
        try:
            return bool(self.socket.recv(64))
        except OSError:
            return False
