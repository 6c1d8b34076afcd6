"""Figures for Prometheus. Health is answered before the application (`health`)."""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from typing import cast

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from app.config import Settings
from app.core.errors import NotFound

bp = Blueprint("operating", __name__)
FRESH = {"Cache-Control": "no-store"}


@bp.get("/metrics")
def show_metrics() -> ResponseReturnValue:
    """Figures for Prometheus. Raises NotFound for who has no token and does not ask from this machine."""
    from app.operating.metrics import written

    settings = _settings()
    if not _may_read(settings.metrics_token):
        raise NotFound
    text, content_type = written(settings)
    return text, {"Content-Type": content_type, **FRESH}


def _may_read(token: str) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token:
        return hmac.compare_digest(given.encode(), token.encode())
    return _is_local()


def _is_local() -> bool:
    """From this machine, and not handed on by a proxy that stands on it."""
    if any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])
