"""Where to go after an action: back to the page that asked for it, never to another site."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request


def local_address(wanted: str | None, default: str) -> str:
    """The wanted address when it is a path of this site, else the default.

    Refused with the rest: `//host`, `/\\host` (which browsers read as `//host`) and control signs.
    """
    if not wanted or not wanted.startswith("/") or wanted[1:2] in {"/", "\\"} or not wanted.isprintable():
        return default
    parts = urlsplit(wanted)
    return default if parts.scheme or parts.netloc else wanted


def back(default: str) -> str:
    """The page named by the form's (or the button's address's) field `next`, else the default."""
    return local_address(request.values.get("next"), default)
