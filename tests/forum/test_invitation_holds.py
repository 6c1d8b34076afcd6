"""Signing up by an invitation into a space keeps one of its uses, until one enters or the account is forgotten."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import admission
from app.accounts.jobs import purge_unconfirmed_accounts
from app.accounts.models import User
from app.core import options
from app.core.db import db
from app.core.errors import Conflict
from app.core.events import unit_of_work
from app.forum.models import Space
from app.forum.spaces import invitation_links, invitations
from app.forum.spaces.models import InvitationHold, SpaceInvitation
from tests.factories import SpaceFactory, UserFactory
from tests.support.clock import FrozenClock


@pytest.fixture(autouse=True)
def by_invitation(app: Flask) -> None:
    with unit_of_work():
        options.change(UserFactory(role="administrator"), "accounts.registration", "invitation")


@pytest.fixture
def space(app: Flask) -> Space:
    return SpaceFactory(visibility="closed")


@pytest.fixture
def leader(space: Space) -> User:
    return UserFactory(role="facilitator", space=space)


def link(leader: User, space: Space, uses: int = 1) -> SpaceInvitation:
    with unit_of_work():
        return invitations.make_link(leader, space, 30, uses)


def signed_up(invitation: SpaceInvitation) -> User:
    member: User = UserFactory(status="pending")
    with unit_of_work():
        admission.note_sign_up(member, invitation_links.token_of(invitation), "")
    db.session.refresh(invitation)
    return member


def waits(member: User) -> bool:
    return db.session.get(admission.JoinRequest, member.id) is not None


def test_two_who_sign_up_by_a_link_never_share_its_last_use(space: Space, leader: User) -> None:
    invitation = link(leader, space, 2)
    token = invitation_links.token_of(invitation)
    people = [signed_up(invitation) for _ in range(3)]
    assert [waits(one) for one in people] == [False, False, True]
    assert not admission.is_invited(token)
    assert invitation.state == "used"
    with pytest.raises(Conflict), unit_of_work():
        invitations.accept_invitation(UserFactory(), invitation)


def test_whoever_signed_up_enters_by_the_use_kept_for_them(space: Space, leader: User, app: Flask, sign_in) -> None:  # type: ignore[no-untyped-def]
    invitation = link(leader, space)
    member = signed_up(invitation)
    with unit_of_work():
        member.status = "active"
    address = f"/en/invitations/{invitation_links.token_of(invitation)}"
    other: FlaskClient = sign_in(app.test_client(), UserFactory())
    assert other.get(address).status_code == app.test_client().get(address).status_code == 410
    assert sign_in(app.test_client(), member).get(address).status_code == 200
    with unit_of_work():
        invitations.accept_invitation(member, invitation)
    db.session.refresh(invitation)
    assert (invitation.uses, invitation.held, invitation.state) == (1, 0, "used")
    assert member.belongs_to(space.id)


def test_an_account_that_is_never_confirmed_gives_the_use_back(space: Space, leader: User, clock: FrozenClock) -> None:
    invitation = link(leader, space)
    signed_up(invitation)
    clock.advance(days=8)
    purge_unconfirmed_accounts()
    db.session.refresh(invitation)
    assert db.session.scalars(select(InvitationHold)).all() == []
    assert (invitation.uses, invitation.state) == (0, "open")
    assert not waits(signed_up(invitation))


def test_a_kept_use_ends_with_the_invitation(space: Space, leader: User, clock: FrozenClock) -> None:
    taken_back, ended = link(leader, space), link(leader, space)
    first, second = signed_up(taken_back), signed_up(ended)
    with unit_of_work():
        taken_back.revoked_at = clock()
    clock.advance(days=31)
    for member, invitation in ((first, taken_back), (second, ended)):
        with pytest.raises(Conflict), unit_of_work():
            invitations.accept_invitation(member, invitation)
    assert not invitation_links.admits("made-up")


def test_an_invitation_of_a_member_lets_nobody_else_join(space: Space, leader: User) -> None:
    with unit_of_work():
        named = invitations.invite_member(leader, space, UserFactory().handle)
    assert not admission.is_invited(invitation_links.token_of(named))
    assert waits(signed_up(named))
    assert named.state == "open"


def test_an_invited_address_keeps_its_invitation_in_sight(space: Space, leader: User) -> None:
    with unit_of_work():
        mailed = invitations.invite_address(leader, space, "new@example.org")
    member: User = UserFactory(status="pending", email="new@example.org")
    with unit_of_work():
        admission.note_sign_up(member, invitation_links.token_of(mailed), "")
    assert [one.id for one in invitation_links.invitations_for(member)] == [mailed.id]
    with unit_of_work():
        invitations.decline_invitation(member, mailed)
    assert invitation_links.invitations_for(member) == []
