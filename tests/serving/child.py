"""A small supervised process: `ready` at once, unless told to fail; echoes its process id on the listening socket."""

from __future__ import annotations

import argparse
import os
import socket
import sys
import time

from app.serving.lifeline import Lifeline


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--listener", type=int, default=0)
    parser.add_argument("--lifeline", type=int)
    chosen = parser.parse_args()
    if os.environ.get("CHILD_FAILS"):
        sys.exit(3)
    line = Lifeline(chosen.lifeline)
    line.watch()
    line.ready()
    if not chosen.listener:
        time.sleep(600)
    listener = socket.socket(fileno=chosen.listener)
    while True:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(str(os.getpid()).encode())


if __name__ == "__main__":
    main()
