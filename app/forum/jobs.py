"""What the forum does by itself when its time comes."""

from __future__ import annotations

from app.core.db import now
from app.core.events import unit_of_work
from app.core.jobs import periodic
from app.forum.drafting.scheduling import publish_due
from app.forum.polls.queries import due_polls
from app.forum.polls.services import close_due_polls
from app.forum.sessions.services import run_due
from app.forum.spaces.invitations import KEPT, purge_invitations
from app.forum.spaces.membership import purge_requests


@periodic(minute="*")
def publish_scheduled() -> None:
    """Each minute, publish what members asked to have published by now."""
    publish_due()


@periodic(minute="*")
def end_polls() -> None:
    """Each minute, end the polls whose last moment has come."""
    if due_polls():
        with unit_of_work():
            close_due_polls()


@periodic(minute="23", hour="3")
def purge_membership() -> None:
    """Each night, forget the addresses of invitations that ended and the notes of requests that were answered."""
    with unit_of_work():
        purge_invitations(now() - KEPT)
        purge_requests(now() - KEPT)


@periodic(minute="*")
def move_sessions() -> None:
    """Each minute, begin the live sessions whose time has come and end those whose time is over."""
    run_due()
