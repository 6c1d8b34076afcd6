"""The codes of the second step of signing in: six digits that a program of the member shows, or a recovery code."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

import segno
from flask import current_app
from flask_security.totp import Totp
from markupsafe import Markup
from passlib.exc import TokenError  # type: ignore[import-untyped]

from app.accounts.models import SecondFactor
from app.config import Settings
from app.core.db import now
from app.core.identity import site

RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_STEP = 30
_PURPOSE = "second factor"


class Authenticator(Totp):
    """Time-based codes as every authenticator program makes them; each works once."""

    def __init__(self, settings: Settings) -> None:
        super().__init__({"1": settings.derived_secret(_PURPOSE)}, site.name)
        self._totp = self._totp.using(now=lambda: now().timestamp())

    def counter_of(self, code: str, secret: str, last_counter: int | None) -> int | None:
        """The half minute a code belongs to, when it is right, near the present and later than the last one taken."""
        try:
            match = self._totp.verify(code, secret, window=_STEP, last_counter=last_counter)
        except (TokenError, ValueError):
            return None
        return int(match.counter)


def authenticator() -> Authenticator:
    """The one of this application, which carries the site's name."""
    settings: Settings = current_app.extensions["settings"]
    return Authenticator(settings)


def new_secret() -> str:
    """A secret nobody can guess, encrypted as it is stored."""
    return str(authenticator().generate_totp_secret())


def readable_key(secret: str) -> str:
    """The secret in groups of letters, for who cannot scan the picture."""
    return str(authenticator().get_totp_pretty_key(secret))


def picture(secret: str, account: str) -> Markup:
    """The secret as a QR code to scan, drawn in place: it never passes through another address."""
    uri = authenticator().get_totp_uri(account, secret)
    drawing = segno.make(uri, error="m", micro=False)
    shown = drawing.svg_inline(scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None)
    return Markup(shown)  # noqa: S704 - drawn here from numbers alone


def new_recovery_codes() -> list[str]:
    """Codes to write down."""
    return [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3)) for _ in range(RECOVERY_CODES)
    ]


def digest_of(code: str) -> str:
    """What is stored of a recovery code."""
    typed = "".join(sign for sign in code.lower() if sign.isalnum())
    return hashlib.sha256(typed.encode()).hexdigest()


def takes(factor: SecondFactor, typed: str) -> bool:
    """Whether a code opens; a right one is used up, in the unit of work in hand."""
    code = "".join(typed.split())
    if code.isascii() and code.isdigit():
        counter = authenticator().counter_of(code, factor.secret, factor.last_counter)
        if counter is None:
            return False
        factor.last_counter = counter
        return True
    digest = digest_of(code)
    if digest not in factor.recovery:
        return False
    factor.recovery = [kept for kept in factor.recovery if kept != digest]
    return True


def is_made_by(code: Any, secret: str) -> bool:
    """Whether a program that was given a secret shows this code now."""
    typed = "".join(str(code).split())
    return authenticator().counter_of(typed, secret, None) is not None
