"""Who reads and who changes the desk: every page and every form, with every role."""

from __future__ import annotations

import pytest
from flask import Flask

from app.accounts.actor import VISITOR
from app.accounts.policy import OPERATOR
from app.administration.policy import can_administer, can_read_desk
from app.terms.policy import can_edit_terms
from tests.administration.desk import SignIn, at_desk
from tests.factories import UserFactory
from tests.house.test_every_address import addresses
from tests.support.browser import token_of

RANKS = ("", "moderator", "staff", "administrator")


@pytest.mark.parametrize("rank", RANKS)
def test_staff_read_and_administrators_change(app: Flask, rank: str) -> None:
    actor = UserFactory(role=rank)
    assert bool(can_read_desk(actor)) is (rank in {"staff", "administrator"})
    assert bool(can_administer(actor)) is (rank == "administrator")
    assert bool(can_edit_terms(actor)) is (rank == "administrator")
    assert not can_read_desk(VISITOR)
    assert can_administer(OPERATOR)


def pages(app: Flask) -> list[str]:
    return [
        rule.rule.replace("<lang>", "fr")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("administration.") and "GET" in (rule.methods or ()) and rule.rule.count("<") == 1
    ]


@pytest.mark.parametrize("rank", RANKS)
def test_every_page_opens_to_who_may_read_it_alone(app: Flask, sign_in: SignIn, rank: str) -> None:
    client, _member = at_desk(app, sign_in, rank)
    found = pages(app)
    assert len(found) >= 11
    for address in found:
        assert client.get(address).status_code == (200 if rank in {"staff", "administrator"} else 403), address
        assert app.test_client().get(address).status_code == 302, address


def test_staff_send_no_form_but_those_of_tags(app: Flask, sign_in: SignIn) -> None:
    client, _member = at_desk(app, sign_in, "staff")
    token = token_of(client.get("/fr/contact"))
    forms = [each for each in addresses(app, "POST", {}) if each[0].startswith("administration.")]
    assert len(forms) >= 20
    for endpoint, address in forms:
        status = client.post(address, data={"csrf_token": token}).status_code
        assert status in ({404, 422} if "tag" in endpoint else {403}), address
