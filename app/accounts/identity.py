"""What Flask-Security asks the platform for: where members are kept, how passwords are judged, how mails go out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

from flask import current_app, g
from flask_security import MailUtil, PasswordUtil, SQLAlchemyUserDatastore, UserMixin
from flask_security.proxies import _datastore, _security
from flask_security.totp import Totp
from flask_security.utils import get_message
from passlib.exc import TokenError  # type: ignore[import-untyped]
from zxcvbn import zxcvbn

from app.accounts.models import User
from app.config import Settings
from app.core import mail
from app.core.db import now
from app.core.events import unit_of_work
from app.core.i18n import INTERFACE, current_lang

CODE_LASTS = 15 * 60
"""Seconds that a mailed code and its link work, at least."""
_STEP = 5 * 60
_READ_BY_ZXCVBN = 72
_STRENGTH = 3
WITH_CODE = ("accounts/welcome", "accounts/already_member")


def afterwards(work: Callable[[], None]) -> None:
    """Have something done in the unit of work in which the view at hand will commit."""
    g.setdefault("for_commit", []).append(work)


class Datastore(SQLAlchemyUserDatastore):
    """Flask-Security changes rows, then commits: here that is one unit of work, with all that goes with the change."""

    def commit(self) -> None:
        """Write what is pending, in one unit."""
        with unit_of_work():
            for work in g.pop("for_commit", []):
                work()


class PasswordRules(PasswordUtil):
    """Long enough and hard to guess, said in our own words."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        """The reasons against a password, or None; and the password in its normal form."""
        normal = self.normalize(password)
        if len(normal) < current_app.config["SECURITY_PASSWORD_LENGTH_MIN"]:
            return [get_message("PASSWORD_INVALID_LENGTH")[0]], normal
        if zxcvbn(normal[:_READ_BY_ZXCVBN], user_inputs=_known(kwargs))["score"] < _STRENGTH:
            return [get_message("PASSWORD_TOO_SIMPLE")[0]], normal
        return None, normal


def _known(about: dict[str, Any]) -> list[str]:
    """What others may know of a member, and so try first."""
    if member := about.get("user"):
        about = {"name": member.display_name, "handle": member.handle, "email": member.email}
    words = [value for value in about.values() if isinstance(value, str) and value]
    return [part for word in words for part in (word, *word.replace("@", " ").replace(".", " ").split())]


class Codes(Totp):
    """Six digits by mail. A secret serves for one mail: asking again or signing in makes the last code void."""

    def __init__(self, secrets: dict[str, str], issuer: str) -> None:
        super().__init__(secrets, issuer)
        self._totp = self._totp.using(period=_STEP, now=lambda: now().timestamp())

    def verify_totp(self, token: str, totp_secret: str, user: UserMixin, window: int = CODE_LASTS) -> bool:
        """Whether a code was sent in the last minutes; codes of the future are none."""
        try:
            self._totp.verify(token, totp_secret, window=window // 2, skew=-window // 2)
        except (TokenError, ValueError):
            return False
        return True


def renew_code(member: User) -> str:
    """Give a member a new secret, and return the code it makes now. The caller's unit of work writes it."""
    _datastore.us_setup_email(member)
    secret = _datastore.us_get_totp_secrets(member)["email"]
    return str(_security.totp_factory.generate_totp_password(secret))


def is_code_of(member: UserMixin, code: str) -> bool:
    """Whether this is the code mailed last to a member, and still works."""
    secret = _datastore.us_get_totp_secrets(member).get("email")
    return secret is not None and _security.totp_factory.verify_totp(code, secret, member)


class Letters(MailUtil):
    """Flask-Security's mails leave as the platform's: in the reader's language, with links to its own address."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: Any,
        sender: Any,
        body: str | None,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        """Write the mail; Flask-Security was told to render none."""
        member = cast(User | None, kwargs.get("user"))
        lang = member.ui_lang if member is not None else current_lang()
        context: dict[str, Any] = {
            name: own_address(value, lang) if name.endswith("link") else value for name, value in kwargs.items()
        }
        for unused in ("security", "within", "token"):
            context.pop(unused, None)
        if template in WITH_CODE and member is not None:
            context["code"] = renew_code(member)
        mail.send(str(recipient), template, lang, **context)


def own_address(link: str | None, lang: str) -> str:
    """A link of this site as the outside reaches it, in a language: the Host header of a request decides nothing."""
    if not link:
        return ""
    parts = urlsplit(link)
    head, _, rest = parts.path.lstrip("/").partition("/")
    path = f"{lang}/{rest}" if head in INTERFACE else parts.path.lstrip("/")
    query = f"?{parts.query}" if parts.query else ""
    settings = cast(Settings, current_app.extensions["settings"])
    return f"{settings.site_url}/{path}{query}"
