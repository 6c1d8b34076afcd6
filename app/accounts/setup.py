"""Flask-Security on Flask-Login, bound to this platform's members, mails, sessions and words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NoReturn, cast

from flask import Flask, abort, render_template, request, session
from flask_login import user_logged_in, user_logged_out
from flask_security import (
    Security,
    change_email_confirmed,
    password_changed,
    password_reset,
    user_authenticated,
    user_confirmed,
    user_not_registered,
    user_registered,
)

from app.accounts import admission, forms, local_mail, services, sessions, step_views, views
from app.accounts.blocks import SHUT_OUT, is_network_blocked
from app.accounts.identity import CODE_LASTS, Codes, Datastore, Letters, PasswordRules, afterwards, renew_code
from app.accounts.limits import limit_doors
from app.accounts.models import Role, User
from app.accounts.wording import OwnWords, speak
from app.config import Settings
from app.core import mail
from app.core.db import db, now
from app.core.errors import NotAllowed
from app.places.queries import country_name

FEATURES = {
    "CONFIRMABLE",
    "REGISTERABLE",
    "RECOVERABLE",
    "CHANGEABLE",
    "CHANGE_EMAIL",
    "UNIFIED_SIGNIN",
    "US_SIGNIN_REPLACES_LOGIN",
}
CHOSEN: dict[str, Any] = {
    "URL_PREFIX": "/<lang>",
    "STATIC_FOLDER": None,
    "CLI_USERS_NAME": None,
    "CLI_ROLES_NAME": None,
    "API_ENABLED_METHODS": ["session"],
    "RETURN_GENERIC_RESPONSES": True,
    "DATETIME_FACTORY": now,
    "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "EMAIL_PLAINTEXT": False,
    "EMAIL_HTML": False,
    # Argon2 under 16 MiB: several sign-ins at once fit into a small machine.
    "PASSWORD_HASH": "argon2",
    "PASSWORD_SINGLE_HASH": True,
    "PASSWORD_SCHEMES": ["argon2", "plaintext"],
    "PASSWORD_HASH_PASSLIB_OPTIONS": {"argon2__memory_cost": 12288, "argon2__time_cost": 3, "argon2__parallelism": 1},
    "PASSWORD_LENGTH_MIN": 10,
    "PASSWORD_REQUIRED": False,
    "PASSWORD_CONFIRM_REQUIRED": False,
    "CONFIRM_EMAIL_WITHIN": timedelta(hours=48),
    "RESET_PASSWORD_WITHIN": timedelta(hours=24),
    "CHANGE_EMAIL_WITHIN": timedelta(hours=48),
    "FRESHNESS": timedelta(hours=12),
    "US_ENABLED_METHODS": ["password", "email"],
    "US_MFA_REQUIRED": [],
    "US_TOKEN_VALIDITY": CODE_LASTS,
    "US_SIGNIN_URL": "/login",
    "US_SIGNIN_SEND_CODE_URL": "/login/code",
    "US_VERIFY_LINK_URL": "/login/link",
    "US_VERIFY_URL": "/account/verify",
    "US_VERIFY_SEND_CODE_URL": "/account/verify/code",
    "CHANGE_URL": "/account/password",
    "CHANGE_EMAIL_URL": "/account/address",
    "POST_LOGIN_VIEW": "site.home",
    "POST_LOGOUT_VIEW": "site.home",
    "POST_REGISTER_VIEW": "accounts.await_code",
    "POST_CHANGE_VIEW": "accounts.show_account",
    "POST_CHANGE_EMAIL_VIEW": "accounts.show_account",
    "POST_VERIFY_VIEW": "accounts.show_account",
    "CONFIRM_ERROR_VIEW": "security.login",
    "REGISTER_EMAIL_TEMPLATE": "accounts/welcome",
    "REGISTER_EMAIL_EXISTING_TEMPLATE": "accounts/already_member",
    "EMAIL_TEMPLATE_CONFIRM": "accounts/confirm",
    "EMAIL_TEMPLATE_PASSWORD_RESET": "accounts/reset_password",
    "EMAIL_TEMPLATE_PASSWORD_RESET_NOTICE": "accounts/password_changed",
    "EMAIL_TEMPLATE_PASSWORD_CHANGE_NOTICE": "accounts/password_changed",
    "CHANGE_EMAIL_EMAIL_TEMPLATE": "accounts/change_address",
    "US_EMAIL_TEMPLATE": "accounts/sign_in",
}
CLOSED = ("security.us_setup", "security.us_setup_validate", "security.verify")
"""Pages of Flask-Security that the platform has no use for."""


def init_app(app: Flask) -> None:
    """Bind identity to the application."""
    settings = cast(Settings, app.extensions["settings"])
    configure(app, settings)
    security = Security(
        app,
        Datastore(db, User, Role),
        us_signin_form=forms.SignInForm,
        us_verify_form=forms.VerifyForm,
        register_form=forms.RegisterForm,
        forgot_password_form=forms.ForgotPasswordForm,
        send_confirmation_form=forms.SendConfirmationForm,
        reset_password_form=forms.ResetPasswordForm,
        change_password_form=forms.ChangePasswordForm,
        change_email_form=forms.ChangeEmailForm,
        mail_util_cls=Letters,
        password_util_cls=PasswordRules,
        totp_cls=Codes,
        render_template=render,
    )
    security.i18n_domain = OwnWords(app)  # type: ignore[no-untyped-call]
    security.login_manager.user_loader(sessions.load_member)
    security.login_manager.request_loader(None)
    security.login_manager.session_protection = None
    security.want_json(lambda _request: False)
    limit_doors(app)
    app.view_functions.update(dict.fromkeys(CLOSED, closed))
    app.view_functions["security.us_verify_link"] = views.open_sign_in_link
    app.jinja_env.globals.update(
        country_name=country_name, shows_mail=local_mail.shows_mail, registration_mode=admission.mode
    )
    app.before_request(keep_out)
    app.register_blueprint(local_mail.bp)
    app.register_blueprint(step_views.bp)
    app.before_request(step_views.ask_second_step)
    app.after_request(step_views.lead_to_second_step)
    app.after_request(sessions.keep_session_rules)
    listen(app)


def configure(app: Flask, settings: Settings) -> None:
    """Flask-Security's settings."""
    app.config.update(
        {f"SECURITY_{name}": True for name in FEATURES} | {f"SECURITY_{name}": value for name, value in CHOSEN.items()}
    )
    app.config.update(
        SECURITY_PASSWORD_SALT=settings.derived_secret("password"),
        SECURITY_TOTP_SECRETS={"1": settings.derived_secret("codes")},
        SECURITY_TOTP_ISSUER=settings.site_name,
        PERMANENT_SESSION_LIFETIME=services.KEPT_FOR,
        SESSION_REFRESH_EACH_REQUEST=False,
        SESSION_COOKIE_HTTPONLY=True,
    )
    speak(app)


