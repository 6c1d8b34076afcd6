"""What is cleared away by itself."""

from __future__ import annotations

from app.accounts.services import purge_sessions, purge_unconfirmed
from app.core.events import unit_of_work
from app.core.jobs import periodic


@periodic(minute="17")
def purge_ended_sessions() -> None:
    """Each hour, forget the sessions that have ended."""
    with unit_of_work():
        purge_sessions()


@periodic(minute="23", hour="3")
def purge_unconfirmed_accounts() -> None:
    """Each night, forget accounts never confirmed."""
    with unit_of_work():
        purge_unconfirmed()
