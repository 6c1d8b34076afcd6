"""Approving and refusing what waits: the classifier learns from it, and the author is told."""

from __future__ import annotations

from app.accounts.models import User
from app.core import mail
from app.forum.order import approving
from app.forum.order.held import HeldText
from app.moderation.learning import learn


def approve(actor: User, held: HeldText) -> None:
    """Publish a text that waits. Raises NotAllowed, Conflict."""
    title, html = _read(held)
    post = approving.approve(actor, held)
    learn("post", post.id, title, html, is_spam=False)


def refuse(actor: User, held: HeldText, reason: str, is_spam: bool) -> None:
    """Keep a text from being published, and tell its author why. Raises NotAllowed, Invalid, Conflict."""
    title, html = _read(held)
    post = approving.refuse(actor, held, reason)
    if is_spam:
        learn("post", post.id, title, html, is_spam=True)
    author = held.author
    if author is not None and author.email and author.status == "active":
        mail.send(author.email, "moderation/text_refused", author.ui_lang, user=author, title=title, reason=held.reason)


def _read(held: HeldText) -> tuple[str, str]:
    return held.post.topic.title, held.shown
