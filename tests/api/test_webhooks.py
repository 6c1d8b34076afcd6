"""Webhooks: who makes them, what they are told, how it is signed, what happens when nobody listens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.api import hooks, services
from app.api.models import Delivery, Webhook
from app.api.sending import secret_of
from app.api.services import WebhookDraft
from app.core import options
from app.core.background import background_context
from app.core.db import db
from app.core.errors import Invalid, NotAllowed
from app.core.events import unit_of_work
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.support.browser import token_of
from tests.support.clock import FrozenClock
from tests.support.forum import hidden, opened

HERE = "http://127.0.0.1:8000"


class Other(HTTPServer):
    """Another program, that keeps what it is sent and answers `status`."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        super().__init__(("127.0.0.1", 0), _Answer)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook?a=b"

    @property
    def types(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.got]


class _Answer(BaseHTTPRequestHandler):
    server: Other

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def other() -> Iterator[Other]:
    server = Other()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def connected(app: Flask, other: Other) -> Webhook:
    with unit_of_work():
        options.change(None, "api.private_webhooks", True)
        draft = WebhookDraft(other.url, ("published", "changed", "withdrawn"), ("topic",))
        return services.connect(UserFactory(role="administrator"), draft, takes_http=True)


def deliver() -> None:
    with background_context(current_app._get_current_object()):  # type: ignore[attr-defined]  # as the jobs process has it
        hooks.deliver_due()


def tell(run_consumers: Callable[[], None]) -> None:
    hooks.forget()
    run_consumers()
    deliver()


@pytest.mark.parametrize("role", ["", "moderator", "staff", "administrator"])
def test_only_administrators_connect(app: Flask, client: FlaskClient, sign_in: Any, role: str) -> None:
    actor, draft = UserFactory(role=role), WebhookDraft("https://example.org/", ("published",), ("topic",))
    may = role == "administrator"
    if may:
        with unit_of_work():
            assert services.connect(actor, draft).id
    else:
        with pytest.raises(NotAllowed), unit_of_work():
            services.connect(actor, draft)
    assert client.get("/fr/administration/webhooks").status_code == 302
    sign_in(client, actor)
    assert client.get("/fr/administration/webhooks").status_code == (200 if may else 403)


@pytest.mark.parametrize(
    ("draft", "field"),
    [(WebhookDraft("ftp://example.org", ("published",), ("topic",)), "url"),
     (WebhookDraft("http://example.org", ("published",), ("topic",)), "url"),
     (WebhookDraft("https://user:pass@example.org", ("published",), ("topic",)), "url"),
     (WebhookDraft("https://" + "a" * 500, ("published",), ("topic",)), "url"),
     (WebhookDraft("https://example.org", (), ("topic",)), "happenings"),
     (WebhookDraft("https://example.org", ("exploded",), ("topic",)), "happenings"),
     (WebhookDraft("https://example.org", ("published",), ("unicorn",)), "kinds")],
)  # fmt: skip
def test_what_cannot_be_told_is_refused_beside_its_field(app: Flask, draft: WebhookDraft, field: str) -> None:
    with pytest.raises(Invalid) as refusal, unit_of_work():
        services.connect(UserFactory(role="administrator"), draft)
    assert refusal.value.field == field
    assert not db.session.scalar(select(func.count(Webhook.id)))


