"""The jobs process: what is done beside the requests, until the supervisor says stop."""

from __future__ import annotations

import socket
from dataclasses import replace

from app import create_app
from app.config import load_settings
from app.core.worker import run_worker, stop_on_signals
from app.operating import logs
from app.operating.running import hold
from app.serving.lifeline import Lifeline


def work(line: Lifeline, _listener: socket.socket) -> None:
    """Run the consumers of the event log and the queue of jobs."""
    settings = load_settings()
    logs.configure(settings)
    hold(settings.var)
    app = create_app(replace(settings, inline_jobs=False))
    stop = stop_on_signals()
    line.ready()
    run_worker(app, stop)
