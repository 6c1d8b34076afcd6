"""The few errors a service may raise; `site` maps each to an HTTP answer once."""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """A refusal with a reason a reader can understand; `reason` is a (lazy) translated sentence."""

    status = 400

    def __init__(self, reason: Any = "") -> None:
        super().__init__(reason)
        self.reason = reason


class NotAllowed(DomainError):
    """The actor may not do this."""

    status = 403


class NotFound(DomainError):
    """No such thing, or the actor may not know that it exists."""

    status = 404


class Conflict(DomainError):
    """The thing changed meanwhile, or its state does not allow this."""

    status = 409


class Invalid(DomainError):
    """Bad input; `field` names the form field the reason belongs to."""

    status = 422

    def __init__(self, reason: Any, field: str = "") -> None:
        super().__init__(reason)
        self.field = field


class TooMany(DomainError):
    """A rate limit was reached."""

    status = 429