def test_public_happenings_are_told_once_and_signed(connected: Webhook, other: Other, run_consumers: Any) -> None:
    author = UserFactory()
    opened(author, CategoryFactory(space=SpaceFactory(visibility="members")), "Entre nous")
    topic = opened(author, CategoryFactory(), "Carnaval", lang="nl")
    tell(run_consumers)
    tell(run_consumers)
    assert other.types == ["topic.published"]
    headers, body = other.got[0]
    assert json.loads(body)["data"] == {
        "kind": "topic", "id": topic.public_id, "title": "Carnaval", "lang": "nl",
        "url": f"{HERE}/fr/topics/{topic.public_id}/carnaval",
    }  # fmt: skip
    key = base64.b64decode(secret_of(connected).removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    assert (
        headers["webhook-signature"]
        == "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    )
    hidden(UserFactory(role="moderator"), topic)
    tell(run_consumers)
    gone = json.loads(other.got[-1][1])
    assert (gone["type"], gone["data"]) == ("topic.withdrawn", {"kind": "topic", "id": topic.public_id})
    assert db.session.scalar(select(func.count(Delivery.id)).where(Delivery.delivered_at.is_(None))) == 0


def test_who_is_not_there_is_tried_again_later_and_then_no_more(
    connected: Webhook, other: Other, run_consumers: Any, clock: FrozenClock
) -> None:
    other.status = 500
    opened(UserFactory(), CategoryFactory(), "Carnaval")
    tell(run_consumers)
    deliver()
    assert len(other.got) == 1, "not before its time"
    for pause in services.PAUSES[:2]:
        clock.advance(seconds=pause + 1)
        deliver()
    assert len(other.got) == 3
    other.status = 204
    clock.advance(seconds=services.PAUSES[2] + 1)
    deliver()
    delivery = db.session.scalars(select(Delivery).execution_options(populate_existing=True)).one()
    assert (delivery.attempts, delivery.status, delivery.due_at) == (4, 204, None)
    assert len({headers["webhook-id"] for headers, _ in other.got}) == 1, "the other side can tell it is the same"


def test_a_killed_process_leaves_a_delivery_due(
    connected: Webhook, other: Other, run_consumers: Any, clock: FrozenClock
) -> None:
    opened(UserFactory(), CategoryFactory(), "Carnaval")
    hooks.forget()
    run_consumers()
    with unit_of_work():
        assert services.take_due()
    with unit_of_work():
        assert not services.take_due(), "in the hands of the first"
    clock.advance(seconds=services.LEASE.total_seconds() + 1)
    deliver()
    assert other.types == ["topic.published"]


def test_one_that_fails_on_and_on_is_paused(connected: Webhook, other: Other, run_consumers: Any) -> None:
    other.status = 410
    opened(UserFactory(), CategoryFactory(), "Carnaval")
    tell(run_consumers)
    assert not db.session.get_one(Webhook, connected.id, populate_existing=True).is_active
    opened(UserFactory(), CategoryFactory(), "Encore")
    tell(run_consumers)
    assert len(other.got) == 1


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/", "https://localhost/", "https://10.0.0.1/", "https://[::1]/", "https://[::ffff:10.0.0.1]/"],
)
def test_no_webhook_reaches_behind_the_wall(app: Flask, url: str) -> None:
    with unit_of_work():
        webhook = services.connect(UserFactory(role="administrator"), WebhookDraft(url, ("published",), ("topic",)))
    with unit_of_work():
        services.try_out(UserFactory(role="administrator"), webhook)
    deliver()
    assert db.session.scalars(select(Delivery)).one().problem == "private address"


def test_the_pages_make_change_try_and_remove(
    app: Flask, client: FlaskClient, sign_in: Any, other: Other, run_consumers: Any
) -> None:
    with unit_of_work():
        options.change(None, "api.private_webhooks", True)
    sign_in(client, UserFactory(role="administrator"))
    token = token_of(client.get("/fr/administration/webhooks/new"))
    sent = {"csrf_token": token, "url": "nothing", "happenings": "published", "kinds": "topic"}
    refused = client.post("/fr/administration/webhooks/new", data=sent)
    assert refused.status_code == 422
    assert 'value="nothing"' in refused.get_data(as_text=True)
    made = client.post("/fr/administration/webhooks/new", data=sent | {"url": other.url})
    address = made.headers["Location"]
    assert client.post(f"{address}/try", data={"csrf_token": token}).status_code == 303
    deliver()
    assert other.types == ["test"]
    before = secret_of(db.session.scalars(select(Webhook)).one())
    client.post(f"{address}/renew", data={"csrf_token": token})
    assert secret_of(db.session.scalars(select(Webhook).execution_options(populate_existing=True)).one()) != before
    client.post(f"{address}/pause", data={"csrf_token": token})
    assert client.post(address, data=sent | {"url": other.url, "kinds": "post"}).status_code == 303
    page = client.get(address).get_data(as_text=True)
    assert "whsec_" in page
    assert client.post(f"{address}/disconnect", data={"csrf_token": token}).status_code == 303
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "url", ["https://[abc/hook", "https://example.org:99999/", "https://example.org:0/", f"https://{'a' * 64}.org/"]
)
def test_an_address_that_cannot_be_read_is_refused(app: Flask, url: str) -> None:
    with pytest.raises(Invalid) as refused, unit_of_work():
        services.connect(UserFactory(role="administrator"), WebhookDraft(url, ["published"], ["topic"]))
    assert refused.value.field == "url"


@pytest.mark.parametrize(
    "address", ["224.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "::ffff:10.0.0.1", "::10.0.0.1", "2001::1", "ff0e::1"]
)
def test_addresses_that_lead_behind_the_wall_are_not_public(address: str) -> None:
    assert not services.is_public_address(address)
    assert services.is_public_address("2a00:1450:4007:80c::200e")
