"""The session of this request."""

from __future__ import annotations

from flask import g


def current_session_id() -> int:
    """Id of the SessionRecord this request is signed in by, 0 for a visitor. `app.live` ends a socket by it."""
    return int(g.get("session_id", 0))
