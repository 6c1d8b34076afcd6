"""Copies that were asked for, copies that are old, accounts that nobody uses or comes back to."""

from __future__ import annotations

from app.core.jobs import periodic
from app.privacy.closing import anonymise_due, close_idle
from app.privacy.exporting import make_due, purge_exports


@periodic(minute="*/2")
def make_copies() -> None:
    """Make what a lost wake-up left."""
    make_due()


@periodic(minute="37")
def clear_away() -> None:
    """Each hour, delete old copies and anonymise what is due."""
    purge_exports()
    anonymise_due()


@periodic(minute="43", hour="2")
def close_unused() -> None:
    """Each night, close accounts that nobody uses, where the operator says so."""
    close_idle()
