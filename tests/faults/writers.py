"""Members who send a text again, with the same token, until it is acknowledged."""

from __future__ import annotations

import asyncio
import json
from asyncio import IncompleteReadError

from tests.support.http import Connection

AS_SCRIPT = {"Accept": "application/json"}
PAUSE = 0.05


class Writer:
    """One member on one connection; `acknowledged` maps tokens to (topic, number, public id)."""

    def __init__(self, url: str, cookie: str) -> None:
        self.connection = Connection(url, cookie, **AS_SCRIPT)
        self.acknowledged: dict[str, tuple[str, int, str]] = {}
        self.retries = 0
        self._token = ""

    async def send(self, topic: str, client_token: str, body: str) -> None:
        """Send a reply until the platform says that it has it."""
        while client_token not in self.acknowledged:
            try:
                await self._try(topic, client_token, body)
            except (OSError, TimeoutError, IncompleteReadError):
                self.retries += 1
                await asyncio.sleep(PAUSE)

    async def stop(self) -> None:
        self.connection.close()

    async def _try(self, topic: str, client_token: str, body: str) -> None:
        address = f"/fr/topics/{topic}/reply"
        if not self._token:
            self._token = (await self.connection.get(address, Accept="text/html")).form_token
        said = {"csrf_token": self._token, "body": body, "lang": "fr", "client_token": client_token}
        answer = await self.connection.post(address, said)
        if answer.status >= 500:
            raise OSError("the platform is going down or busy")
        assert answer.status == 201, f"{answer.status} {answer.text[:300]}"
        said_back = json.loads(answer.text)
        self.acknowledged[client_token] = (topic, said_back["number"], said_back["id"])
