"""What is noted of each request: its name, how it was answered, how long that took."""

from __future__ import annotations

import logging
from time import perf_counter
from types import TracebackType
from typing import Any, cast

from flask import Flask, Response, g, request

from app.accounts.actor import current_actor
from app.config import Settings
from app.core.request_ids import HEADER, adopt, request_id
from app.operating.logs import REQUESTS, truncated

log = logging.getLogger(REQUESTS)


def init_app(app: Flask) -> None:
    """Note every request of this application."""
    settings = cast(Settings, app.extensions["settings"])

    def begin() -> None:
        g.begun = perf_counter()
        if settings.trusted_proxies and (name := request.headers.get(HEADER)):
            adopt(name)

    def end(response: Response) -> Response:
        seconds = perf_counter() - g.get("begun", perf_counter())
        response.headers[HEADER] = request_id()
        _metrics(settings).note(app, request.endpoint or "none", response.status_code, seconds)
        if log.isEnabledFor(logging.INFO):
            _log(response, seconds)
        return response

    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request(end)
    app.log_exception = _log_exception  # type: ignore[method-assign, assignment]


def _metrics(settings: Settings) -> Any:
    """Loaded with the first request: a command that answers none writes no figures."""
    from app.operating import metrics

    return metrics.figures(settings)


def _log(response: Response, seconds: float) -> None:
    """By its route, so that no name, no query and nothing a member typed is in the line."""
    route = request.url_rule.rule if request.url_rule else "none"
    facts = {
        "method": request.method, "route": route, "status": response.status_code, "ms": round(seconds * 1000, 1),
        "bytes": response.content_length or 0, "client": truncated(request.remote_addr),
        "who": "visitor" if current_actor().is_visitor else "member",
    }  # fmt: skip
    said = "%(method)s %(route)s %(status)s %(ms)s ms, %(who)s at %(client)s"
    log.info(said, facts, extra={"facts": facts})


def _log_exception(
    error: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
) -> None:
    """Flask would name the whole path."""
    rule = request.url_rule.rule if request.url_rule else "none"
    logging.getLogger("beffroi").error("failed: %s %s", request.method, rule, exc_info=error)
