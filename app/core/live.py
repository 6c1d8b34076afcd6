"""What rooms tell the live layer: how an event looks to the readers of its room.

A renderer gets the event and an interface language and returns the message, or None to say nothing. It renders what
every reader of the room may see; nothing in a message depends on who reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from app.core.events import Event

FRAGMENT_LIMIT = 16 * 1024
"""Bytes of HTML that a message carries at most; longer fragments are fetched from their address."""


@dataclass(frozen=True)
class Message:
    """One live message: `type` names what the browser does, `data` is JSON, `html` a fragment."""

    type: str
    data: dict[str, Any] = field(default_factory=dict)
    html: str = ""
    url: str = ""
    """Where the same fragment can be fetched; used instead of `html` above 16 KB."""


E = TypeVar("E", bound=Event)
Renderer = Callable[[Any, str], Message | None]
_renderers: dict[type[Event], Renderer] = {}


def pushes(kind: type[E]) -> Callable[[Renderer], Renderer]:
    """Register the function that renders events of a kind for live readers: `(event, lang) -> Message | None`."""

    def keep(renderer: Renderer) -> Renderer:
        _renderers[kind] = renderer
        return renderer

    return keep


def message_for(event: Event, lang: str) -> Message | None:
    """The live message of an event in an interface language, or None when its kind says nothing."""
    renderer = _renderers.get(type(event))
    return renderer(event, lang) if renderer else None
