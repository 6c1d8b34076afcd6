"""What Flask-Security says to people, in our words and from our catalogues."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_security.babel import FsDomain

from app.core.i18n import lazy_pgettext

ADDRESS = lazy_pgettext("account", "Write a whole address, for example name@example.org.")
LINK_ENDED = lazy_pgettext("account", "This link is too old or was used already. Ask for a new one.")

WORDS: dict[str, tuple[Any, str]] = {
    "ALREADY_CONFIRMED": (lazy_pgettext("account", "Your address is confirmed already: you can sign in."), "info"),
    "ANONYMOUS_USER_REQUIRED": (lazy_pgettext("account", "You are signed in already."), "info"),
    "API_ERROR": (LINK_ENDED, "error"),
    "CHANGE_EMAIL_CONFIRMED": (lazy_pgettext("account", "Your new address is confirmed."), "success"),
    "CHANGE_EMAIL_EXPIRED": (LINK_ENDED, "error"),
    "CHANGE_EMAIL_SENT": (
        lazy_pgettext("account", "We sent a link to %(email)s. Your present address stays until you open it."),
        "success",
    ),
    "CODE_HAS_BEEN_SENT": (lazy_pgettext("account", "We sent you a link and a code by e-mail."), "info"),
    "CONFIRMATION_EXPIRED": (LINK_ENDED, "error"),
    "CONFIRMATION_REQUEST": (
        lazy_pgettext("account", "If %(email)s belongs to an account that is not confirmed, we sent a link to it."),
        "info",
    ),
    "CONFIRMATION_REQUIRED": (
        lazy_pgettext(
            "account", "Your address is not confirmed yet. Ask for a link by e-mail: it confirms the address too."
        ),
        "error",
    ),
    "CONFIRM_REGISTRATION": (
        lazy_pgettext("account", "We sent a message to %(email)s. Open its link or type its code to finish."),
        "success",
    ),
    "DISABLED_ACCOUNT": (lazy_pgettext("account", "This account cannot sign in."), "error"),
    "EMAIL_ALREADY_ASSOCIATED": (lazy_pgettext("account", "This address belongs to an account already."), "error"),
    "EMAIL_CONFIRMED": (lazy_pgettext("account", "Your address is confirmed: you can sign in."), "success"),
    "EMAIL_NOT_PROVIDED": (lazy_pgettext("account", "Write your e-mail address."), "error"),
    "FAILED_TO_SEND_CODE": (
        lazy_pgettext("account", "The code could not be sent. Try again in a few minutes."),
        "error",
    ),
    "GENERIC_AUTHN_FAILED": (
        lazy_pgettext("account", "The address, the password or the code is not right. Check them and try again."),
        "error",
    ),
    "GENERIC_RECOVERY": (lazy_pgettext("account", "If this address has an account, we sent a link to it."), "info"),
    "GENERIC_US_SIGNIN": (
        lazy_pgettext("account", "If this address has an account, we sent a link and a code to it."),
        "info",
    ),
    "IDENTITY_ALREADY_ASSOCIATED": (lazy_pgettext("account", "This address belongs to an account already."), "error"),
    "INVALID_CODE": (LINK_ENDED, "error"),
    "INVALID_CONFIRMATION_TOKEN": (LINK_ENDED, "error"),
    "INVALID_EMAIL_ADDRESS": (ADDRESS, "error"),
    "INVALID_PASSWORD": (lazy_pgettext("account", "This is not your present password."), "error"),
    "INVALID_PASSWORD_CODE": (lazy_pgettext("account", "The password or the code is not right."), "error"),
    "INVALID_REDIRECT": (
        lazy_pgettext("account", "This link leads to another site, so we did not follow it."),
        "error",
    ),
    "INVALID_RESET_PASSWORD_TOKEN": (LINK_ENDED, "error"),
    "PASSWORD_CHANGE": (
        lazy_pgettext("account", "Your password is changed. Your other devices are signed out."),
        "success",
    ),
    "PASSWORD_INVALID_LENGTH": (lazy_pgettext("account", "This is too short: 10 characters at least."), "error"),
    "PASSWORD_IS_THE_SAME": (lazy_pgettext("account", "This is your present password: choose another one."), "error"),
    "PASSWORD_NOT_PROVIDED": (lazy_pgettext("account", "Write a password."), "error"),
    "PASSWORD_RESET_EXPIRED": (LINK_ENDED, "error"),
    "PASSWORD_RESET_NO_LOGIN": (
        lazy_pgettext("account", "Your new password is set, and all your devices are signed out. Sign in with it."),
        "success",
    ),
    "PASSWORD_RESET_REQUEST": (
        lazy_pgettext("account", "If %(email)s has an account, we sent a link to choose a new password."),
        "info",
    ),
    "PASSWORD_TOO_SIMPLE": (
        lazy_pgettext("account", "This password is easy to guess. A sentence of several words is better."),
        "error",
    ),
    "PASSWORDLESS_LOGIN_SUCCESSFUL": (lazy_pgettext("account", "You are signed in."), "success"),
    "REAUTHENTICATION_REQUIRED": (lazy_pgettext("account", "Show that it is you before you change this."), "info"),
    "REAUTHENTICATION_SUCCESSFUL": (lazy_pgettext("account", "Thank you. You can go on."), "success"),
    "RETYPE_PASSWORD_MISMATCH": (lazy_pgettext("account", "The two passwords are not the same."), "error"),
    "UNAUTHENTICATED": (lazy_pgettext("account", "Sign in to go on."), "info"),
    "UNAUTHORIZED": (lazy_pgettext("account", "You may not see this page."), "error"),
    "US_METHOD_NOT_AVAILABLE": (lazy_pgettext("account", "This way of signing in is not available."), "error"),
    "US_SPECIFY_IDENTITY": (ADDRESS, "error"),
    "USER_DOES_NOT_EXIST": (lazy_pgettext("account", "We know no such account."), "error"),
}


class OwnWords(FsDomain):
    """Flask-Security's catalogue: everything it looks up is a lazy string of ours already."""

    def gettext(self, string: Any, **variables: Any) -> str:
        """The string in the reader's language, its placeholders filled."""
        said = str(string)
        return said % variables if variables else said


def speak(app: Flask) -> None:
    """Put our words in place of the library's."""
    for name, (said, kind) in WORDS.items():
        app.config[f"SECURITY_MSG_{name}"] = (said, kind)
