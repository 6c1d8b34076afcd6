"""Members are asked what they agree to when they join, and again when a text they agreed to has a new version."""

from __future__ import annotations

from typing import Any

from flask import Flask, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import user_registered

from app.accounts.actor import current_actor
from app.accounts.identity import afterwards
from app.accounts.models import User
from app.core.asking import wants_json
from app.privacy import consents

ROOMS_ASKED = {"forum", "search", "engagement", "site", "moderation", "administration", "accounts"}
"""Blueprints whose pages wait until the member was asked; what one agrees to, signing out and leaving never do."""


def init_app(app: Flask) -> None:
    """Record what is agreed to at sign-up, and ask where something is missing."""
    user_registered.connect(_on_registered, app)
    app.before_request(ask_again)


def _on_registered(_app: Flask, user: User, **_: Any) -> None:
    afterwards(lambda: consents.agree(user))


def ask_again() -> ResponseReturnValue | None:
    """Lead a member to the page that asks, from any page that is read; what is sent is never lost."""
    if request.method != "GET" or request.blueprint not in ROOMS_ASKED or wants_json():
        return None
    versions = consents.in_force()
    wanted = "-".join(str(versions[purpose]) for purpose in sorted(versions))
    if not any(versions.values()) or session.get("agreed") == wanted:
        return None
    actor = current_actor()
    if not isinstance(actor, User):
        return None
    if consents.missing(actor):
        return redirect(url_for("privacy.ask_consent", next=request.full_path.rstrip("?")))
    session["agreed"] = wanted
    return None
