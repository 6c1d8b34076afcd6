"""The token that proves that whoever sets the site up reads the console of its machine."""

from __future__ import annotations

import hmac
import secrets
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from app.config import Settings

FILE = "first-run.token"


def first_token(settings: Settings) -> str:
    """The token, drawn at first use and kept where its owner alone reads it."""
    path = _path(settings)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError), path.open("x") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(18))
    return path.read_text().strip()


def is_first_token(settings: Settings, typed: str) -> bool:
    """Whether this is the token; none is right once it was used up."""
    path, typed = _path(settings), typed.strip()
    return bool(typed) and path.exists() and hmac.compare_digest(path.read_text().strip().encode(), typed.encode())


def drop_first_token(settings: Settings) -> None:
    """Use the token up."""
    _path(settings).unlink(missing_ok=True)


def first_link(settings: Settings, lang: str = "fr") -> str:
    """The address at which the site is set up."""
    return f"{settings.site_url}/{lang}/first-run?token={first_token(settings)}"


def awaits_first_run(settings: Settings) -> bool:
    """Whether a SQLite database has no administrator yet, asked without loading the platform."""
    if not settings.database.startswith("sqlite:///"):
        return False
    try:
        path = settings.database.removeprefix("sqlite:///")
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT 1 FROM role_grant WHERE name = 'administrator' LIMIT 1").fetchone()
    except sqlite3.Error:
        return False
    return found is None


def _path(settings: Settings) -> Path:
    return settings.var / FILE
