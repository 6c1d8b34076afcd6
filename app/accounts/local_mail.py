"""The mails that landed on this machine because no SMTP server is set: a page for demonstrations and first steps."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from app.config import Settings
from app.core.mail_settings import mail_settings
from app.core.transport import mail_folder
from app.extensions import talisman

bp = Blueprint("local_mail", __name__, url_prefix="/<lang>/mail")

NEWEST = 100
HERE = {"127.0.0.1", "::1", "localhost"}
NAME = re.compile(r"\d{8}-\d{6}-\d+")
STYLED = {
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",
    "frame-ancestors": "'none'",
    "sandbox": "allow-popups allow-top-navigation",
}
"""Mails carry their style inside; nothing else of them runs or loads."""


def _folder() -> Path:
    if not shows_mail():
        abort(404)
    return mail_folder(cast(Settings, current_app.extensions["settings"]))


def shows_mail() -> bool:
    """Whether the reader may read the mails, which sign people in: only at this machine, of a site for itself alone."""
    settings = cast(Settings, current_app.extensions["settings"])
    hosts = {urlsplit(settings.site_url).hostname, urlsplit(request.host_url).hostname, request.remote_addr}
    return not mail_settings(settings).smtp_url and hosts <= HERE and "X-Forwarded-For" not in request.headers


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def _get(name: str) -> EmailMessage:
    path = _folder() / f"{name}.eml"
    if not NAME.fullmatch(name) or not path.exists():
        abort(404)
    return _read(path)


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return str(body.get_content()) if body is not None else ""


@bp.get("")
def list_mails() -> ResponseReturnValue:
    """The newest mails."""
    paths = sorted(_folder().glob("*.eml"), reverse=True)[:NEWEST]
    mails = [(path.stem, message, parsedate_to_datetime(message["Date"])) for path in paths if (message := _read(path))]
    return render_template("accounts/list_mails.html", mails=mails)


@bp.get("/<name>")
def show_mail(name: str) -> ResponseReturnValue:
    """One mail, as text, with its links."""
    message = _get(name)
    paragraphs = _part(message, "plain").strip().split("\n\n")
    pieces = [[piece for piece in re.split(r"(https?://\S+|\n)", text) if piece] for text in paragraphs]
    return render_template("accounts/show_mail.html", name=name, mail=message, paragraphs=pieces)


@bp.get("/<name>/html")
@talisman(content_security_policy=STYLED)
def show_html(name: str) -> ResponseReturnValue:
    """The HTML part alone, as a mail program would show it."""
    return _part(_get(name), "html")
