"""The jobs process on its own: `python -m app.worker`."""

from __future__ import annotations

import signal
import threading

from app import create_app
from app.core.worker import run_worker


def main() -> None:
    """Work until SIGTERM or Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    run_worker(create_app(), stop)


if __name__ == "__main__":
    main()
