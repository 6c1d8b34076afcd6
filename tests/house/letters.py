"""Every mail of the platform, with what it says."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from app.config import PROJECT

FOLDER = PROJECT / "templates" / "email" / "accounts"
LETTERS = sorted(path.name.removesuffix(".subject.txt") for path in FOLDER.glob("*.subject.txt"))


def said_in(template: str) -> dict[str, Any]:
    """What the room of accounts gives to a mail."""
    link = f"http://127.0.0.1:8000/fr/{template}"
    links = {f"{name}_link": link for name in ("confirmation", "login", "reset", "recovery")}
    return {
        "user": SimpleNamespace(display_name="", email=""),
        "code": "123456",
        "login_token": "123456",
        "reason": "…",
        "link": link,
        **links,
    }
