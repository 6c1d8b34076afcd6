"""What a request asks for."""

from __future__ import annotations

from flask import request


def wants_json() -> bool:
    """Whether a script asks, which prefers JSON to a page."""
    accepted = request.accept_mimetypes
    return bool(accepted) and accepted["application/json"] > accepted["text/html"]


def wants_light() -> bool:
    """Whether the reader wants pages without web fonts and with pictures on request.

    They said so or not (a cookie); who never said anything may have a browser that saves data.
    """
    chosen = request.cookies.get("light")
    return chosen == "1" if chosen in {"0", "1"} else saves_data()


def saves_data() -> bool:
    """Whether the browser was told to save data (the `Save-Data` header)."""
    return request.headers.get("Save-Data", "").strip().lower() == "on"
