"""Sending to webhooks: signed as Standard Webhooks asks, to public addresses alone, without following redirects."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any, cast
from urllib.parse import urlsplit

import orjson
import urllib3
from flask import current_app
from urllib3.exceptions import HTTPError

from app.accounts.actor import VISITOR
from app.api.models import Delivery, Webhook
from app.api.services import is_public_address
from app.config import Settings
from app.core.errors import NotFound
from app.core.i18n import DEFAULT, speaking
from app.core.subjects import kind

ONCE: dict[str, Any] = {
    "retries": False,
    "redirect": False,
    "timeout": urllib3.Timeout(connect=5, read=10),
    "preload_content": False,
}
AGENT = "Beffroi-Webhook/1"


class NotSent(Exception):
    """The other side could not be reached; the message says why, in a word."""


def secret_of(webhook: Webhook) -> str:
    """The secret shared with the other side, in the form of Standard Webhooks."""
    settings = cast(Settings, current_app.extensions["settings"])
    derived = settings.derived_secret(f"webhook {webhook.public_id} {webhook.secret_number}")
    return "whsec_" + base64.b64encode(bytes.fromhex(derived)).decode()


def signature(secret: str, message_id: str, moment: int, body: bytes) -> str:
    """The value of `webhook-signature`: HMAC-SHA256 over id, time and body."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{moment}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def content(delivery: Delivery) -> dict[str, Any] | None:
    """What a delivery says now; None when it may no longer be said. What is withdrawn is named by its id alone."""
    moment = delivery.created_at.astimezone(UTC).isoformat()
    if delivery.happening == "test":
        return {"type": "test", "timestamp": moment, "data": {}}
    said = {"type": f"{delivery.subject_kind}.{delivery.happening}", "timestamp": moment}
    try:
        declared = kind(delivery.subject_kind)
    except NotFound:
        return None
    row = declared.load([delivery.subject_id]).get(delivery.subject_id)
    if row is None:
        return None
    data: dict[str, Any] = {"kind": declared.name, "id": row.public_id if hasattr(row, "public_id") else str(row.id)}
    if delivery.happening == "withdrawn":
        return said | {"data": data}
    if delivery.subject_id not in declared.visible_to(VISITOR, [delivery.subject_id]):
        return None
    with speaking(DEFAULT):
        link = declared.link(row)
    site_url = cast(Settings, current_app.extensions["settings"]).site_url
    return said | {"data": data | {"url": site_url + link.url, "title": link.title, "lang": link.lang}}


def send(webhook: Webhook, delivery: Delivery, said: dict[str, Any], takes_private: bool) -> int:
    """Send a message once. Returns the status of the answer. Raises NotSent."""
    body, moment = orjson.dumps(said), int(datetime.now(UTC).timestamp())
    target = _target(webhook.url, takes_private)
    headers = {
        "content-type": "application/json",
        "user-agent": AGENT,
        "host": target.host_header,
        "webhook-id": delivery.public_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": signature(secret_of(webhook), delivery.public_id, moment, body),
    }
    try:
        with target.pool() as pool:
            answer = pool.urlopen("POST", target.path, body, headers, **ONCE)
            answer.close()
            return int(answer.status)
    except (HTTPError, HTTPException, OSError, ValueError) as problem:
        raise NotSent(type(problem).__name__) from problem


@dataclass(frozen=True)
class _Target:
    """Where to connect: an address that was checked, so that a name cannot point elsewhere a moment later."""

    scheme: str
    host: str
    address: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        usual = {"https": 443, "http": 80}[self.scheme]
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == usual else f"{name}:{self.port}"

    def pool(self) -> urllib3.HTTPConnectionPool:
        if self.scheme == "http":
            return urllib3.HTTPConnectionPool(self.address, self.port)
        return urllib3.HTTPSConnectionPool(
            self.address, self.port, assert_hostname=self.host, server_hostname=self.host, cert_reqs="CERT_REQUIRED"
        )


def _target(url: str, takes_private: bool) -> _Target:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as problem:
        raise NotSent("unknown host") from problem
    addresses = [str(entry[4][0]) for entry in found]
    if not takes_private and not all(is_public_address(address) for address in addresses):
        raise NotSent("private address")
    return _Target(
        parts.scheme, host, addresses[0], port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    )
