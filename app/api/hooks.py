"""Between the event log and the webhooks: who wants to know, and what is due."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from time import monotonic
from typing import cast

from flask import current_app
from sqlalchemy import select

from app.api import services
from app.api.models import Delivery, Webhook
from app.api.sending import NotSent, content, send
from app.core import options
from app.core.db import db
from app.core.events import unit_of_work
from app.core.i18n import lazy_pgettext
from app.core.jobs import on_wake, periodic, wake
from app.core.options import Option, declare
from app.core.subjects import SubjectEvent

log = logging.getLogger(__name__)

PRIVATE = declare(
    Option("api.private_webhooks", "bool", False, lazy_pgettext("option", "Webhooks inside the own network"), "site",
           lazy_pgettext("option", "Lets webhooks reach addresses that are not public, also without TLS."))
)  # fmt: skip
KEPT = 5.0
"""Seconds for which the list of webhooks is not asked for again."""


@dataclass(frozen=True)
class _Wish:
    webhook_id: int
    happenings: frozenset[str]
    kinds: frozenset[str]


def wanting(happening: str, kind: str) -> list[int]:
    """Ids of the active webhooks that want to be told this of that kind."""
    return [wish.webhook_id for wish in _wishes() if happening in wish.happenings and kind in wish.kinds]


def _wishes() -> list[_Wish]:
    kept = cast("tuple[float, list[_Wish]] | None", current_app.extensions.get("webhooks"))
    if kept is None or monotonic() - kept[0] > KEPT:
        rows = db.session.execute(select(Webhook.id, Webhook.happenings, Webhook.kinds).where(Webhook.is_active))
        wishes = [_Wish(row.id, frozenset(row.happenings), frozenset(row.kinds)) for row in rows]
        kept = current_app.extensions["webhooks"] = (monotonic(), wishes)
    return kept[1]


def forget() -> None:
    """Ask for the list of webhooks again."""
    current_app.extensions.pop("webhooks", None)


def announce(event: SubjectEvent, happening: str) -> None:
    """Note who is to be told of an event, and have it sent soon."""
    if services.announce(wanting(happening, event.kind), happening, event.kind, event.id):
        wake("webhooks")


@periodic(minute="*")
def deliver_due() -> None:
    """Send what is due, until nothing is."""
    while True:
        with unit_of_work():
            ids = services.take_due()
        if not ids:
            return
        for delivery_id in ids:
            _deliver(delivery_id)


on_wake("webhooks", deliver_due)


def _deliver(delivery_id: int) -> None:
    """One try. Nothing is locked while the other side is spoken to."""
    delivery = db.session.get(Delivery, delivery_id, populate_existing=True)
    webhook = db.session.get(Webhook, delivery.webhook_id) if delivery else None
    if delivery is None or webhook is None:
        return
    said = content(delivery)
    if said is None:
        with unit_of_work():
            services.drop_silently(delivery)
        return
    status, problem = None, ""
    try:
        status = send(webhook, delivery, said, bool(options.value(PRIVATE.name)))
    except NotSent as reason:
        problem = str(reason)
        log.info("webhook %s could not be reached: %s", webhook.public_id, problem)
    with unit_of_work():
        services.note_result(delivery, status, problem)


@periodic(minute="17", hour="3")
def forget_old() -> None:
    """Forget what was sent a month ago."""
    with unit_of_work():
        services.forget_old()
