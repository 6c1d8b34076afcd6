"""Mail: written to a table in the unit of work at hand, delivered later by the jobs process, tried again until it goes.

Without an SMTP server a mail becomes a file in `<var>/mail/`, which the page `/<lang>/mail` shows.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Any, cast

from flask import current_app
from sqlalchemy import String, Text, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.config import Settings
from app.core import jobs
from app.core.db import Base, CreatedAt, IntPk, db, now
from app.core.events import unit_of_work
from app.core.i18n import direction, speaking
from app.core.mail_settings import mail_settings
from app.core.transport import Transport, transport_for

log = logging.getLogger(__name__)

TRIES = 10
KEPT = timedelta(days=30)
"""How long a mail that never went is kept, with the reason."""


class OutgoingMail(Base):
    """A mail that waits. The row is deleted once the mail is sent: mails hold links that sign people in."""

    __tablename__ = "outgoing_mail"

    id: Mapped[IntPk]
    created_at: Mapped[CreatedAt]
    to: Mapped[str] = mapped_column(String(254))
    lang: Mapped[str] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(String(250))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    due_at: Mapped[datetime | None] = mapped_column(default=now, index=True)
    """When to try next; None when the platform has given up."""
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(500), default="")


def send(to: str, template: str, lang: str, headers: dict[str, str] | None = None, **context: Any) -> None:
    """Write a mail from `templates/email/<template>.subject.txt`, `.txt` and `.html`, in the reader's language.

    It leaves when the unit of work in hand commits; outside one it has a unit of its own.
    """
    mail = compose(to, template, lang, headers, **context)
    with unit_of_work() as session:
        session.add(mail)
        session.info["mail_waits"] = True


def queue(mails: Sequence[OutgoingMail]) -> None:
    """Write mails that were composed before, so that nothing is locked while many are rendered."""
    with unit_of_work() as session:
        session.add_all(mails)
        session.info["mail_waits"] = True


def compose(to: str, template: str, lang: str, headers: dict[str, str] | None = None, **context: Any) -> OutgoingMail:
    """The mail `send` would write, not yet added to the session."""
    settings = cast(Settings, current_app.extensions["settings"])
    environment = current_app.jinja_env
    with speaking(lang):
        said = {"settings": settings, "lang": lang, "dir": direction(lang), **context}
        subject, text, html = (
            environment.get_template(f"email/{template}{ending}").render(said)
            for ending in (".subject.txt", ".txt", ".html")
        )
    domain = mail_settings(settings).mail_from.rpartition("@")[2].rstrip(">") or "localhost"
    kept = {"Message-ID": make_msgid(domain=domain), "Auto-Submitted": "auto-generated", "Content-Language": lang}
    return OutgoingMail(
        to=to, lang=lang, subject=" ".join(subject.split())[:250], text=text.strip() + "\n", html=html,
        headers=kept | (headers or {}),
    )  # fmt: skip


@event.listens_for(Session, "after_commit")
def _wake(session: Session) -> None:
    if session.info.pop("mail_waits", False):
        jobs.wake("deliver")


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("mail_waits", None)


def deliver_due(limit: int = 50) -> int:
    """Try every mail that is due, oldest first; returns how many went."""
    due = select(OutgoingMail.id).where(OutgoingMail.due_at <= now()).order_by(OutgoingMail.due_at).limit(limit)
    waiting = db.session.scalars(due).all()
    if not waiting:
        return 0
    with transport_for(mail_settings(cast(Settings, current_app.extensions["settings"]))) as transport:
        return sum(_deliver(mail_id, transport) for mail_id in waiting)


def _deliver(mail_id: int, transport: Transport) -> bool:
    mail = db.session.get(OutgoingMail, mail_id, populate_existing=True)
    if mail is None:
        return False
    try:
        transport.carry(mail)
    except (OSError, ValueError) as trouble:  # smtplib's errors are OSErrors; ValueError: an address no server takes
        log.warning("mail %s did not go: %s", mail_id, type(trouble).__name__)  # its words may name the reader
        _postpone(mail, f"{type(trouble).__name__}: {trouble}")
        return False
    with unit_of_work() as session:
        session.delete(mail)
    return True


def _postpone(mail: OutgoingMail, trouble: str) -> None:
    with unit_of_work():
        mail.attempts += 1
        mail.last_error = trouble[:500]
        mail.due_at = now() + timedelta(minutes=2 ** min(mail.attempts, 8)) if mail.attempts < TRIES else None


jobs.on_wake("deliver", deliver_due)


@jobs.periodic(minute="*")
def deliver_each_minute() -> None:
    """Deliver what a lost wake-up left, and what is due again."""
    deliver_due()


@jobs.periodic(minute="41", hour="3")
def purge_mail() -> None:
    """Delete mails that never went, after a month."""
    with unit_of_work() as session:
        given_up = select(OutgoingMail).where(OutgoingMail.due_at.is_(None), OutgoingMail.created_at < now() - KEPT)
        for mail in session.scalars(given_up):
            session.delete(mail)
