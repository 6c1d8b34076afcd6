"""Every action in every state of an account; and what an account is when it comes back, whatever kept it out."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import services
from app.accounts.lifecycle import ACCOUNT_STATES
from app.accounts.models import User
from app.core.audit import AuditEntry
from app.core.db import db, now
from app.core.errors import Conflict, NotAllowed
from app.core.events import unit_of_work
from app.core.lifecycle import next_state, states_of
from app.core.oversight import HOUSE
from app.moderation import appealing
from app.moderation.deciding import end_due
from app.privacy import closing
from app.privacy.models import AccountClosing
from tests.factories import UserFactory
from tests.support.clock import FrozenClock
from tests.support.moderation import appealed, decided

LEADS = {
    ("pending", "confirm"): "active",
    ("pending", "ask_to_join"): "waiting",
    ("waiting", "approve"): "active",
    ("waiting", "refuse"): "refused",
    ("active", "suspend"): "suspended",
    ("active", "close"): "closed",
    ("suspended", "reinstate"): "active",
    ("suspended", "close"): "closed",
    ("closed", "reopen"): "active",
    ("closed", "reopen_suspended"): "suspended",
    ("closed", "anonymise"): "anonymised",
}
ACTIONS = ("confirm", "ask_to_join", "approve", "refuse", "suspend", "reinstate", "close", "reopen",
           "reopen_suspended", "anonymise")  # fmt: skip
STATES = ("pending", "waiting", "refused", "active", "suspended", "closed", "anonymised")


def test_the_table_names_these_states_and_actions() -> None:
    assert set(ACCOUNT_STATES) == set(ACTIONS)
    assert states_of(ACCOUNT_STATES) == set(STATES)


@pytest.mark.parametrize(("state", "action"), list(product(STATES, ACTIONS)))
def test_every_action_in_every_state(state: str, action: str) -> None:
    if (state, action) in LEADS:
        assert next_state(ACCOUNT_STATES, action, state) == LEADS[state, action]
    else:
        with pytest.raises(Conflict):
            next_state(ACCOUNT_STATES, action, state)


def closed(member: User) -> AccountClosing:
    with unit_of_work():
        return closing.close_account(member, member)


def comes_back(member: User) -> tuple[str, bool]:
    with unit_of_work():
        closing.reopen(db.session.get_one(AccountClosing, member.id))
    return member.status, member.active


def kept_out(member: User, days: int = 0) -> None:
    until = now() + timedelta(days=days) if days else None
    decided(UserFactory(role="staff"), member, "suspend" if days else "ban", until=until)


def let_in_by_date() -> None:
    with unit_of_work():
        end_due(HOUSE, now())


@pytest.mark.parametrize(
    ("kept_for", "away", "job_runs", "status"),
    [
        (7, 3, True, "suspended"),
        (7, 10, True, "active"),
        (7, 10, False, "active"),
        (0, 10, True, "suspended"),
    ],
    ids=["runs on", "ended", "ended, not yet noted", "without an end"],
)
def test_a_suspended_account_that_closed_comes_back_as_it_should_be(
    app: Flask, clock: FrozenClock, kept_for: int, away: int, job_runs: bool, status: str
) -> None:
    member = UserFactory()
    kept_out(member, kept_for)
    closed(member)
    clock.advance(days=away)
    if job_runs:
        let_in_by_date()
    assert member.status == "closed"
    assert comes_back(member) == (status, status == "active")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "reopen")).one()
    assert entry.detail["after"] == status


def test_a_suspension_that_runs_on_ends_after_the_return(app: Flask, clock: FrozenClock) -> None:
    member = UserFactory()
    kept_out(member, 7)
    closed(member)
    assert comes_back(member) == ("suspended", False)
    clock.advance(days=8)
    let_in_by_date()
    assert (member.status, member.active) == ("active", True)


def test_an_appeal_upheld_while_the_account_is_closed_counts_on_return(app: Flask) -> None:
    member = UserFactory()
    filed = appealed(decided(UserFactory(role="staff"), member, "ban"))
    closed(member)
    with unit_of_work():
        appealing.decide_appeal(UserFactory(role="administrator"), filed, "uphold", "")
    assert member.status == "closed"
    assert comes_back(member) == ("active", True)


def test_the_second_suspension_counts_when_the_first_has_ended(app: Flask, clock: FrozenClock) -> None:
    member = UserFactory()
    kept_out(member, 1)
    with pytest.raises(NotAllowed):
        kept_out(member, 7)
    clock.advance(days=2)
    let_in_by_date()
    kept_out(member, 7)
    closed(member)
    clock.advance(days=1)
    assert comes_back(member) == ("suspended", False)


def test_whoever_was_suspended_without_a_decision_stays_so(app: Flask) -> None:
    member = UserFactory()
    with unit_of_work():
        services.suspend(UserFactory(role="staff"), member, "other")
    closed(member)
    assert comes_back(member) == ("suspended", False)


def test_whoever_was_active_comes_back_active_and_once(app: Flask) -> None:
    member = UserFactory()
    kept_out(member, 1)
    with unit_of_work():
        services.reinstate(UserFactory(role="staff"), member, "other")
    found = closed(member)
    assert comes_back(member) == ("active", True)
    with pytest.raises(Conflict), unit_of_work():
        closing.reopen(found)
