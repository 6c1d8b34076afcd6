"""Who may join: people whom a moderator lets in, people who were invited, nobody from a blocked address, no machine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts import admission, services
from app.accounts.drafts import ProfileDraft
from app.accounts.lifecycle import ACCOUNT_STATES
from app.accounts.models import User
from app.accounts.queries import get_member
from app.core.db import db, now
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.core.events import EventRow, unit_of_work
from app.core.humans import read_challenge
from app.core.lifecycle import next_state, states_of
from tests.accounts.letters import code_in, link_in, member, waiting
from tests.accounts.test_signing_up import AWA, GOOD, join
from tests.factories import UserFactory
from tests.support.browser import submit
from tests.support.clock import FrozenClock
from tests.support.pages import fields_of, page_of, said
from tests.support.trust import chosen

Sign = Callable[..., FlaskClient]


def members() -> int:
    return db.session.scalar(select(func.count()).select_from(User)) or 0


def confirmed(client: FlaskClient) -> None:
    client.get(link_in(waiting(AWA)[0]))


@pytest.fixture
def by_approval(app: Flask) -> None:
    chosen("accounts.registration", "approval")


@pytest.fixture
def staff(app: Flask, sign_in: Sign) -> FlaskClient:
    return sign_in(app.test_client(), UserFactory(role="staff"))


def test_a_request_waits_and_cannot_sign_in(client: FlaskClient, by_approval: None) -> None:
    join(client, motive="Je connais Dunkerque.")
    confirmed(client)
    awa = member(AWA)
    assert (awa.status, db.session.scalar(select(func.count()).select_from(EventRow))) == ("waiting", 1)
    page = submit(client, "/en/login", identity=AWA, passcode=GOOD)
    assert "A moderator looks at your request" in page.text
    with pytest.raises(NotFound):
        get_member(awa, awa.handle)


def test_a_code_confirms_the_address_and_says_that_a_moderator_decides(client: FlaskClient, by_approval: None) -> None:
    join(client, password="")
    code = code_in(waiting(AWA)[0])
    page = submit(client, "/en/login", "/en/register/sent", by="code", identity=AWA, passcode=code)
    assert "A moderator looks at your request" in page.text
    assert member(AWA).status == "waiting"


def test_staff_let_in_and_turn_away(client: FlaskClient, by_approval: None, staff: FlaskClient) -> None:
    join(client, motive="Je connais Dunkerque.")
    confirmed(client)
    assert "Je connais Dunkerque." in said(staff.get("/fr/moderation/requests"))
    awa = member(AWA)
    page = "/fr/moderation/requests"
    without = submit(staff, f"{page}/{awa.id}/refuse", "/fr/account/settings", reason="")
    assert without.status_code == 422
    assert submit(staff, f"{page}/{awa.id}/accept", "/fr/account/settings").status_code == 303
    assert member(AWA).status == "active"
    assert "let_in" not in [row.name for row in db.session.scalars(select(EventRow))]
    assert any(row.name == "MemberJoined" for row in db.session.scalars(select(EventRow)))
    assert submit(client, "/fr/login", identity=AWA, passcode=GOOD).location == "/fr/"
    assert submit(staff, f"{page}/{awa.id}/accept", "/fr/account/settings").status_code == 404


def test_who_is_turned_away_is_told_why_and_forgotten_in_a_month(
    client: FlaskClient, by_approval: None, clock: FrozenClock
) -> None:
    join(client)
    confirmed(client)
    awa = member(AWA)
    with pytest.raises(Invalid), unit_of_work():
        admission.turn_away(UserFactory(role="staff"), awa.id, " ")
    with unit_of_work():
        admission.turn_away(UserFactory(role="staff"), awa.id, "Compte en double")
    assert "Compte en double" in waiting(AWA)[-1].text
    assert awa.status == "refused"
    clock.advance(days=31)
    with unit_of_work():
        admission.purge_refused()
    assert db.session.scalar(select(User.id).where(User.email == AWA)) is None


@pytest.mark.parametrize("role", ["", "moderator"])
def test_only_staff_decide_who_joins(app: Flask, role: str) -> None:
    actor = UserFactory(role=role)
    for act in (
        lambda: admission.requests(actor),
        lambda: admission.let_in(actor, 1),
        lambda: admission.turn_away(actor, 1, "non"),
        lambda: admission.invite(actor, "", 1, now() + timedelta(days=1)),
        lambda: admission.invitations(actor),
        lambda: admission.withdraw_invitation(actor, 1),
    ):
        with pytest.raises(NotAllowed), unit_of_work():
            act()


def test_without_an_invitation_nobody_joins(client: FlaskClient) -> None:
    chosen("accounts.registration", "invitation")
    page = client.get("/en/register")
    assert "one joins by invitation" in page.text
    assert not [one for one in page_of(page).iter("input") if one.get("name") == "email"]
    said_anyway = {"display_name": "Awa", "email": AWA, "is_old_enough": "y", "invitation": "made-up"}
    assert submit(client, "/en/register", "/en/login", **said_anyway).status_code == 200
    assert members() == 0


@pytest.mark.parametrize("mode", ["invitation", "approval"])
def test_an_invitation_lets_so_many_in_until_its_end(app: Flask, clock: FrozenClock, mode: str) -> None:
    chosen("accounts.registration", mode)
    staff = UserFactory(role="staff")
    with unit_of_work():
        token = admission.invite(staff, "Réunion", 1, now() + timedelta(days=2))
    first = app.test_client()
    page = first.get(f"/fr/register?invitation={token}")
    fields = fields_of(page, next(one for one in page_of(page).iter("form") if "/register" in one.get("action", "")))
    fields |= {"display_name": "Awa", "email": AWA, "password": GOOD, "is_old_enough": "y"}
    assert first.post("/fr/register", data=fields).location == "/fr/register/sent"
    confirmed(first)
    assert member(AWA).status == "active"
    assert not admission.is_invited(token)
    with unit_of_work():
        other = admission.invite(staff, "", 5, now() + timedelta(days=2))
    assert admission.is_invited(other)
    clock.advance(days=3)
    assert not admission.is_invited(other)
    assert admission.invitations(staff) == []


def test_an_invitation_is_shown_once_and_taken_back(staff: FlaskClient) -> None:
    page = submit(staff, "/fr/moderation/invitations", uses="2", days="3", note="Réunion")
    link = next(one.get("value", "") for one in page_of(page).iter("input") if "invitation=" in one.get("value", ""))
    token = link.rpartition("=")[2]
    assert admission.is_invited(token)
    assert token not in staff.get("/fr/moderation/invitations").text
    (row,) = db.session.scalars(select(admission.SiteInvitation))
    assert row.token != token
    submit(staff, f"/fr/moderation/invitations/{row.id}/withdraw", "/fr/account/settings")
    assert not admission.is_invited(token)
    assert submit(staff, "/fr/moderation/invitations", uses="x", days="0").status_code == 422


def test_a_letter_that_machines_fill_in_is_no_sign_up(client: FlaskClient) -> None:
    assert join(client, website="https://spam.example").status_code == 200
    assert members() == 0


def test_where_guards_are_on_somebody_must_be_there(make_app: Callable[..., Flask], clock: FrozenClock) -> None:
    app = make_app(rate_limits=True)
    with app.app_context():
        browser = app.test_client()
        page = browser.get("/en/register")
        form = next(one for one in page_of(page).iter("form") if "/register" in one.get("action", ""))
        fields = fields_of(page, form) | {
            "display_name": "Awa", "email": AWA, "password": GOOD, "is_old_enough": "y",
        }  # fmt: skip
        assert "human_token" in fields
        fast = browser.post("/en/register", data=fields | {"human_answer": "x"})
        assert "That was very fast" in fast.text
        assert f'value="{AWA}"' in fast.text
        clock.advance(seconds=20)
        wrong = browser.post("/en/register", data=fields | {"human_answer": "x"})
        assert "not the answer we expected" in wrong.text
        assert members() == 0
        challenge = read_challenge(fields["human_token"], "register")
        assert challenge is not None
        right = fields | {"human_answer": challenge.answers[0]}
        assert browser.post("/en/register", data=right).status_code == 302
        assert members() == 1
        replay = browser.post("/en/register", data=right | {"email": "other@example.org"})
        assert "open too long" in replay.text
        assert members() == 1


def test_every_pair_of_account_states(app: Flask) -> None:
    for action, steps in ACCOUNT_STATES.items():
        for state in states_of(ACCOUNT_STATES):
            if state in steps:
                assert next_state(ACCOUNT_STATES, action, state) == steps[state]
            else:
                with pytest.raises(Conflict):
                    next_state(ACCOUNT_STATES, action, state)


def test_new_members_put_no_links_into_their_presentation(app: Flask) -> None:
    for trust, is_taken in ((0, False), (1, True)):
        awa = UserFactory(trust=trust)
        draft = ProfileDraft(awa.display_name, awa.handle, "", None, "Voir www.casino.example", "fr", ["fr"],
                             "Europe/Paris", True)  # fmt: skip
        if is_taken:
            with unit_of_work():
                services.change_profile(awa, awa, draft)
        else:
            with pytest.raises(Invalid) as refused, unit_of_work():
                services.change_profile(awa, awa, draft)
            assert refused.value.field == "presentation"


@pytest.mark.parametrize("mode", ["invitation", "approval"])
def test_two_who_sign_up_at_once_never_share_the_last_use(app: Flask, mode: str) -> None:
    chosen("accounts.registration", mode)
    with unit_of_work():
        token = admission.invite(UserFactory(role="staff"), "", 1, now() + timedelta(days=2))
    assert admission.is_invited(token)  # as both forms found it
    first, second = UserFactory(status="pending"), UserFactory(status="pending")
    for member_ in (first, second):
        with unit_of_work():
            admission.note_sign_up(member_, token, "")
    assert [db.session.get(admission.JoinRequest, one.id) is not None for one in (first, second)] == [False, True]
