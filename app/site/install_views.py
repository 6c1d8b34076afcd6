"""What makes the site an application that can be installed, and read without a network."""

from __future__ import annotations

import hmac
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import cast

import orjson
from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.actor import current_actor
from app.accounts.sessions import current_session
from app.config import Settings
from app.core.i18n import current_lang, direction, pgettext
from app.core.identity import site
from app.site.assets import DIST, Assets

bp = Blueprint("install", __name__)
assets = Assets()

CHALK, BRICK = "#f3f5f2", "#9d2f1e"
KEPT_TOPIC = "forum.show_topic"
READER, KEEP = "Beffroi-Reader", "Beffroi-Keep"
"""Headers of pages for the service worker: whose page it is, in a word that names nobody; whether it may be kept."""


@bp.get("/<lang>/manifest.webmanifest")
def show_manifest() -> ResponseReturnValue:
    """The application's name, colours and icons, in a language."""
    home, latest = url_for("site.home"), url_for("forum.list_latest")
    manifest = {
        "id": "/",
        "name": site.name,
        "short_name": site.name,
        "description": pgettext("shell", "Free of charge, without advertising or tracking."),
        "lang": current_lang(),
        "dir": direction(current_lang()),
        "start_url": home,
        "scope": "/",
        "display": "standalone",
        "background_color": CHALK,
        "theme_color": BRICK,
        "icons": [
            {"src": assets.url("beffroi.svg"), "type": "image/svg+xml", "sizes": "any", "purpose": "any"},
            *(_icon(f"icon-{size}.png", size, "any") for size in (192, 512)),
            _icon("icon-maskable-512.png", 512, "maskable"),
        ],
        "shortcuts": [{"name": pgettext("shell", "Latest topics"), "url": latest}],
    }
    answer = Response(orjson.dumps(manifest), content_type="application/manifest+json")
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


def _icon(name: str, size: int, purpose: str) -> dict[str, str]:
    return {"src": assets.url(name), "type": "image/png", "sizes": f"{size}x{size}", "purpose": purpose}


@bp.get("/<lang>/offline")
def show_offline() -> ResponseReturnValue:
    """What is shown where there is no network: the topics that the device keeps."""
    return render_template("site/offline.html")


@bp.get("/sw.js")
def service_worker() -> ResponseReturnValue:
    """The service worker, which rules over all pages because it lies at the root. Its bytes change with any file."""
    answer = Response(_worker(DIST), content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@lru_cache(maxsize=1)
def _worker(folder: Path) -> bytes:
    worker = folder / Path(assets.url("worker.js")).name
    names = [path.name for path in sorted(folder.glob("*.js")) if path != worker]
    names += [Path(assets.url(name)).name for name in ("app.css", "icons.svg", "beffroi.svg")]
    script = worker.read_bytes()
    version = blake2b(script + "".join(names).encode(), digest_size=8).hexdigest()
    shell = {"version": version, "files": [f"/static/dist/{name}" for name in names]}
    return b"self.SHELL=" + orjson.dumps(shell) + b";\n" + script


def tell_worker(response: Response) -> Response:
    """Say on each page whose it is: a device keeps the pages of one reader alone, and none when it is shared."""
    if response.mimetype == "text/html":
        response.headers[READER] = _reader()
        if request.endpoint == KEPT_TOPIC and response.status_code == 200 and not response.cache_control.no_store:
            response.headers[KEEP] = "topic"
    return response


def _reader() -> str:
    actor, opened = current_actor(), current_session()
    if actor.is_visitor or opened is None:
        return "visitor"
    if opened.is_shared_device:
        return "none"
    key = _reader_key(cast(Settings, current_app.extensions["settings"]))
    return hmac.new(key, f"{actor.actor_id}:{opened.id}".encode(), blake2b).hexdigest()[:24]


@lru_cache(maxsize=8)
def _reader_key(settings: Settings) -> bytes:
    return settings.derived_secret("reader").encode()
