"""The forms of signing up, signing in and changing what signs in: Flask-Security's, in our words."""

from __future__ import annotations

import re
from typing import Any, cast

from flask import g, request, session
from flask_security import ChangeEmailForm as LibraryChangeEmailForm
from flask_security import ChangePasswordForm as LibraryChangePasswordForm
from flask_security import ForgotPasswordForm as LibraryForgotPasswordForm
from flask_security import RegisterFormV2, UnifiedSigninForm, UnifiedVerifyForm
from flask_security import ResetPasswordForm as LibraryResetPasswordForm
from flask_security import SendConfirmationForm as LibrarySendConfirmationForm
from flask_security.confirmable import confirm_user
from flask_security.forms import Form as LibraryForm
from flask_security.forms import RequiredLocalize
from flask_security.proxies import _datastore
from flask_security.utils import get_message, hash_password, lookup_identity
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.accounts import admission
from app.accounts.blocks import DOMAIN_SHUT_OUT, is_domain_blocked
from app.accounts.handles import free_handle
from app.accounts.identity import renew_code
from app.accounts.models import User
from app.accounts.queries import is_handle_taken
from app.core.db import now
from app.core.events import unit_of_work
from app.core.forms import Worded
from app.core.humans import HumanCheck
from app.core.i18n import current_lang, lazy_pgettext
from app.core.typed import one_line

INVITED_ALONE = lazy_pgettext("account", "For now one joins by invitation. Ask a member, or write to the team.")
WAITS = lazy_pgettext(
    "account", "Your address is confirmed. A moderator looks at your request, and we write to you when it is decided."
)
EMAIL = lazy_pgettext("account", "E-mail address")
PASSWORD = lazy_pgettext("account", "Password")
NEW_PASSWORD = lazy_pgettext("account", "New password")


def tidy(name: str | None) -> str:
    """A name as people write it."""
    return one_line(name or "")


def address_taken(value: str | None) -> str:
    """An address without the spaces that keyboards add."""
    return (value or "").strip()


class SignInForm(Worded, UnifiedSigninForm):
    """Address, and a password or a mailed code. Flask-Security asks the same form to send the code."""

    identity = EmailField(
        EMAIL,
        filters=[address_taken],
        validators=[RequiredLocalize(message="EMAIL_NOT_PROVIDED")],
        render_kw={"autocomplete": "username", "dir": "ltr"},
    )
    passcode = PasswordField(PASSWORD, render_kw={"autocomplete": "current-password", "dir": "ltr"})
    remember = None  # type: ignore[assignment]
    chosen_method = StringField()  # type: ignore[assignment]  # the library would ask which of several ways
    shared = BooleanField(lazy_pgettext("account", "This is a shared computer"))
    user: User | None  # type: ignore[assignment]

    @property
    def wants_code(self) -> bool:
        """Whether the reader is at the step of the mailed code."""
        return request.endpoint == "security.us_signin_send_code" or request.form.get("by") == "code"

    def validate(self, **kwargs: Any) -> bool:  # type: ignore[override]
        """Find the member and check what they know; a mailed code also proves the address."""
        self.chosen_method.data = "email"
        g.is_shared_device = bool(self.shared.data)
        if not LibraryForm.validate(self, **kwargs):
            return False
        self.user = cast(User | None, lookup_identity(self.identity.data or ""))
        if self.user is None or not self.user.is_active:
            hash_password("as long as for a member")
            _errors(self.identity).append(get_message("USER_DOES_NOT_EXIST")[0])
            return False
        if self.submit_send_code.data:
            with unit_of_work():
                renew_code(self.user)
            return True
        return self._is_proven(self.user)

    def _is_proven(self, member: User) -> bool:
        passcode = self.passcode.data or ""
        self.passcode.data = "".join(passcode.split()) if re.fullmatch(r"[\d\s]+", passcode) else passcode
        if not self.validate2():
            return False
        if self.authn_via == "email":
            if member.confirmed_at is None and not session.get("chose_password"):
                member.password = None  # whoever signed up in another browser may have named a stranger's address
            confirm_user(member)  # type: ignore[no-untyped-call]
            if member.status in {"pending", "waiting"}:
                _datastore.commit()  # type: ignore[no-untyped-call]
        elif member.confirmed_at is None:
            self.form_errors = [*self.form_errors, get_message("CONFIRMATION_REQUIRED")[0]]
            return False
        if member.status == "waiting":
            self.form_errors = [*self.form_errors, str(WAITS)]
            return False
        return True


