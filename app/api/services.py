"""Webhooks, written: made and changed by administrators, told by the listeners, sent by the jobs process."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import delete, or_, select, update

from app.accounts.models import User
from app.api import policy
from app.api.events import WebhookChanged
from app.api.models import HAPPENINGS, Delivery, Webhook
from app.core.audit import audit
from app.core.db import db, lock, now
from app.core.errors import Invalid
from app.core.events import record
from app.core.i18n import lazy_pgettext
from app.core.policy import require
from app.core.subjects import kinds

PAUSES = (60, 5 * 60, 30 * 60, 2 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
"""Seconds before each further try; after the last one a delivery is given up."""
LEASE = timedelta(minutes=2)
"""A delivery in hand is due again after this, so that a killed process loses none."""
PAUSED_AFTER = 30
"""Failures in a row after which a webhook is paused."""
KEPT = timedelta(days=30)
_LEADS_TO_IPV4 = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "2002::/16", "2001::/32", "::/96")))
"""IPv6 addresses that gateways turn into IPv4 ones, which may be behind the wall."""
NOT_AN_ADDRESS = lazy_pgettext("door rule", "Write a whole address that begins with https://.")
NOTHING_CHOSEN = lazy_pgettext("door rule", "Choose at least one.")


@dataclass(frozen=True)
class WebhookDraft:
    """What an administrator asks for."""

    url: str
    happenings: Sequence[str]
    kinds: Sequence[str]


def connect(actor: User, draft: WebhookDraft, takes_http: bool = False) -> Webhook:
    """Make a webhook. `takes_http`: whether addresses without TLS are taken. Raises NotAllowed, Invalid."""
    require(policy.can_connect(actor))
    webhook = Webhook(created_by_id=actor.id)
    _fill(webhook, draft, takes_http)
    db.session.add(webhook)
    db.session.flush()
    _tell(actor, "connect", webhook)
    return webhook


def edit_webhook(actor: User, webhook: Webhook, draft: WebhookDraft, takes_http: bool = False) -> Webhook:
    """Change the address or what it is told. Raises NotAllowed, Invalid."""
    require(policy.can_connect(actor))
    _fill(lock(webhook), draft, takes_http)
    _tell(actor, "edit", webhook)
    return webhook


def _fill(webhook: Webhook, draft: WebhookDraft, takes_http: bool) -> None:
    if not _is_address(draft.url, {"https", "http"} if takes_http else {"https"}):
        raise Invalid(NOT_AN_ADDRESS, "url")
    for field, chosen, offered in (
        ("happenings", draft.happenings, HAPPENINGS),
        ("kinds", draft.kinds, [kind.name for kind in kinds()]),
    ):
        if not chosen or not set(offered).issuperset(chosen):
            raise Invalid(NOTHING_CHOSEN, field)
    webhook.url, webhook.happenings, webhook.kinds = draft.url, list(draft.happenings), list(draft.kinds)


def _is_address(url: str, schemes: set[str]) -> bool:
    """Whether an address can be sent to: its host and port are read as they will be then."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna"), parts.port
    except ValueError:
        return False
    return parts.scheme in schemes and bool(host) and port != 0 and "@" not in parts.netloc and len(url) <= 500


def pause(actor: User, webhook: Webhook, is_active: bool) -> None:
    """Pause a webhook or let it go on; what happened meanwhile is not told. Raises NotAllowed."""
    require(policy.can_connect(actor))
    lock(webhook).is_active = is_active
    webhook.failures = 0
    _tell(actor, "resume" if is_active else "pause", webhook)


def renew_secret(actor: User, webhook: Webhook) -> None:
    """Give a webhook another secret: the former one signs nothing more. Raises NotAllowed."""
    require(policy.can_connect(actor))
    lock(webhook).secret_number += 1
    _tell(actor, "renew_secret", webhook)