def listen(app: Flask) -> None:
    """Do what goes with Flask-Security's changes, in the same unit of work."""
    user_logged_in.connect(sessions.on_signed_in, app)
    user_logged_out.connect(sessions.on_signed_out, app)
    user_authenticated.connect(_on_authenticated, app)
    user_confirmed.connect(_on_confirmed, app)
    user_registered.connect(_on_registered, app)
    user_not_registered.connect(_on_registered, app)
    for changed in (password_changed, password_reset):
        changed.connect(_on_password, app)
    change_email_confirmed.connect(_on_address, app)


def render(template: str, **context: Any) -> str:
    """A page of Flask-Security: its form is `form`; what concerns no one field stands beside the password or code."""
    form = next((value for name, value in context.items() if name.endswith("_form")), None)
    passcode = getattr(form, "passcode", None)
    if form is not None and passcode is not None and form.form_errors:
        passcode.errors, form.form_errors = list(dict.fromkeys(map(str, form.form_errors))), []
    return render_template(template, form=form, **context)


def keep_out() -> None:
    """Nobody joins from a blocked network."""
    if request.endpoint == "security.register" and is_network_blocked(request.remote_addr):
        raise NotAllowed(SHUT_OUT)


def closed(**_: Any) -> NoReturn:
    """There is no such page here."""
    abort(404)


def _on_authenticated(_app: Flask, user: User, authn_via: list[str], **_: Any) -> None:
    if "email" in authn_via:
        afterwards(lambda: void_code(user))


def void_code(member: User) -> None:
    """A code works once: nobody knows the next one."""
    renew_code(member)


def _on_confirmed(_app: Flask, user: User, **_: Any) -> None:
    afterwards(lambda: admission.welcome(user))


def _on_registered(
    _app: Flask, form_data: dict[str, Any], user: User | None = None, existing_email: bool = False, **_: Any
) -> None:
    session["awaited"], session["chose_password"] = form_data["email"], not existing_email
    if user is not None and not existing_email:
        said = {name: str(form_data.get(name) or "") for name in ("invitation", "motive")}
        afterwards(lambda: admission.note_sign_up(user, said["invitation"], said["motive"]))


def _on_password(_app: Flask, user: User, **_: Any) -> None:
    kept = sessions.current_digest() if sessions.current_session() else ""
    afterwards(lambda: services.end_all_sessions(user, except_digest=kept))


def _on_address(_app: Flask, user: User, old_email: str, **_: Any) -> None:
    afterwards(lambda: mail.send(old_email, "accounts/address_changed", user.ui_lang, user=user))