class VerifyForm(Worded, UnifiedVerifyForm):
    """Who is signed in shows again that it is them."""

    passcode = PasswordField(
        lazy_pgettext("account", "Password or code"), render_kw={"autocomplete": "current-password", "dir": "ltr"}
    )
    chosen_method = StringField()  # type: ignore[assignment]

    def validate(self, **kwargs: Any) -> bool:  # type: ignore[override]
        """Check the password or the code, or prepare a new code."""
        from app.accounts.actor import current_member

        self.chosen_method.data = "email"
        if self.submit_send_code.data:
            with unit_of_work():
                renew_code(current_member())
        return super().validate(**kwargs)


class RegisterForm(HumanCheck, Worded, RegisterFormV2):
    """Name, address, age, and a password for those who want one; an invitation or a motive where one is asked for."""

    human_purpose = "register"

    display_name = StringField(
        lazy_pgettext("account", "Name shown"),
        filters=[tidy],
        validators=[InputRequired(lazy_pgettext("account", "Write the name that others will see.")), Length(2, 60)],
        render_kw={"autocomplete": "name", "maxlength": 60},
    )
    is_old_enough = BooleanField(
        lazy_pgettext("account", "I am 15 or older"),
        validators=[InputRequired(lazy_pgettext("account", "A personal account is open from the age of 15."))],
    )

    invitation = HiddenField()
    motive = TextAreaField(
        lazy_pgettext("account", "Why you would like to join"), validators=[Length(max=500)], render_kw={"rows": 3}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email.label.text, self.password.label.text = EMAIL, PASSWORD  # Flask-Security makes these fields again
        self.invitation.data = self.invitation.data or request.args.get("invitation") or session.get("invitation")
        self.mode = admission.mode()
        self.is_invited = self.mode != "open" and admission.is_invited(str(self.invitation.data or ""))

    def validate(self, **kwargs: Any) -> bool:  # type: ignore[override]
        """Whether the address may join, and whether anyone may who was not invited; then whether somebody is there."""
        if self.mode == "invitation" and not self.is_invited:
            self.form_errors = [*self.form_errors, str(INVITED_ALONE)]
            return False
        if is_domain_blocked(self.email.data):
            _errors(self.email).append(str(DOMAIN_SHUT_OUT))
            return False
        return super().validate(**kwargs)

    def to_dict(self, only_user: bool) -> dict[str, Any]:
        """What Flask-Security makes the member of."""
        said = super().to_dict(only_user)
        if only_user:
            lang = current_lang()
            said |= {"handle": free_handle(said["display_name"], is_handle_taken), "status": "pending"}
            said |= {"ui_lang": lang, "content_langs": [lang], "name_lang": lang, "age_declared_at": now()}
        return said


class _OnlyAddress:
    """Calls the address as the other forms do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email.label.text = EMAIL  # type: ignore[attr-defined]


class ForgotPasswordForm(_OnlyAddress, Worded, LibraryForgotPasswordForm):
    """Asks for a link to a new password."""


class SendConfirmationForm(_OnlyAddress, Worded, LibrarySendConfirmationForm):
    """Asks for the confirming link again."""


class ResetPasswordForm(Worded, LibraryResetPasswordForm):
    """Takes the new password behind a mailed link."""

    password = PasswordField(
        NEW_PASSWORD,
        validators=[RequiredLocalize(message="PASSWORD_NOT_PROVIDED")],
        render_kw={"autocomplete": "new-password", "dir": "ltr"},
    )
    password_confirm = None  # type: ignore[assignment]


class ChangePasswordForm(Worded, LibraryChangePasswordForm):
    """Takes the present password, where there is one, and the new one."""

    password = PasswordField(
        lazy_pgettext("account", "Present password"), render_kw={"autocomplete": "current-password", "dir": "ltr"}
    )
    new_password = PasswordField(
        NEW_PASSWORD,
        validators=[RequiredLocalize(message="PASSWORD_NOT_PROVIDED")],
        render_kw={"autocomplete": "new-password", "dir": "ltr"},
    )
    new_password_confirm = None  # type: ignore[assignment]


class ChangeEmailForm(_OnlyAddress, Worded, LibraryChangeEmailForm):
    """Takes the new address."""


def _errors(field: Any) -> list[Any]:
    """The errors of a field, as a list that can grow."""
    field.errors = list(field.errors)
    return cast(list[Any], field.errors)
