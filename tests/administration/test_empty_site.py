"""A site on its first day: every page opens, and says what is missing instead of showing nothing."""

from __future__ import annotations

import pytest
from flask import Flask

from app.core.i18n import INTERFACE
from tests.administration.desk import SignIn, at_desk
from tests.factories import UserFactory
from tests.support.html import Page, words


def addresses(app: Flask) -> list[tuple[str, str]]:
    """Endpoint and address of every page that needs nothing to exist."""
    return [
        (rule.endpoint, rule.rule.replace("<lang>", "{lang}"))
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.arguments == {"lang"}
    ]


@pytest.mark.parametrize("role", [None, "", "moderator", "administrator"])
def test_every_page_of_an_empty_site_opens(app: Flask, sign_in: SignIn, role: str | None) -> None:
    client = app.test_client()
    if role is not None:
        sign_in(client, UserFactory(role=role))
    found = addresses(app)
    assert len(found) > 60
    for endpoint, address in found:
        answer = client.get(address.format(lang="fr"))
        assert answer.status_code in {200, 302, 303, 304, 400, 403, 404, 405}, (endpoint, answer.status_code)
        if answer.status_code == 200 and answer.mimetype == "text/html" and "<html" in answer.text:
            page = Page(answer.text)
            assert words(page.one("h1")), endpoint


@pytest.mark.parametrize("lang", INTERFACE)
def test_the_desk_of_an_empty_site_opens_in_every_language(app: Flask, sign_in: SignIn, lang: str) -> None:
    client, _admin = at_desk(app, sign_in)
    for endpoint, address in addresses(app):
        if endpoint.startswith("administration."):
            answer = client.get(address.format(lang=lang))
            assert answer.status_code == 200, endpoint
            assert words(Page(answer.text).one("h1")), endpoint
