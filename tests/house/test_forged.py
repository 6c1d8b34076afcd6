"""No form of the platform is taken from another site."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from tests.factories import PostFactory, UserFactory
from tests.support.browser import token_of

UNGUARDED = {"static"}


def _posts(app: Flask) -> list[str]:
    return sorted({rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())} - UNGUARDED)


def test_every_form_is_refused_without_its_token(app: Flask, actor: User, sign_in: Callable[..., FlaskClient]) -> None:
    post = PostFactory(author=actor)
    topic, shelf = post.topic, post.topic.category
    values = {"lang": "fr", "slug": shelf.slug, "session_id": 1, "token": "x"}
    endpoints = _posts(app)
    assert len(endpoints) > 15
    passed = {}
    for endpoint in endpoints:
        ids = {"public_id": topic.public_id if "topic" in endpoint or "reply" in endpoint else post.public_id}
        with app.test_request_context("/"):
            path = app.url_map.bind("localhost").build(endpoint, values | ids, method="POST")
        for headers in ({}, {"Accept": "application/json"}):
            said = {"title": "Un titre assez long", "kind": "post", "body": "x", "id": post.public_id, "code": "thanks"}
            browser = sign_in(app.test_client(), actor)
            status = browser.post(path, data=said, headers=headers).status_code
            if status not in {400, 404, 422}:
                passed[endpoint] = status
    assert passed == {}


@pytest.mark.parametrize("address", ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example"])
def test_signing_in_leads_to_no_other_site(app: Flask, client: FlaskClient, address: str) -> None:
    UserFactory(email="awa@example.org", password="une phrase assez longue pour moi")
    said = {"identity": "awa@example.org", "passcode": "une phrase assez longue pour moi", "next": address}
    said["csrf_token"] = token_of(client.get("/fr/login"))
    answer = client.post("/fr/login", query_string={"next": address}, data=said)
    where = urlsplit(urljoin("http://localhost/", answer.headers.get("Location", "").replace("\\", "/")))
    assert where.netloc == "localhost"
