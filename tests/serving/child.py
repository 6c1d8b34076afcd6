"""A small supervised process: `ready` at once, unless told to fail; echoes its process id on the listening socket."""

from __future__ import annotations

import os
import socket
import sys
import time

from app.serving.lifeline import Lifeline


def answer(line: Lifeline, listener: socket.socket) -> None:
    """Tell whoever connects which process this is."""
    if os.environ.get("CHILD_FAILS"):
        sys.exit(3)
    line.ready()
    while True:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(str(os.getpid()).encode())


def rest(line: Lifeline, _listener: socket.socket) -> None:
    """Do nothing."""
    if os.environ.get("CHILD_FAILS"):
        sys.exit(3)
    line.ready()
    time.sleep(600)
