"""Ids that sort by the moment a thing was made, as if it had been made here then."""

from __future__ import annotations

from datetime import datetime

from ulid import ULID


def public_id_at(moment: datetime) -> str:
    """A public id of that moment."""
    return str(ULID.from_datetime(moment)).lower()
