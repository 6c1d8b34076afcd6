"""The jobs process on its own: `python -m app.worker`."""

from __future__ import annotations

from app import create_app
from app.config import load_settings
from app.core.worker import run_worker, stop_on_signals
from app.operating import logs
from app.operating.running import hold


def main() -> None:
    """Work until SIGTERM or Ctrl-C."""
    settings = load_settings()
    logs.configure(settings)
    hold(settings.var)
    run_worker(create_app(), stop_on_signals())


if __name__ == "__main__":
    main()
