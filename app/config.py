"""Every setting of the platform, typed and documented in one place.

A setting is read from the environment (`BEFFROI_<NAME>`), else from `beffroi.toml`, else from its default here.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """What an operator may choose. Empty strings mean "not set"."""

    var: Path = PROJECT / "var"
    """Folder of everything the platform writes: database, index, files, mail, secret."""
    database_url: str = ""
    """SQLAlchemy address; default `sqlite:///<var>/beffroi.db`. PostgreSQL: `postgresql+psycopg://user@host/name`."""
    sqlite_synchronous: str = "NORMAL"
    """NORMAL survives a killed process; FULL also a power cut, at four times the cost of a write."""
    secret_key: str = ""
    """Signs cookies and tokens; by default drawn once and kept in `<var>/secret.key`."""
    site_name: str = "Beffroi"
    """The name shown in the header, titles and mails."""
    site_url: str = "http://127.0.0.1:8000"
    """Public address, without a final slash; links in mails start with it, and https turns on secure cookies."""
    operator: str = ""
    """The body that runs the site, printed on the home page and in every footer."""
    territory: str = "Nord-Pas de Calais"
    """The territory the platform gathers."""
    timezone: str = "Europe/Paris"
    """IANA zone of the dates printed in what every reader shares."""
    mail_from: str = "beffroi@localhost"
    """Sender of every mail."""
    smtp_url: str = ""
    """`smtp://user:password@host:587` (STARTTLS where offered) or `smtps://...`; else mails land in `var/mail/`."""
    redis_url: str = ""
    """`redis://...` shares rate limits and jobs between processes; without it each keeps its own."""
    live_channel: str = ""
    """`redis://...` carries presence and typing between several live processes."""
    search_engine: str = "auto"
    """`whoosh` (good to about 20,000 texts), `fts5` (one machine, large) or `postgresql`; `auto` takes PostgreSQL's
    where that is the database, else Whoosh. After a change run `beffroi search rebuild`."""
    cors_origins: str = ""
    """Other origins whose pages may open a live connection, separated by commas; same origin is always allowed."""
    trusted_proxies: int = 0
    """How many reverse proxies stand before the platform and set X-Forwarded-* headers."""
    inline_jobs: bool = True
    """Run jobs and consumers inside the web process too; whoever takes the lock file first does the work."""
    rate_limits: bool = True
    """Turned off by benchmarks alone."""
    second_factor: bool = True
    """Moderators, staff and administrators need a second step of signing in; turned off by tests alone."""
    registration_limit: str = "5 per hour"
    """New accounts per address; a workshop sits behind one address, so an operator may raise it."""
    backup_folder: str = ""
    """Where backups are kept; default `<var>/backups`. Better on another disk, and copied to another machine."""
    backups_kept: int = 7
    """A backup is made every night and so many of them are kept; 0 makes none by itself."""
    metrics_token: str = ""
    """Who sends `Authorization: Bearer <token>` may read `/metrics`; without it, programs of this machine alone."""
    log_format: str = "text"
    """`json` writes one JSON object a line, for a log collector."""
    log_requests: bool = False
    """Log each request: its route, status, time and id; never what was searched for, nor a whole address."""
    demo: bool = False
    """Shows the demo sign-ins on the sign-in page and lets `demo load` write."""

    @property
    def database(self) -> str:
        """The SQLAlchemy address in force."""
        return self.database_url or f"sqlite:///{self.var / 'beffroi.db'}"

    @property
    def backups(self) -> Path:
        """The folder of the backups."""
        return Path(self.backup_folder).resolve() if self.backup_folder else self.var / "backups"

    @property
    def is_secure(self) -> bool:
        """Whether the public address is https."""
        return self.site_url.startswith("https://")

    def secret(self) -> str:
        """The signing key, drawn and stored at first use."""
        if self.secret_key:
            return self.secret_key
        path = self.var / "secret.key"
        if not path.exists():
            self.var.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(f".{os.getpid()}")
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(48))
            with suppress(FileExistsError):  # the first process wins, the others read its key
                os.link(draft, path)
            draft.unlink()
        return path.read_text().strip()

    def derived_secret(self, purpose: str) -> str:
        """A key of its own for each purpose, so that one key is stored and none is used twice."""
        return hmac.new(self.secret().encode(), purpose.encode(), hashlib.sha256).hexdigest()


def load_settings(environ: Mapping[str, str] = os.environ, **defaults: Any) -> Settings:
    """Settings from the environment and from `beffroi.toml` (or the file named by BEFFROI_CONFIG).

    `defaults` stand in for those of this file where neither names a setting.
    """
    stored = defaults | read_config(environ)
    chosen: dict[str, Any] = {}
    for field in fields(Settings):
        raw = environ.get(f"BEFFROI_{field.name.upper()}", stored.get(field.name))
        if raw is not None:
            chosen[field.name] = _typed(raw, type(field.default))
    return Settings(**chosen)


def read_config(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """What `beffroi.toml` says; nothing where there is no such file."""
    path = Path(environ.get("BEFFROI_CONFIG", PROJECT / "beffroi.toml"))
    return tomllib.loads(path.read_text()) if path.exists() else {}


def _typed(raw: Any, kind: type) -> Any:
    if kind is bool:
        return raw if isinstance(raw, bool) else str(raw).lower() in {"1", "true", "yes", "on"}
    if issubclass(kind, Path):
        return Path(raw).resolve()
    return int(raw) if kind is int else str(raw)
