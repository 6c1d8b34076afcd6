"""Health and figures, for machines: a supervisor, a load balancer, Prometheus."""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from typing import cast

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from app.config import Settings
from app.core.errors import NotFound
from app.operating.readiness import readiness

bp = Blueprint("operating", __name__)
FRESH = {"Cache-Control": "no-store"}


@bp.get("/health/live")
def show_liveness() -> ResponseReturnValue:
    """200 while the process answers; who gets no answer should start it again."""
    return {"status": "ok"}, FRESH


@bp.get("/health/ready")
def show_readiness() -> ResponseReturnValue:
    """200 when pages can be served and the jobs are done, else 503: who balances sends readers elsewhere."""
    found = readiness(_settings())
    is_ready = all(found.values())
    said = {name: "ok" if well else "failing" for name, well in found.items()}
    return {"status": "ok" if is_ready else "failing", "checks": said}, 200 if is_ready else 503, FRESH


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
