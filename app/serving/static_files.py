"""Static files sent by the event loop: hashed names for ever, others checked at each use, compressed when built."""

from __future__ import annotations

import os
import re
import stat
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles

HASHED = re.compile(r"(^|/)dist/.*\.[0-9a-zA-Z_-]{8,}\.[0-9a-z]+(\.map)?$")
"""`dist/app.1a2b3c4d.css`: the name changes with the content."""
CODINGS = (("br", ".br"), ("gzip", ".gz"))
TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".avif": "image/avif",
    ".webp": "image/webp",
}
"""Types that the machine's own table may lack or name otherwise."""


class Assets(StaticFiles):
    """The folder `static/` under `/static/`: compressed twins by Accept-Encoding, ETag, Range, no sniffing."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory, check_dir=False)

    async def get_response(self, path: str, scope: Any) -> Response:
        try:
            return await super().get_response(path, scope)
        except HTTPException as error:
            headers = {**dict(error.headers or {}), "x-content-type-options": "nosniff"}
            return PlainTextResponse(error.detail, error.status_code, headers)

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Any, status_code: int = 200
    ) -> Response:
        """One file, or its compressed twin where the client takes it and the twin is not older."""
        request_headers = Headers(scope=scope)
        coding, chosen, found = _twin(str(full_path), stat_result, request_headers.get("accept-encoding", ""))
        response = FileResponse(chosen, status_code, media_type=media_type(str(full_path)), stat_result=found)
        response.headers["x-content-type-options"] = "nosniff"
        response.headers["vary"] = "accept-encoding"
        response.headers["cache-control"] = cache_control(self.get_path(scope))
        if coding:
            response.headers["content-encoding"] = coding
        if self.is_not_modified(response.headers, request_headers):
            return NotModifiedResponse(response.headers)
        return response


def cache_control(path: str) -> str:
    """For ever where the name holds the content's hash; else kept, and checked at each use."""
    return "public, max-age=31536000, immutable" if HASHED.search(path) else "public, no-cache"


def media_type(path: str) -> str:
    """The type by the name's ending; text is UTF-8."""
    ending = Path(path).suffix.lower()
    kind = TYPES.get(ending) or guess_type(path)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def _twin(path: str, plain: os.stat_result, accepted: str) -> tuple[str, str, os.stat_result]:
    offered = _codings(accepted)
    for coding, ending in CODINGS:
        if coding in offered:
            try:
                found = Path(path + ending).stat()
            except OSError:
                continue
            if stat.S_ISREG(found.st_mode) and found.st_mtime >= plain.st_mtime:
                return coding, path + ending, found
    return "", path, plain


def _codings(accepted: str) -> set[str]:
    """The codings a client takes; `q=0` means it does not."""
    taken = set()
    for part in accepted.lower().split(","):
        coding, _, weight = part.partition(";")
        if weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}:
            taken.add(coding.strip())
    return taken
