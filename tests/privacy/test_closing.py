"""Closing an account, coming back, and what is left when nobody does: the words, and not whose they were."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import services
from app.accounts.models import Role, User
from app.core.audit import AuditEntry
from app.core.db import Base, db
from app.core.errors import Conflict, NotAllowed, NotFound
from app.core.events import unit_of_work
from app.engagement import services as engagement
from app.forum import services as forum
from app.forum.drafts import draft_post
from app.forum.models import Post, Topic
from app.privacy import closing, exporting, policy
from app.privacy.models import AccountClosing
from tests.accounts.letters import waiting
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.support.browser import path_of, submit, token_of
from tests.support.clock import FrozenClock
from tests.support.forum import opened, replied
from tests.support.pages import said
from tests.support.trust import chosen, guarded, held_texts

Sign = Callable[..., FlaskClient]
NAME, HANDLE, EMAIL = "Zéphyrine Quintefeuille", "zephyrine-q", "zephyrine@example.org"


@pytest.fixture
def leaver(app: Flask) -> User:
    return UserFactory(display_name=NAME, handle=HANDLE, email=EMAIL, presentation="Je suis Zéphyrine.")


def closed(member: User, actor: User | None = None) -> AccountClosing:
    with unit_of_work():
        return closing.close_account(actor or member, member)


@pytest.mark.parametrize(
    ("who", "whose", "administrators", "allowed"),
    [
        ("own", "", 1, True),
        ("visitor", "", 1, False),
        ("member", "", 1, False),
        ("moderator", "", 1, False),
        ("staff", "", 1, True),
        ("staff", "staff", 1, False),
        ("administrator", "staff", 1, True),
        ("own", "administrator", 1, False),
        ("own", "administrator", 2, True),
        ("administrator", "administrator", 2, True),
        ("administrator", "administrator", 1, False),
    ],
)
def test_who_closes_whose_account(app: Flask, who: str, whose: str, administrators: int, allowed: bool) -> None:
    from app.accounts.actor import VISITOR

    member = UserFactory(role=whose)
    others = {"own": member, "visitor": VISITOR, "member": UserFactory()}
    actor = others.get(who) or UserFactory(role=who)
    assert bool(policy.can_close(actor, member, administrators)) is allowed


@pytest.mark.parametrize(
    ("role", "status", "allowed"),
    [("", "closed", False), ("moderator", "closed", False), ("staff", "closed", True), ("staff", "active", False)],
)
def test_who_erases(app: Flask, role: str, status: str, allowed: bool) -> None:
    assert bool(policy.can_erase(UserFactory(role=role), UserFactory(status=status))) is allowed


def test_closing_signs_out_everywhere_and_mails_the_way_back(
    app: Flask, leaver: User, sign_in: Sign, clock: FrozenClock
) -> None:
    browser = sign_in(app.test_client(), leaver)
    elsewhere = sign_in(app.test_client(), leaver)
    page = browser.get("/fr/account/close")
    assert page.status_code == 200
    unsure = browser.post("/fr/account/close", data={"csrf_token": token_of(page)})
    assert unsure.status_code == 422
    done = browser.post("/fr/account/close", data={"csrf_token": token_of(page), "is_sure": "y"})
    assert done.location == "/fr/account/closed"
    assert elsewhere.get("/fr/account/").status_code == 302
    assert app.test_client().get(f"/fr/members/{HANDLE}").status_code == 404
    link = path_of(next(line for line in waiting(EMAIL)[0].text.splitlines() if "/account/return/" in line))
    visitor = app.test_client()
    assert NAME in said(visitor.get(link))
    assert leaver.status == "closed"
    assert submit(visitor, link).location == "/fr/login"
    db.session.expire_all()
    assert leaver.status == "active"
    assert visitor.get(link).status_code == 404


def test_closing_asks_to_sign_in_afresh(app: Flask, leaver: User, sign_in: Sign, clock: FrozenClock) -> None:
    browser = sign_in(app.test_client(), leaver)
    clock.advance(hours=1)
    with browser.session_transaction() as kept:
        kept["fs_paa"] = 1.0
    answer = browser.get("/fr/account/close")
    assert answer.status_code == 302
    assert "/account/verify" in answer.location


def test_a_forged_link_opens_nothing(app: Flask, leaver: User, clock: FrozenClock) -> None:
    made = closed(leaver)
    token = closing.return_token(made)
    for forged in (token + "x", "x", token[:-3]):
        with pytest.raises(NotFound):
            closing.find_closing(forged)
    clock.advance(days=31)
    with pytest.raises(NotFound):
        closing.find_closing(token)


def test_whoever_was_suspended_comes_back_suspended(app: Flask, leaver: User) -> None:
    staff = UserFactory(role="staff")
    with unit_of_work():
        services.suspend(staff, leaver, "spam")
    made = closed(leaver, staff)
    with pytest.raises(Conflict):
        closed(leaver, staff)
    with unit_of_work():
        closing.reopen(made)
    assert (leaver.status, leaver.active) == ("suspended", False)


def test_the_last_administrator_stays(app: Flask) -> None:
    only = UserFactory(role="administrator")
    with pytest.raises(NotAllowed, match=str(policy.LAST)):
        closed(only)
    UserFactory(role="administrator")
    closed(only)
    assert only.status == "closed"


def test_spaces_that_would_be_left_alone_are_named(app: Flask, leaver: User, sign_in: Sign) -> None:
    alone, shared = SpaceFactory(), SpaceFactory()
    with unit_of_work() as session:
        session.add_all(Role(user_id=leaver.id, name="facilitator", space_id=space.id) for space in (alone, shared))
        session.add(Role(user_id=UserFactory().id, name="facilitator", space_id=shared.id))
    assert closing.led_alone(leaver) == [alone]
    page = said(sign_in(app.test_client(), leaver).get("/en/account/close"))
    assert "would be left without a facilitator" in page


def everything(leaver: User) -> Topic:
    """The member in every place that others read."""
    other, shelf = UserFactory(), CategoryFactory()
    topic = opened(leaver, shelf, "Un sujet qui reste", body="Des mots qui restent.")
    first = db.session.scalars(select(Post).where(Post.topic_id == topic.id)).one()
    replied(other, topic, f"> [post:{first.public_id}]\n> Des mots\n\nMerci @{HANDLE} !", to=first.public_id)
    replied(leaver, topic, "Une réponse qui reste.")
    with unit_of_work():
        engagement.react(leaver, "topic", topic.id, "thanks")
    with unit_of_work():
        engagement.follow(other, "member", leaver.id)
    opened(leaver, guarded("all"), "Jamais publié")
    return topic


def test_the_name_is_nowhere_any_more(
    app: Flask, leaver: User, clock: FrozenClock, run_consumers: Callable[[], int], client: FlaskClient
) -> None:
    topic = everything(leaver)
    run_consumers()
    page = f"/fr/topics/{topic.public_id}/un-sujet-qui-reste"
    before = client.get(page).text
    assert before.count("Zéphyrine") >= 3
    closed(leaver)
    assert closing.anonymise_due() == 0
    clock.advance(days=31)
    assert closing.anonymise_due() == 1
    run_consumers()
    after = client.get(page).text
    assert "Des mots qui restent." in after
    for word in (NAME, "Zéphyrine", HANDLE, "Quintefeuille"):
        assert word not in after
    for address in ("/fr/", "/fr/latest", "/fr/search?q=Zéphyrine", f"/fr/members/{HANDLE}"):
        text = client.get(address).text.replace('value="Zéphyrine"', "").replace("q=Z%C3%A9phyrine", "")
        assert NAME not in text
        assert f"@{HANDLE}" not in text
    assert _tables_with(NAME, HANDLE, EMAIL, "Zéphyrine") == set()


def _tables_with(*words: str) -> set[str]:
    """Tables in which any of these words stands."""
    found = set()
    for name, table in Base.metadata.tables.items():
        for row in db.session.execute(table.select()):
            if any(word.casefold() in str(value).casefold() for value in row for word in words):
                found.add(name)
    return found


def test_what_is_left_of_an_account(app: Flask, leaver: User, clock: FrozenClock) -> None:
    topic = everything(leaver)
    closed(leaver)
    clock.advance(days=31)
    closing.anonymise_due()
    assert (leaver.status, leaver.email, leaver.display_name, leaver.password) == ("anonymised", None, "", None)
    assert topic.author_id is None
    assert topic.post_count == 3
    assert held_texts() == []
    assert [one.title for one in db.session.scalars(select(Topic))] == ["Un sujet qui reste"]
    assert closing.anonymise_due() == 0
    with pytest.raises(Conflict), unit_of_work():
        closing.anonymise(leaver)


def test_what_was_taken_back_is_cleared(app: Flask, leaver: User, clock: FrozenClock) -> None:
    topic = everything(leaver)
    last = db.session.scalars(select(Post).where(Post.topic_id == topic.id, Post.number == 3)).one()
    with unit_of_work():
        forum.withdraw_post(leaver, last)
    closed(leaver)
    clock.advance(days=31)
    closing.anonymise_due()
    db.session.expire_all()
    assert (last.body, last.html, last.state) == ("", "", "deleted_by_author")


def test_accounts_that_nobody_uses_are_closed_where_the_operator_says_so(
    app: Flask, leaver: User, clock: FrozenClock
) -> None:
    staff = UserFactory(role="staff")
    clock.advance(days=400)
    here = UserFactory(last_seen_at=clock())
    assert closing.close_idle() == 0
    chosen("privacy.idle_months", 12)
    assert closing.close_idle() == 1
    assert (leaver.status, staff.status, here.status) == ("closed", "active", "active")
    assert "/account/return/" in waiting(EMAIL)[0].text


def test_an_address_that_is_free_again_can_join_anew(app: Flask, leaver: User, clock: FrozenClock) -> None:
    closed(leaver)
    clock.advance(days=31)
    closing.anonymise_due()
    again = UserFactory(email=EMAIL, handle=HANDLE)
    assert again.id != leaver.id


def test_staff_close_and_erase_on_request_with_a_note(app: Flask, leaver: User, sign_in: Sign) -> None:
    page = f"/fr/members/{HANDLE}/account"
    for role in ("", "moderator"):
        assert sign_in(app.test_client(), UserFactory(role=role)).get(page).status_code == 404
    staff = sign_in(app.test_client(), UserFactory(role="staff"))
    assert submit(staff, page, reason="").status_code == 422
    assert submit(staff, page, reason="Demande par courrier").status_code == 303
    db.session.expire_all()
    assert leaver.status == "closed"
    assert submit(staff, page, reason="Ne veut pas attendre").status_code == 303
    db.session.expire_all()
    assert leaver.status == "anonymised"
    noted = [(row.action, row.reason) for row in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert noted == [("close", "Demande par courrier"), ("erase", "Ne veut pas attendre")]
    assert staff.get(page).status_code == 404
    administrator = UserFactory(role="administrator")
    assert staff.get(f"/fr/members/{administrator.handle}/account").status_code == 403


def test_a_copy_goes_with_the_account(app: Flask, leaver: User, clock: FrozenClock) -> None:
    with unit_of_work():
        export = exporting.ask_export(leaver, leaver)
    exporting.make_due()
    path = exporting.path_of(export)
    assert path.exists()
    closed(leaver)
    clock.advance(days=31)
    closing.anonymise_due()
    assert not path.exists()


def test_the_quotation_of_a_former_member_says_so(
    app: Flask, leaver: User, clock: FrozenClock, client: FlaskClient
) -> None:
    topic = everything(leaver)
    closed(leaver)
    clock.advance(days=31)
    closing.anonymise_due()
    page = said(client.get(f"/en/topics/{topic.public_id}/un-sujet-qui-reste"))
    assert "Former member, message 1" in page
    assert "In reply to Former member" in page
    with unit_of_work():
        forum.reply(UserFactory(), topic, draft_post("Encore", "fr", "later"))


def test_only_administrators_erase_who_was_staff(app: Flask) -> None:
    gone = UserFactory(role="administrator")
    chief, staff = UserFactory(role="administrator"), UserFactory(role="staff")
    closed(gone)
    with pytest.raises(NotAllowed), unit_of_work():
        closing.erase_now(staff, gone, "asked")
    with unit_of_work():
        closing.erase_now(chief, gone, "asked")
    assert gone.status == "anonymised"
