"""A browser without a screen on one keep-alive connection: cheap enough to load a server from the same machine."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

PATIENCE = 20.0
FORM_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form_token(self) -> str:
        """The form token of a page."""
        found = FORM_TOKEN.search(self.text)
        assert found, f"no form token in the page ({self.status})"
        return found[1]


class Connection:
    """Sends one request at a time and keeps cookies. A lost connection is opened anew by the next request."""

    def __init__(self, url: str, cookie: str = "", **headers: str) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.cookies = dict([cookie.split("=", 1)]) if cookie else {}
        self.headers = headers
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def get(self, path: str, **headers: str) -> Answer:
        return await self._ask("GET", path, b"", headers)

    async def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        """Send a form. `Content_Type` and the like are written with an underscore."""
        body = urlencode(fields).encode()
        return await self._ask("POST", path, body, {"Content_Type": "application/x-www-form-urlencoded", **headers})

    async def upload(self, path: str, name: str, content: bytes, fields: dict[str, str], **headers: str) -> Answer:
        """Send a form with one file, in the field `upload`."""
        parts = [f'Content-Disposition: form-data; name="{key}"\r\n\r\n{said}'.encode() for key, said in fields.items()]
        head = f'Content-Disposition: form-data; name="upload"; filename="{name}"\r\n\r\n'
        parts.append(head.encode() + content)
        body = b"".join(b"--beffroi-part\r\n" + part + b"\r\n" for part in parts) + b"--beffroi-part--\r\n"
        kind = {"Content_Type": "multipart/form-data; boundary=beffroi-part"}
        return await self._ask("POST", path, body, kind | headers)

    def close(self) -> None:
        if self._writer:
            self._writer.close()
        self._reader = self._writer = None

    async def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        try:
            async with asyncio.timeout(PATIENCE):
                if self._writer is None:
                    self._reader, self._writer = await asyncio.open_connection(self.host, self.port)
                self._writer.write(self._request(method, path, body, headers))
                return await self._answer()
        except BaseException:
            self.close()
            raise

    def _request(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in (self.headers | headers).items()]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    async def _answer(self) -> Answer:
        assert self._reader
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status, *lines = head[:-4].split("\r\n")
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                kept, _, rest = value.partition("=")
                self.cookies[kept] = rest.partition(";")[0]
            headers[name.lower()] = value
        code = int(status.split(" ", 2)[1])
        if code not in {204, 304} and "content-length" not in headers:
            raise ConnectionAbortedError(f"an answer of the server alone, not of the platform: {head}")
        length = 0 if code in {204, 304} else int(headers["content-length"])
        body = await self._reader.readexactly(length) if length else b""
        if headers.get("connection") == "close":
            self.close()
        return Answer(code, headers, body)
