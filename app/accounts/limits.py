"""How often the front doors may be tried. Each limited view is made once: applications share the limiter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import Flask, Response, abort, current_app, request
from flask_limiter.util import get_remote_address
from flask_security import unified_signin, views
from flask_security.proxies import _security

from app.config import Settings
from app.extensions import limiter

PER_DOOR = "5 per 15 minutes"
PER_ACCOUNT = "30 per hour"


def _account() -> str:
    said = (
        request.form.get("identity")
        or request.form.get("email")
        or (request.view_args and request.view_args.get("token"))
    )
    return _as_kept(str(said or "").strip()[:254]).lower()


def _as_kept(address: str) -> str:
    """The address as members are found by it: one account has one key, however its address is spelt."""
    try:
        return str(_security.mail_util.normalize(address))
    except ValueError:
        return address


def account_and_address() -> str:
    """One account from one network address."""
    return f"{_account()} {get_remote_address()}"


def _failed(response: Response) -> bool:
    """A form shown again: whoever gets in is sent elsewhere."""
    return response.status_code == 200


def _went_through(response: Response) -> bool:
    return response.status_code == 302


def _registrations() -> str:
    return cast(Settings, current_app.extensions["settings"]).registration_limit


def _limited(
    view: Callable[..., Any], *limits: tuple[Any, Callable[[], str], Callable[[Response], bool] | None]
) -> Callable[..., Any]:
    for value, key, counts in limits:
        view = limiter.limit(value, key_func=key, methods=["POST"], deduct_when=counts)(view)
    return view


_MAILS = ((PER_DOOR, account_and_address, None), (PER_ACCOUNT, _account, None))
"""Nobody's letter box is filled from many addresses."""
_SIGN_IN = _limited(
    unified_signin.us_signin, (PER_DOOR, account_and_address, _failed), (PER_ACCOUNT, _account, _failed)
)
_SEND_CODE = _limited(unified_signin.us_signin_send_code, *_MAILS)
_LIMITED = {
    "security.login": _SIGN_IN,
    "security.us_signin": _SIGN_IN,
    "security.us_signin_send_code": _SEND_CODE,
    "security.us_verify": _limited(unified_signin.us_verify, (PER_DOOR, get_remote_address, _failed)),
    "security.us_verify_send_code": _limited(unified_signin.us_verify_send_code, (PER_DOOR, get_remote_address, None)),
    "security.register": _limited(views.register, (_registrations, get_remote_address, _went_through)),
    "security.forgot_password": _limited(views.forgot_password, *_MAILS),
    "security.send_confirmation": _limited(views.send_confirmation, *_MAILS),
    "security.reset_password": _limited(views.reset_password, (PER_DOOR, account_and_address, _failed)),
    "security.change_password": _limited(views.change_password, (PER_DOOR, get_remote_address, _failed)),
}


def limit_doors(app: Flask) -> None:
    """Put the limited views in place of the plain ones, which take no JSON."""
    app.view_functions.update(_LIMITED)
    app.before_request(forms_alone)


def forms_alone() -> None:
    """The limits read forms and count pages shown again: Flask-Security's answers to JSON would pass uncounted."""
    if request.blueprint == "security" and request.is_json:
        abort(415)
