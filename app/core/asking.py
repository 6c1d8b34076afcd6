"""What a request asks for."""

from __future__ import annotations

from flask import request


def wants_json() -> bool:
    """Whether a script asks, which prefers JSON to a page."""
    accepted = request.accept_mimetypes
    return bool(accepted) and accepted["application/json"] > accepted["text/html"]