def disconnect(actor: User, webhook: Webhook) -> None:
    """Remove a webhook with what was sent to it. Raises NotAllowed."""
    require(policy.can_connect(actor))
    _tell(actor, "disconnect", webhook)
    db.session.delete(webhook)


def try_out(actor: User, webhook: Webhook) -> Delivery:
    """Have a message sent that tells nothing. Raises NotAllowed."""
    require(policy.can_connect(actor))
    delivery = Delivery(webhook_id=webhook.id, happening="test", due_at=now())
    db.session.add(delivery)
    _tell(actor, "try", webhook)
    return delivery


def _tell(actor: User, action: str, webhook: Webhook) -> None:
    audit(actor, f"{action}_webhook", "webhook", webhook.id)
    record(WebhookChanged(webhook.id))


def announce(webhook_ids: Sequence[int], happening: str, kind: str, subject_id: int) -> int:
    """Note what these webhooks are to be told. Returns how many will be.

    What waits to be told already is told once; who was never told of a subject is not told that it is gone.
    """
    about = (Delivery.webhook_id.in_(webhook_ids), Delivery.subject_kind == kind, Delivery.subject_id == subject_id)
    rows = db.session.execute(select(Delivery.webhook_id, Delivery.happening, Delivery.due_at).where(*about)).all()
    waiting = {row.webhook_id for row in rows if row.happening == happening and row.due_at}
    wanted = set(webhook_ids) - waiting
    if happening == "withdrawn":
        wanted &= {row.webhook_id for row in rows}
    moment = now()
    db.session.add_all(
        Delivery(webhook_id=webhook_id, happening=happening, subject_kind=kind, subject_id=subject_id, due_at=moment)
        for webhook_id in sorted(wanted)
    )
    return len(wanted)


def take_due(limit: int = 50) -> list[int]:
    """Ids of deliveries that are due, taken for `LEASE`; a delivery in another process's hands is left to it."""
    active = select(Webhook.id).where(or_(Webhook.is_active, Delivery.happening == "test"))
    due = select(Delivery.id).where(Delivery.due_at <= now(), Delivery.webhook_id.in_(active))
    ids = list(
        db.session.scalars(due.order_by(Delivery.due_at, Delivery.id).limit(limit).with_for_update(skip_locked=True))
    )
    db.session.execute(update(Delivery).where(Delivery.id.in_(ids)).values(due_at=now() + LEASE))
    return ids


def note_result(delivery: Delivery, status: int | None, problem: str) -> None:
    """Keep what came of a try: done, due again later, or given up; a webhook that fails on and on is paused."""
    webhook = lock(db.session.get_one(Webhook, delivery.webhook_id))
    delivery.attempts, delivery.status, delivery.problem = delivery.attempts + 1, status, problem[:200]
    if status is not None and 200 <= status < 300:
        delivery.delivered_at, delivery.due_at, webhook.failures = now(), None, 0
        return
    is_last = delivery.attempts > len(PAUSES) or delivery.happening == "test" or status == 410
    delivery.due_at = None if is_last else now() + timedelta(seconds=PAUSES[delivery.attempts - 1])
    webhook.failures += 1
    if webhook.failures >= PAUSED_AFTER or status == 410:
        webhook.is_active = False
        record(WebhookChanged(webhook.id))


def drop_silently(delivery: Delivery) -> None:
    """What may no longer be told is not sent."""
    db.session.delete(delivery)


def forget_old() -> None:
    """Forget deliveries after 30 days."""
    db.session.execute(delete(Delivery).where(Delivery.created_at < now() - KEPT))


def is_public_address(address: str) -> bool:
    """Whether an IP address lies in the public internet, so that no webhook reaches what is behind the wall."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        if any(found in network for network in _LEADS_TO_IPV4):
            return False
        if found.ipv4_mapped:
            return is_public_address(str(found.ipv4_mapped))
    return found.is_global and not found.is_multicast
