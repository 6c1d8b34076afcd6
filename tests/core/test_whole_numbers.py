"""Numbers in forms and addresses that no database takes are no trouble for any page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.typed import whole
from tests.factories import CategoryFactory, UserFactory
from tests.forum.test_read_topic import url_of
from tests.support.browser import token_of
from tests.support.forum import opened, replied

HUGE = "9" * 30


@pytest.mark.parametrize("typed", ["", "x", "²", "1.5", HUGE, f"-{HUGE}", "9" * 5000])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        whole(typed)
    assert (whole("12"), whole("-1")) == (12, -1)


@pytest.mark.parametrize("address", ["/at?number=", "?page=", "/reply?number="])
def test_pages_of_a_topic_take_any_number(app: Flask, client: FlaskClient, address: str) -> None:
    topic = opened(UserFactory(), CategoryFactory())
    assert client.get(f"{url_of(topic).rpartition('/')[0]}{address}{HUGE}").status_code < 500


def test_actions_take_any_number(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    member = UserFactory(role="moderator")
    topic = opened(member, CategoryFactory())
    client = sign_in(app.test_client(), member)
    token = token_of(client.get(url_of(topic)))
    post = replied(member, topic).public_id
    for address, fields in (
        ("/en/my/follows", {"kind": "category", "row": HUGE, "level": "muted"}),
        ("/en/my/follows", {"kind": "category", "row": HUGE}),
        ("/en/read", {"kind": "topic", "id": topic.public_id, "number": HUGE}),
        (f"/en/posts/{post}/history", {"action": "remove", "version": HUGE, "reason": "x"}),
    ):
        assert client.post(address, data=fields | {"csrf_token": token}).status_code < 500, address
