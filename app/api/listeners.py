"""Webhooks are told what happens to public subjects. Where there is no webhook, nothing is asked of the database."""

from __future__ import annotations

from typing import Any

from app.api import hooks
from app.api.events import WebhookChanged
from app.core.consumers import listen
from app.core.subjects import SubjectChanged, SubjectEvent, SubjectHidden, SubjectPublished, SubjectRemoved

NAMES: dict[type[SubjectEvent], str] = {
    SubjectPublished: "published",
    SubjectChanged: "changed",
    SubjectHidden: "withdrawn",
    SubjectRemoved: "withdrawn",
}


def _concerns(event: Any) -> bool:
    return bool(hooks.wanting(NAMES[type(event)], event.kind))


@listen(SubjectPublished, when=_concerns)
def tell_published(event: SubjectPublished) -> None:
    hooks.announce(event, "published")


@listen(SubjectChanged, when=_concerns)
def tell_changed(event: SubjectChanged) -> None:
    hooks.announce(event, "changed")


@listen(SubjectHidden, when=_concerns)
def tell_hidden(event: SubjectHidden) -> None:
    hooks.announce(event, "withdrawn")


@listen(SubjectRemoved, when=_concerns)
def tell_removed(event: SubjectRemoved) -> None:
    hooks.announce(event, "withdrawn")


@listen(WebhookChanged)
def ask_again(_event: WebhookChanged) -> None:
    """The process that announces learns at once of a webhook that was made or paused."""
    hooks.forget()
