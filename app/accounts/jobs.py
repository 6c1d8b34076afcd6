"""What is cleared away by itself."""

from __future__ import annotations

from app.accounts.admission import purge_refused
from app.accounts.blocks import purge_blocks
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
    """Each night, forget accounts never confirmed, and people who were turned away."""
    with unit_of_work():
        purge_unconfirmed()
        purge_refused()


@periodic(minute="19")
def purge_ended_blocks() -> None:
    """Each hour, forget addresses with the end of their block."""
    with unit_of_work():
        purge_blocks()
