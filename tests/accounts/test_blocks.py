"""Blocks of mail domains and networks: who sets them, whom they keep out, and that they end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import blocks
from app.accounts.models import User
from app.core.audit import AuditEntry
from app.core.db import db, now
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.core.events import unit_of_work
from tests.accounts.test_signing_up import join
from tests.factories import PostFactory, TopicFactory, UserFactory
from tests.support.browser import submit
from tests.support.clock import FrozenClock
from tests.support.pages import JSON, said, send

Sign = Callable[..., FlaskClient]
PAGE = "/fr/moderation/blocks"


@pytest.fixture
def administrator(app: Flask) -> User:
    return UserFactory(role="administrator")


def block(actor: User, kind: str, value: str, days: int = 30, reason: str = "Robots") -> blocks.Block:
    with unit_of_work():
        return blocks.add_block(actor, kind, value, reason, now() + timedelta(days=days))


@pytest.mark.parametrize("role", ["", "moderator", "staff"])
def test_only_administrators_block(app: Flask, sign_in: Sign, role: str) -> None:
    actor = UserFactory(role=role)
    with pytest.raises(NotAllowed):
        block(actor, "domain", "spam.example")
    with pytest.raises(NotAllowed), unit_of_work():
        blocks.end_block(actor, 1)
    assert sign_in(app.test_client(), actor).get(PAGE).status_code == 403


@pytest.mark.parametrize(
    ("kind", "value", "field"),
    [
        ("domain", "spam", "value"),
        ("domain", "a@b@c", "value"),
        ("domain", "x" * 300 + ".example", "value"),
        ("network", "256.1.1.1", "value"),
        ("network", "10.0.0.0/8", "value"),
        ("network", "2001:db8::/16", "value"),
        ("network", "", "value"),
    ],
)
def test_what_is_no_address_is_not_blocked(administrator: User, kind: str, value: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        block(administrator, kind, value)
    assert refused.value.field == field


def test_a_block_has_an_end_a_reason_and_stands_once(administrator: User) -> None:
    with pytest.raises(Invalid) as past:
        block(administrator, "domain", "spam.example", days=-1)
    with pytest.raises(Invalid) as silent:
        block(administrator, "domain", "spam.example", reason=" ")
    assert (past.value.field, silent.value.field) == ("until", "reason")
    block(administrator, "domain", "@Spam.Example")
    with pytest.raises(Conflict):
        block(administrator, "domain", "spam.example")


@pytest.mark.parametrize(
    ("email", "is_out"),
    [("a@spam.example", True), ("a@mail.SPAM.example", True), ("a@notspam.example", False), ("a@example", False),
     ("", False), (None, False)],
)  # fmt: skip
def test_a_domain_and_all_below_it(administrator: User, email: str | None, is_out: bool) -> None:
    block(administrator, "domain", "spam.example")
    assert blocks.is_domain_blocked(email) is is_out


@pytest.mark.parametrize(
    ("address", "is_out"),
    [("203.0.113.77", True), ("203.0.114.1", False), ("2001:db8::1", False), ("nonsense", False), (None, False)],
)
def test_a_network(administrator: User, address: str | None, is_out: bool) -> None:
    block(administrator, "network", "203.0.113.7/24")
    assert blocks.is_network_blocked(address) is is_out


def test_an_address_is_forgotten_with_the_end_of_its_block(administrator: User, clock: FrozenClock) -> None:
    block(administrator, "network", "203.0.113.7", days=1)
    lifted = block(administrator, "domain", "spam.example")
    with unit_of_work():
        blocks.end_block(administrator, lifted.id)
    with pytest.raises(NotFound), unit_of_work():
        blocks.end_block(administrator, 999)
    clock.advance(days=2)
    assert not blocks.is_network_blocked("203.0.113.7")
    assert blocks.blocks(administrator) == []
    with unit_of_work():
        blocks.purge_blocks()
    assert db.session.scalars(select(blocks.Block)).all() == []
    logged = db.session.scalars(select(AuditEntry)).all()
    assert [entry.action for entry in logged] == ["block", "block", "unblock"]
    assert not any("203" in str(entry.detail) + entry.reason for entry in logged)


def test_nobody_joins_with_a_blocked_domain_or_from_a_blocked_network(client: FlaskClient, administrator: User) -> None:
    block(administrator, "domain", "example.org")
    page = join(client, lang="en")
    assert 'id="email-error"' in page.text
    assert "Use another one, or write to the team" in page.text
    block(administrator, "network", "127.0.0.1")
    page = client.get("/en/register")
    assert page.status_code == 403
    assert "write to the team" in said(page)
    assert db.session.scalar(select(User.id).where(User.id != administrator.id)) is None


@pytest.mark.parametrize(("kind", "value"), [("domain", "example.org"), ("network", "127.0.0.0/24")])
def test_nobody_writes_from_there_and_the_text_is_kept(
    app: Flask, administrator: User, actor: User, sign_in: Sign, kind: str, value: str
) -> None:
    topic = TopicFactory()
    PostFactory(topic=topic)
    writer = sign_in(app.test_client(), actor)
    block(administrator, kind, value)
    page = send(writer, f"/en/topics/{topic.public_id}/reply", body="Mon long texte.")
    assert page.status_code == 403
    assert "Mon long texte." in page.text
    answer = send(writer, f"/en/topics/{topic.public_id}/reply", JSON, body="Mon long texte.")
    assert answer.json is not None
    assert answer.json["error"]["status"] == 403
    staff = sign_in(app.test_client(), UserFactory(role="staff"))
    assert send(staff, f"/en/topics/{topic.public_id}/reply", body="Bonjour.").status_code == 303


def test_the_page(app: Flask, administrator: User, sign_in: Sign) -> None:
    browser = sign_in(app.test_client(), administrator)
    assert browser.get(PAGE).status_code == 200
    bad = submit(browser, PAGE, kind="network", value="10.0.0.0/8", days="3", reason="Robots")
    assert bad.status_code == 422
    assert 'value="10.0.0.0/8"' in bad.text
    assert submit(browser, PAGE, kind="x", value="", days="0", reason="").status_code == 422
    assert submit(browser, PAGE, kind="domain", value="spam.example", days="3", reason="Robots").status_code == 303
    assert "spam.example" in browser.get(PAGE).text
    (row,) = blocks.blocks(administrator)
    assert submit(browser, f"{PAGE}/{row.id}/end", PAGE).status_code == 303
    assert "spam.example" not in browser.get(PAGE).text


def test_a_network_is_blocked_however_the_address_is_written(administrator: User) -> None:
    block(administrator, "network", "203.0.113.0/24")
    assert blocks.is_network_blocked("::ffff:203.0.113.9")
    assert not blocks.is_network_blocked("::ffff:198.51.100.9")
