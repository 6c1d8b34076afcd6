"""Who gives and takes roles, suspends and reinstates; the command line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import policy, queries, services
from app.accounts.actor import VISITOR
from app.accounts.drafts import ProfileDraft
from app.accounts.handles import SHAPE, free_handle, spell
from app.accounts.models import Role, User
from app.accounts.policy import OPERATOR
from app.core.audit import AuditEntry
from app.core.db import db, now
from app.core.errors import NotAllowed, NotFound
from app.core.events import EventRow, unit_of_work
from tests.factories import SpaceFactory, UserFactory
from tests.support.clock import FrozenClock

RANKS = ("", "moderator", "staff", "administrator")


def events() -> list[str]:
    return list(db.session.scalars(select(EventRow.name).order_by(EventRow.id)))


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("role", [*policy.ROLES, "emperor"])
def test_only_administrators_give_and_take_roles(app: Flask, rank: str, role: str) -> None:
    actor, member = UserFactory(role=rank), UserFactory()
    allowed = rank == "administrator" and role != "emperor"
    assert bool(policy.can_give_role(actor, member, role, None)) is allowed
    assert bool(policy.can_take_role(actor, member, role)) is (rank == "administrator")
    assert not policy.can_give_role(VISITOR, member, role, None)
    if allowed:
        with unit_of_work():
            services.grant_role(actor, member, role)
        assert member.role_name == role
    else:
        with pytest.raises(NotAllowed), unit_of_work():
            services.grant_role(actor, member, role)


def test_only_a_moderator_is_held_to_a_space_and_only_active_members_have_roles(app: Flask) -> None:
    admin, member = UserFactory(role="administrator"), UserFactory()
    space = SpaceFactory()
    assert policy.can_give_role(admin, member, "moderator", space.id)
    assert not policy.can_give_role(admin, member, "staff", space.id)
    assert not policy.can_give_role(admin, UserFactory(status="suspended"), "staff", None)
    assert not policy.can_take_role(admin, admin, "administrator")
    assert policy.can_take_role(OPERATOR, admin, "administrator")
    assert OPERATOR.moderates(space.id)
    assert not VISITOR.moderates(space.id)


def test_a_role_ends_by_itself_and_one_of_several_can_be_taken(app: Flask, clock: FrozenClock) -> None:
    member, spaces = UserFactory(), [SpaceFactory(), SpaceFactory()]
    with unit_of_work():
        for space in spaces:
            services.grant_role(OPERATOR, member, "moderator", space.id)
        services.grant_role(OPERATOR, member, "staff", until=now() + timedelta(days=1))
    assert member.is_staff
    clock.advance(days=2)
    assert not member.is_staff
    assert [member.moderates(space.id) for space in spaces] == [True, True]
    with unit_of_work():
        services.revoke_role(OPERATOR, member, "moderator", spaces[1].id)
        services.revoke_role(OPERATOR, member, "moderator", None)
        services.grant_role(OPERATOR, member, "moderator", spaces[0].id, until=now() - timedelta(days=1))
    assert [member.moderates(space.id) for space in spaces] == [False, False]
    assert len(db.session.scalars(select(Role)).all()) == 2
    assert events().count("RightsChanged") == 5
    assert db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()[-2:] == [
        "revoke_role",
        "grant_role",
    ]


@pytest.mark.parametrize(("rank", "target", "allowed"), [
    ("", "", False), ("moderator", "", True), ("moderator", "moderator", False), ("moderator", "staff", False),
    ("staff", "", True), ("staff", "moderator", True),
    ("staff", "staff", False), ("staff", "administrator", False), ("administrator", "staff", True),
])  # fmt: skip
def test_who_suspends_whom(app: Flask, rank: str, target: str, allowed: bool) -> None:
    actor, member = UserFactory(role=rank), UserFactory(role=target)
    assert bool(policy.can_suspend(actor, member)) is allowed
    if not allowed:
        with pytest.raises(NotAllowed), unit_of_work():
            services.suspend(actor, member, "why")
        assert member.status == "active"
        return
    with unit_of_work():
        services.suspend(actor, member, "why")
    assert (member.status, member.active) == ("suspended", False)
    assert events() == ["RightsChanged", "SubjectHidden"]
    with unit_of_work():
        services.reinstate(actor, member, "a mistake")
    assert (member.status, member.active) == ("active", True)
    assert [row.reason for row in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))] == [
        "why",
        "a mistake",
    ]


def test_nobody_suspends_themselves_or_changes_anyone_else(app: Flask) -> None:
    staff, other = UserFactory(role="staff"), UserFactory()
    assert not policy.can_suspend(staff, staff)
    assert not policy.can_change_profile(staff, other)
    assert not policy.can_change_profile(VISITOR, other)
    assert not policy.can_end_session(staff, other.id)
    draft = ProfileDraft("X Y", "xyz", "fr", None, "", "fr", ["fr"], "Europe/Paris", True)
    with pytest.raises(NotAllowed), unit_of_work():
        services.change_profile(staff, other, draft)


def test_members_are_found_by_handle_or_address(app: Flask) -> None:
    awa = UserFactory(handle="awa", email="awa@example.org")
    UserFactory(handle="gone", status="suspended")
    assert queries.find_member("@AWA") == queries.find_member("Awa@example.org") == awa
    assert queries.find_member("nobody") is None
    assert queries.get_member(VISITOR, "Awa") == awa
    with pytest.raises(NotFound):
        queries.get_member(VISITOR, "gone")


@pytest.mark.parametrize(("name", "handle"), [
    ("Hoàng Thị Đào", "hoang-thi-dao"), ("Łukasz Œuvré", "lukasz-oeuvre"), ("ياسمينة", ""), ("Li", ""),
    ("Jean-Baptiste de la Très Longue Famille", "jean-baptiste-de-la-tres-longu"), ("--- 42 ---", ""),
])  # fmt: skip
def test_names_are_spelt_in_the_letters_of_handles(name: str, handle: str) -> None:
    assert spell(name) == handle


def test_a_handle_is_free_and_has_the_right_shape(app: Flask) -> None:
    taken: set[str] = set()
    for name in ["Awa Diallo"] * 9 + ["ياسمينة"] * 3 + ["x" * 40] * 7:
        handle = free_handle(name, taken.__contains__)
        assert SHAPE.fullmatch(handle)
        assert handle not in taken
        taken.add(handle)
    assert {"awa-diallo", "awa-diallo-2", "awa-diallo-5"} <= taken


def cli(app: Flask, *arguments: str, said: str = "") -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["user", *arguments], input=said)
    db.session.expire_all()
    return result.exit_code, result.output


def test_the_first_administrator_is_made_at_the_command_line(app: Flask) -> None:
    code, said = cli(
        app, "create", "--role", "administrator", "--password", "une phrase assez longue", said="ada@example.org\nAda\n"
    )
    assert (code, "Created Ada @ada" in said) == (0, True), said
    ada = db.session.scalars(select(User)).unique().one()
    assert (ada.is_administrator, ada.status, ada.confirmed_at is not None) == (True, "active", True)
    assert cli(app, "revoke", "ada", "administrator")[0] == 0
    assert cli(app, "grant", "@ada", "staff")[0] == 0
    assert db.session.scalars(select(User)).unique().one().role_name == "staff"


@pytest.mark.parametrize(("arguments", "why"), [
    (("create", "--email", "ada@", "--name", "Ada"), "--email"),
    (("create", "--email", "taken@example.org", "--name", "Ada"), "already"),
    (("create", "--email", "ada@example.org", "--name", "Ada", "--handle", "taken"), "--handle"),
    (("create", "--email", "ada@example.org", "--name", "Ada", "--password", "short"), "--password"),
    (("create", "--email", "ada@example.org", "--name", "Ada", "--role", "emperor"), "--role"),
    (("grant", "nobody", "staff"), "nobody"),
])  # fmt: skip
def test_the_command_line_says_what_is_wrong(app: Flask, arguments: tuple[str, ...], why: str) -> None:
    UserFactory(email="taken@example.org", handle="taken")
    code, said = cli(app, *arguments)
    assert (code, why in said) == (2, True), said
    assert len(db.session.scalars(select(User)).unique().all()) == 1


def test_a_password_typed_unseen_and_no_password_at_all(app: Flask) -> None:
    phrase = "une phrase assez longue"
    typed = cli(
        app, "create", "--email", "a@example.org", "--name", "Ada", "--ask-password", said=f"{phrase}\n{phrase}\n"
    )
    assert typed[0] == 0
    assert phrase not in typed[1]
    assert (
        cli(app, "create", "--email", "b@example.org", "--name", "Bob Lee", "--handle", "bobby", "--lang", "nl")[0] == 0
    )
    ada, bob = db.session.scalars(select(User).order_by(User.id)).unique()
    assert (bool(ada.password), bob.password, bob.handle, bob.ui_lang) == (True, None, "bobby", "nl")
