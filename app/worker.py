"""The jobs process on its own: `python -m app.worker`."""

from __future__ import annotations

from app import create_app
from app.core.worker import run_worker, stop_on_signals


def main() -> None:
    """Work until SIGTERM or Ctrl-C."""
    run_worker(create_app(), stop_on_signals())


if __name__ == "__main__":
    main()
