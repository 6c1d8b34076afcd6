"""Health, answered before the application: a database that is gone must not keep the process from saying so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import orjson
from flask import Flask

from app.config import Settings
from app.operating.readiness import readiness

LIVE, READY = "/health/live", "/health/ready"
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Health:
    """Stands before a WSGI application.

    `/health/live` is 200 while the process answers: who gets no answer should start it again. `/health/ready` is 200
    when pages can be served and the jobs are done, else 503: who balances sends readers elsewhere.
    """

    def __init__(self, app: Flask, inner: WsgiApp) -> None:
        self._app = app
        self._inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO")
        if path not in {LIVE, READY} or environ.get("REQUEST_METHOD") not in {"GET", "HEAD"}:
            return self._inner(environ, start_response)
        checks = self._checks() if path == READY else {}
        is_well = all(checks.values())
        said: dict[str, Any] = {"status": "ok" if is_well else "failing"}
        if path == READY:
            said["checks"] = {name: "ok" if well else "failing" for name, well in checks.items()}
        body = orjson.dumps(said)
        headers = [
            ("Content-Type", "application/json"),
            ("Cache-Control", "no-store"),
            ("Content-Length", str(len(body))),
        ]
        start_response("200 OK" if is_well else "503 Service Unavailable", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _checks(self) -> dict[str, bool]:
        settings: Settings = self._app.extensions["settings"]
        with self._app.app_context():
            return readiness(settings)
