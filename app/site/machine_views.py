"""Addresses without a language: the root, health, and what search engines read."""

from __future__ import annotations

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from app.accounts.actor import current_actor
from app.accounts.models import User
from app.core.db import db
from app.core.i18n import preferred

bp = Blueprint("machine", __name__)


@bp.get("/")
def choose_language() -> ResponseReturnValue:
    """To the home page in the reader's language."""
    actor = current_actor()
    response = redirect(f"/{preferred(actor.ui_lang if isinstance(actor, User) else None)}/", 302)
    response.vary.update(("Accept-Language", "Cookie"))
    response.cache_control.private = True
    return response


@bp.get("/health")
def health() -> ResponseReturnValue:
    """200 when pages can be answered: the database does. Raises what the database raises."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ok"}
