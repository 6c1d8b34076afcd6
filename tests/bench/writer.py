"""A member who writes: signs in by the form, keeps the token of the page, sends replies as the composer does."""

from __future__ import annotations

import secrets
import time

from tests.bench.data import PASSWORD
from tests.support.http import Connection

AS_SCRIPT = {"Accept": "application/json"}


class Writer:
    """One member on one keep-alive connection."""

    def __init__(self, url: str, email: str) -> None:
        self.email = email
        self.connection = Connection(url)
        self.token = ""

    async def sign_in(self, topic: str) -> None:
        """Sign in with the password, and open the composer of a topic."""
        page = await self.connection.get("/fr/login")
        said = {"csrf_token": page.form_token, "identity": self.email, "passcode": PASSWORD}
        answer = await self.connection.post("/fr/login", said)
        assert answer.status == 302, f"not signed in: {answer.status}"
        self.token = (await self.connection.get(f"/fr/topics/{topic}/reply")).form_token

    async def reply(self, topic: str, body: str) -> tuple[float, float]:
        """Send a reply; when it was sent and when it was acknowledged."""
        said = {"csrf_token": self.token, "body": body, "lang": "fr", "client_token": secrets.token_urlsafe(18)}
        sent = time.monotonic()
        answer = await self.connection.post(f"/fr/topics/{topic}/reply", said, **AS_SCRIPT)
        assert answer.status == 201, f"{answer.status} {answer.text[:300]}"
        return sent, time.monotonic()
