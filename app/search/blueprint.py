"""The blueprint that the views of this room share."""

from __future__ import annotations

from flask import Blueprint
from flask_limiter.util import get_remote_address

from app.accounts.actor import current_actor

bp = Blueprint("search", __name__, url_prefix="/<lang>")


def whoever() -> str:
    """A member wherever they are, else an address: a workshop behind one address is not one person."""
    actor = current_actor()
    return f"member:{actor.actor_id}" if actor.actor_id else get_remote_address()
