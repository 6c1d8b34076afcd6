"""No form of the platform is taken from another site."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from tests.factories import PostFactory, UserFactory
from tests.house.test_every_address import addresses
from tests.support.browser import token_of


def test_every_form_is_refused_without_its_token(app: Flask, actor: User, sign_in: Callable[..., FlaskClient]) -> None:
    post = PostFactory(author=actor)
    topic, shelf = post.topic, post.topic.category
    parts = {"slug": [shelf.slug], "public_id": [topic.public_id, post.public_id], "handle": [actor.handle]}
    forms = list(addresses(app, "POST", parts))
    assert len(forms) > 100
    passed = {}
    for endpoint, path in forms:
        for headers in ({}, {"Accept": "application/json"}):
            said = {"title": "Un titre assez long", "kind": "post", "body": "x", "id": post.public_id, "code": "thanks"}
            browser = sign_in(app.test_client(), actor)
            status = browser.post(path, data=said, headers=headers).status_code
            if status not in {400, 403, 404, 422}:
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
