"""How `create_app` puts the house together: Flask's configuration, the extensions, then each room from low to high."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from functools import partial
from importlib import import_module
from typing import Any, cast

import orjson
from flask import Flask
from flask.json.provider import JSONProvider
from flask.templating import Environment
from werkzeug.middleware.proxy_fix import ProxyFix

from app import extensions
from app.accounts import visitor_pages
from app.config import PROJECT, Settings
from app.core import jobs, typed
from app.core.consumers import Listeners, consumers
from app.core.db import db, engine_options, prepare_sqlite
from app.core.i18n import init_languages, select_locale
from app.core.identity import site
from app.core.worker import start_inline

ROOMS = (
    "terms", "places", "pages", "accounts", "engagement", "forum", "moderation", "search", "live", "privacy", "api",
    "site", "administration", "transfer", "operating",
)  # fmt: skip
"""From low to high. Of each room: `views.bp` is registered, `cli.group` added, and the modules below imported,
where they exist."""
DECLARATIONS = ("subjects", "listeners", "messages", "jobs", "personal")

CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "connect-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
}


class Platform(Flask):
    """Flask without coroutines."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Nothing here is a coroutine: Flask would ask that of each view and of all that stands around it."""
        return func


class OrjsonProvider(JSONProvider):
    """JSON by orjson, which costs 0.64 of the default."""

    def dumps(self, obj: Any, **_: Any) -> str:
        return orjson.dumps(obj, default=str).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return orjson.loads(s)


class Templates(Environment):
    """Jinja's environment with its globals as one plain map: a page looks into them some thousand times."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


def configure(app: Flask, settings: Settings) -> None:
    """Flask's own configuration, from the settings."""
    app.extensions["settings"] = settings
    app.json = OrjsonProvider(app)
    app.jinja_environment = Templates
    app.config.update(
        SECRET_KEY=settings.secret(),
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
        BABEL_DEFAULT_LOCALE="fr",
        BABEL_DEFAULT_TIMEZONE=settings.timezone,
        BABEL_TRANSLATION_DIRECTORIES=str(PROJECT / "translations"),
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_ZSTD_LEVEL=3,
        COMPRESS_BR_LEVEL=4,
        MAX_CONTENT_LENGTH=12 * 1024 * 1024,
        RATELIMIT_ENABLED=settings.rate_limits,
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        # A Redis that is gone or hangs costs the sharing of the counts, never a page.
        RATELIMIT_STORAGE_OPTIONS={"socket_timeout": 1, "socket_connect_timeout": 1} if settings.redis_url else {},
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=bool(settings.redis_url),
        RATELIMIT_HEADERS_ENABLED=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_secure,
        TEMPLATES_AUTO_RELOAD=False,
        WTF_CSRF_TIME_LIMIT=None,
    )
    typed.init_app(app)
    app.jinja_env.globals["site"] = site
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def bind_extensions(app: Flask, settings: Settings) -> None:
    """Bind what is not bound by a room of its own (identity by `accounts`, sockets by `live`)."""
    db.init_app(app)
    if settings.database.startswith("sqlite"):
        with app.app_context():
            prepare_sqlite(db.engine, settings.sqlite_synchronous)
    extensions.migrate.init_app(app, db, directory=str(PROJECT / "migrations"))
    extensions.babel.init_app(app, locale_selector=select_locale)
    extensions.csrf.init_app(app)
    app.after_request(visitor_pages.keep_coded)  # after what follows: the first to be registered is the last to run
    extensions.compress.init_app(app)
    extensions.limiter.init_app(app)
    extensions.talisman.init_app(
        app,
        force_https=False,
        strict_transport_security=settings.is_secure,
        session_cookie_secure=settings.is_secure,
        content_security_policy=CONTENT_SECURITY_POLICY,
        referrer_policy="same-origin",
        permissions_policy={"geolocation": "()", "camera": "()", "microphone": "()", "browsing-topics": "()"},
    )
    init_languages(app)
    jobs.init_app(app)
    if settings.inline_jobs:
        start_inline(app)


def read_rooms() -> None:
    """Read the code of each room, and declare nothing to an application yet."""
    for room in ROOMS:
        for name in ("models", "events", *DECLARATIONS, "setup", "views", "cli"):
            _optional(f"app.{room}.{name}")


def enter_rooms(app: Flask) -> None:
    """Let each room declare itself, from low to high."""
    consumers[:] = [Listeners()]
    for room in ROOMS:
        _enter(app, room)
    show_demo_sign_ins(app, cast(Settings, app.extensions["settings"]))


def show_demo_sign_ins(app: Flask, settings: Settings) -> None:
    """Let the sign-in page name the accounts of the demonstration set, where the operator said so."""
    if settings.demo:
        read = import_module("app.demo.sign_ins").read_sign_ins
        app.jinja_env.globals["demo_sign_ins"] = partial(read, settings.var)


def _enter(app: Flask, room: str) -> None:
    for name in ("models", "events", *DECLARATIONS):
        _optional(f"app.{room}.{name}")
    if init := getattr(_optional(f"app.{room}.setup"), "init_app", None):
        init(app)
    if views := _optional(f"app.{room}.views"):
        app.register_blueprint(views.bp)
    if cli := _optional(f"app.{room}.cli"):
        app.cli.add_command(cli.group)


def _optional(name: str) -> Any:
    """A module, or None where the room has none of that name; an error inside the module is not hidden."""
    try:
        return import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name == name:
            return None
        raise
