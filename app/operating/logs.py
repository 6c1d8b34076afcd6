"""What the processes write about themselves: lines of text or of JSON, with the name of the request, without people.

No line holds a mail address, a whole network address, the text of a query or a path with a name in it: requests are
logged by their route. What an exception says is kept without what it quotes, which may be anything a member typed.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import IO, Any

import orjson

from app.config import Settings
from app.core.request_ids import request_id

REQUESTS = "beffroi.request"
TEXT = "%(asctime)s %(levelname)s %(name)s [%(request)s] %(message)s"
_ADDRESS = re.compile(r"[\w.+%!#$&*/=?^`{|}~-]{1,64}@[\w.-]{1,200}")
_IPV4 = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b")
_IPV6 = re.compile(r"(?<![\w.:])[0-9a-fA-F]{0,4}:[0-9a-fA-F:]{1,39}(?![\w.])")
_QUERY = re.compile(r"\?[^\s\"'<>]+")
_QUOTED = re.compile(r"'[^'\n]{0,2000}'|\"[^\"\n]{0,2000}\"|«[^»\n]{0,2000}»")


def scrubbed(text: str) -> str:
    """A text of the log without mail addresses, whole network addresses and queries."""
    text = _ADDRESS.sub("…@…", text)
    text = _IPV4.sub(lambda found: truncated(found[0]), text)
    text = _IPV6.sub(lambda found: truncated(found[0]) if _is_address(found[0]) else found[0], text)
    return _QUERY.sub("?…", text)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:  # a time of day looks like one
        return False
    return True


def truncated(address: str | None) -> str:
    """The network an address is in: 256 machines for IPv4, a provider's customer for IPv6."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return address if address and not any(sign in address for sign in ".:") else "-"
    if found.is_loopback or found.is_unspecified:
        return str(found)
    return str(ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False).network_address)


def told(error: Any) -> str:
    """A traceback: where it happened, and what was said without what was quoted."""
    kind, said, trace = error
    frames = "".join(traceback.format_tb(trace)) if trace else ""
    return scrubbed(f"{frames}{kind.__name__ if kind else ''}: {_QUOTED.sub('…', str(said))[:500]}")


class PlainLines(logging.Formatter):
    """Lines for people."""

    def format(self, record: logging.LogRecord) -> str:
        record.request = request_id()
        line = scrubbed(TEXT % {**record.__dict__, "asctime": _at(record), "message": record.getMessage()})
        return f"{line}\n{told(record.exc_info)}" if record.exc_info and record.exc_info[0] else line


class JsonLines(logging.Formatter):
    """One JSON object a line, for a collector."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": _at(record), "level": record.levelname, "logger": record.name, "request": request_id(),
            "message": scrubbed(record.getMessage()),
        }  # fmt: skip
        line |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[0]:
            line["error"] = told(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def _at(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def configure(settings: Settings, stream: IO[str] | None = None) -> logging.Handler:
    """Have every logger of this process write as the settings say."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if settings.log_format == "json" else PlainLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(REQUESTS).setLevel(logging.INFO if settings.log_requests else logging.WARNING)
    return handler
