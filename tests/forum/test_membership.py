"""Entering and leaving spaces: refusals first, then how people come in, are told, and go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import services
from app.accounts.actor import VISITOR
from app.accounts.models import Role, User
from app.core.audit import AuditEntry
from app.core.db import db, now
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.core.events import unit_of_work
from app.core.mail import OutgoingMail
from app.core.policy import Actor, Ruling
from app.forum.models import VISIBILITIES, Space
from app.forum.spaces import membership, participants, policy
from app.forum.spaces.models import SpaceRequest
from tests.factories import SpaceFactory, UserFactory

ROLES = ("visitor", "member", "participant", "facilitator", "moderator", "staff", "administrator")
LEADERS = {"facilitator", "moderator", "staff", "administrator"}
NOT_IN = {"member", "moderator", "staff", "administrator"}
"""Members who hold no role of participation in the space."""


def cast(space: Space) -> dict[str, Actor]:
    """Someone in each role."""
    return {
        "visitor": VISITOR,
        "member": UserFactory(),
        "participant": UserFactory(role="participant", space=space),
        "facilitator": UserFactory(role="facilitator", space=space),
        "moderator": UserFactory(role="moderator", space=space),
        "staff": UserFactory(role="staff"),
        "administrator": UserFactory(role="administrator"),
    }


CASES: dict[str, tuple[Callable[[Actor, Space], Ruling], dict[str, set[str]]]] = {
    "join": (policy.can_join, {"public": NOT_IN, "members": NOT_IN}),
    "ask": (policy.can_ask, {"request": {"member"}}),
    "accept an invitation": (
        policy.can_accept_invitation,
        {"public": NOT_IN, "members": NOT_IN, "request": NOT_IN, "closed": NOT_IN},
    ),
    "leave": (policy.can_leave, {one: {"participant", "facilitator"} for one in VISIBILITIES}),
    "see who takes part": (
        policy.can_see_people,
        {
            "public": {*ROLES} - {"visitor"},
            "members": {*ROLES} - {"visitor"},
            "request": {"participant", *LEADERS},
            "closed": {"participant", *LEADERS},
            "staff": LEADERS,
        },
    ),
    "lead": (policy.can_lead, dict.fromkeys(VISIBILITIES, LEADERS)),
    "invite": (policy.can_invite, dict.fromkeys(VISIBILITIES[:4], LEADERS)),
}


@pytest.mark.parametrize("visibility", VISIBILITIES)
@pytest.mark.parametrize("case", CASES)
def test_who_may_do_what(app: Flask, case: str, visibility: str) -> None:
    rule, allowed = CASES[case]
    space = SpaceFactory(visibility=visibility)
    found = {role for role, actor in cast(space).items() if rule(actor, space)}
    assert found == allowed.get(visibility, set())


@pytest.mark.parametrize("case", ["join", "ask", "accept an invitation", "invite"])
def test_nobody_enters_what_is_archived(app: Flask, case: str) -> None:
    space = SpaceFactory(visibility="request" if case == "ask" else "public", archived_at=now())
    assert not [role for role, actor in cast(space).items() if CASES[case][0](actor, space)]


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        ("closed", "request", LEADERS),
        ("public", "closed", LEADERS),
        ("closed", "staff", {"staff", "administrator"}),
        ("staff", "closed", {"staff", "administrator"}),
        ("staff", "staff", LEADERS),
    ],
)
def test_who_gives_a_visibility(app: Flask, before: str, after: str, allowed: set[str]) -> None:
    space = SpaceFactory(visibility=before)
    found = {role for role, actor in cast(space).items() if policy.can_give_visibility(actor, space, after)}
    assert found == allowed


def roles_of(member: User) -> set[str]:
    return set(db.session.scalars(select(Role.name).where(Role.user_id == member.id)))


def mails() -> list[tuple[str, str]]:
    return [(mail.to, mail.lang) for mail in db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))]


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_joining_and_leaving_an_open_space(app: Flask, actor: User) -> None:
    space = SpaceFactory(visibility="members")
    with pytest.raises(NotAllowed), unit_of_work():
        membership.leave_space(actor, space)
    with unit_of_work():
        membership.join_space(actor, space)
    assert roles_of(actor) == {"participant"}
    assert participants.standing(actor, space) == "participant"
    with pytest.raises(NotAllowed), unit_of_work():
        membership.join_space(actor, space)
    with unit_of_work():
        membership.leave_space(actor, space)
    assert roles_of(actor) == set()
    assert actions() == ["grant_role", "revoke_role"]


def test_a_closed_space_is_not_joined(app: Flask, actor: User) -> None:
    with pytest.raises(NotAllowed), unit_of_work():
        membership.join_space(actor, SpaceFactory(visibility="closed"))
    assert roles_of(actor) == set()


def asking(space: Space, note: str = "Je dirige une chambre.") -> tuple[User, SpaceRequest]:
    member = UserFactory(ui_lang="ar")
    with unit_of_work():
        return member, membership.ask_to_join(member, space, note)


def test_a_request_is_asked_once_read_by_who_leads_and_answered(app: Flask) -> None:
    space = SpaceFactory(visibility="request")
    leader = UserFactory(role="facilitator", space=space, ui_lang="nl")
    with pytest.raises(Invalid), unit_of_work():
        membership.ask_to_join(UserFactory(), space, "x" * 1001)
    member, asked = asking(space)
    assert mails() == [(leader.email, "nl")]
    with pytest.raises(Conflict), unit_of_work():
        membership.ask_to_join(member, space, "Encore")
    with pytest.raises(NotAllowed), unit_of_work():
        membership.accept_request(member, asked)
    with unit_of_work():
        membership.accept_request(leader, asked)
    assert roles_of(member) == {"participant"}
    assert mails()[1:] == [(member.email, "ar")]
    for decide in (
        lambda: membership.accept_request(leader, asked),
        lambda: membership.refuse_request(leader, asked, "Trop tard"),
        lambda: membership.withdraw_request(member, asked),
    ):
        with pytest.raises(Conflict), unit_of_work():
            decide()
    assert actions() == ["ask_to_join", "accept_request", "grant_role"]


def test_a_refusal_needs_a_reason_which_the_person_is_told(app: Flask) -> None:
    space = SpaceFactory(visibility="request")
    leader = UserFactory(role="facilitator", space=space)
    member, asked = asking(space)
    for reason in ("", "  ", "x" * 501):
        with pytest.raises(Invalid), unit_of_work():
            membership.refuse_request(leader, asked, reason)
    with unit_of_work():
        membership.refuse_request(leader, asked, "Réservé aux chambres.")
    assert roles_of(member) == set()
    told = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc())).first()
    assert told is not None
    assert "Réservé aux chambres." in told.text
    assert participants.last_refusal(member, space.id) is not None
    with unit_of_work():  # one may ask again
        membership.ask_to_join(member, space, "")


def test_a_request_is_taken_back_by_who_asked_alone(app: Flask) -> None:
    member, asked = asking(SpaceFactory(visibility="request"))
    with pytest.raises(NotFound), unit_of_work():
        membership.withdraw_request(UserFactory(), asked)
    with unit_of_work():
        membership.withdraw_request(member, asked)
    assert asked.state == "withdrawn"


def test_the_lead_is_given_until_a_day_and_taken_back(app: Flask, clock: Any) -> None:
    space = SpaceFactory(visibility="closed")
    leader = UserFactory(role="facilitator", space=space)
    member = UserFactory(role="participant", space=space)
    with pytest.raises(Conflict), unit_of_work():
        membership.make_facilitator(leader, space, UserFactory())
    with pytest.raises(NotAllowed), unit_of_work():
        membership.make_facilitator(member, space, member)
    with unit_of_work():
        membership.make_facilitator(leader, space, member, clock() + timedelta(days=1))
    assert member.moderates(space.id)
    clock.advance(days=2)
    assert not member.moderates(space.id)
    assert member.belongs_to(space.id)  # still a participant
    with unit_of_work():
        membership.make_facilitator(leader, space, member)
    with unit_of_work():
        membership.make_participant(leader, space, member)
    assert roles_of(member) == {"participant"}


def test_who_is_removed_is_told_why(app: Flask) -> None:
    space = SpaceFactory(visibility="closed")
    leader = UserFactory(role="facilitator", space=space)
    member = UserFactory(role="facilitator", space=space, ui_lang="vi")
    with pytest.raises(NotAllowed), unit_of_work():
        membership.remove_participant(UserFactory(), space, member, "Parce que")
    with pytest.raises(Invalid), unit_of_work():
        membership.remove_participant(leader, space, member, "")
    with pytest.raises(Conflict), unit_of_work():
        membership.remove_participant(leader, space, leader, "Moi-même")
    with pytest.raises(Conflict), unit_of_work():
        membership.remove_participant(leader, space, UserFactory(), "Jamais venu")
    with unit_of_work():
        membership.remove_participant(leader, space, member, "A quitté la chambre")
    assert roles_of(member) == set()
    assert mails() == [(member.email, "vi")]


def test_spaces_that_nobody_leads_are_known(app: Flask, clock: Any) -> None:
    led, alone = SpaceFactory(visibility="closed"), SpaceFactory(visibility="request")
    SpaceFactory(visibility="public")
    leader = UserFactory(role="facilitator", space=led)
    assert participants.leaderless_spaces() == [alone]
    with unit_of_work():
        leader.roles[0].until = clock() + timedelta(days=1)
    clock.advance(days=1)
    assert participants.leaderless_spaces() == [led, alone]


def test_participants_are_read_by_pages_and_found_by_name(app: Flask) -> None:
    space = SpaceFactory()
    people = [UserFactory(role="participant", space=space) for _ in range(participants.PEOPLE_PAGE + 2)]
    UserFactory(role="participant", space=SpaceFactory())
    first = participants.people_page(space.id, "", None)
    second = participants.people_page(space.id, "", first.next_key)
    assert [one.member for one in (*first.rows, *second.rows)] == people[::-1]
    assert second.next_key is None
    assert participants.people_count(space.id) == len(people)
    found = participants.people_page(space.id, people[3].handle.upper(), None)
    assert people[3] in [one.member for one in found.rows]
    assert participants.people_page(space.id, "%", None).rows == []


@pytest.fixture
def browse(app: Flask, sign_in: Callable[..., FlaskClient]) -> Callable[[User], FlaskClient]:
    return lambda member: sign_in(app.test_client(), member)


def post(browser: FlaskClient, page: str, address: str, **fields: str) -> Any:
    """Send a form with the token of a page."""
    text = browser.get(page).text
    token = text.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    return browser.post(address, data={"csrf_token": token} | fields)


def test_the_door_of_a_space_by_request(app: Flask, browse: Callable[[User], FlaskClient], actor: User) -> None:
    space = SpaceFactory(visibility="request")
    leader = browse(UserFactory(role="facilitator", space=space))
    door, people = f"/en/spaces/{space.slug}", f"/en/spaces/{space.slug}/people"
    browser = browse(actor)
    assert app.test_client().get(door).status_code == 404
    assert browser.get(people).status_code == 404
    long = post(browser, door, f"{door}/ask", note="x" * 1001)
    assert (long.status_code, "at most 1000" in long.text, "xxxx" in long.text) == (422, True, True)
    assert post(browser, door, f"{door}/ask", note="Bonjour <b>").status_code == 303
    assert "You have asked to enter" in browser.get(door).text
    page = leader.get(people).text
    assert "Bonjour &lt;b&gt;" in page
    asked = db.session.scalars(select(SpaceRequest)).one()
    decide = f"{door}/requests/{asked.id}"
    bare = post(leader, people, decide, action="refuse", reason="")
    assert (bare.status_code, "Say why" in bare.text) == (422, True)
    assert post(leader, people, decide, action="other").status_code == 404
    assert post(leader, people, decide, action="accept").status_code == 303
    assert "You take part" in browser.get(door).text
    assert post(browser, door, f"{door}/leave").status_code == 303
    assert "Ask to enter" in browser.get(door).text


def test_decisions_on_participants_through_their_page(app: Flask, browse: Callable[[User], FlaskClient]) -> None:
    space = SpaceFactory(visibility="closed")
    leader = browse(UserFactory(role="facilitator", space=space))
    member = UserFactory(role="participant", space=space)
    page = f"/en/spaces/{space.slug}/people"
    act = f"{page}/{member.handle}"
    assert post(browse(member), page, act, action="facilitator").status_code == 403
    assert post(browse(UserFactory()), "/en/spaces", act, action="remove").status_code == 404
    for day in ("yesterday", "2001-01-01"):
        assert post(leader, page, act, action="facilitator", until=day).status_code == 422
    assert post(leader, page, act, action="facilitator", until="2999-01-01").status_code == 303
    assert roles_of(member) == {"participant", "facilitator"}
    assert post(leader, page, act, action="participant").status_code == 303
    assert post(leader, page, act, action="remove").status_code == 422
    assert post(leader, page, act, action="remove", reason="Parti").status_code == 303
    assert post(leader, page, act, action="remove", reason="Parti").status_code == 404
    assert browse(member).get(page).status_code == 404


def test_joining_through_the_page(app: Flask, browse: Callable[[User], FlaskClient], actor: User) -> None:
    space, closed = SpaceFactory(), SpaceFactory(visibility="closed")
    browser, page = browse(actor), f"/en/spaces/{space.slug}"
    assert post(browser, page, f"/en/spaces/{closed.slug}/join").status_code == 404
    assert post(browser, page, f"{page}/join").status_code == 303
    assert "You take part" in browser.get(page).text
    people = browser.get(f"{page}/people").text
    assert actor.handle in people
    assert "Decide" not in people
    assert post(browser, page, f"{page}/ask").status_code == 403


@pytest.mark.parametrize(
    ("case", "visibility"),
    [("join", "public"), ("ask", "request"), ("accept an invitation", "closed"), ("accept an invitation", "request")],
)
def test_who_was_excluded_does_not_come_back_by_another_door(app: Flask, case: str, visibility: str) -> None:
    space, member = SpaceFactory(visibility=visibility), UserFactory()
    rule = CASES[case][0]
    assert rule(member, space)
    with unit_of_work():
        services.exclude(UserFactory(role="staff"), member, space.id, "spam")
    assert not rule(member, space)
