"""A name for each request: it stands in the log, in the answer's headers and on the error page."""

from __future__ import annotations

import os
import re

from flask import g, has_request_context

HEADER = "X-Request-ID"
_SHAPE = re.compile(r"[A-Za-z0-9_-]{8,64}")


def request_id() -> str:
    """The name of the request in hand; a hyphen outside of one."""
    if not has_request_context():
        return "-"
    if "request_id" not in g:
        g.request_id = os.urandom(8).hex()
    return str(g.request_id)


def adopt(name: str) -> None:
    """Take the name that a trusted proxy gave the request, if it has the shape of one."""
    if _SHAPE.fullmatch(name):
        g.request_id = name
