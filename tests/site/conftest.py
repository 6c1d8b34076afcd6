"""A browser signed in without going through the door, which has tests of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.accounts import services
from app.accounts.drafts import SessionDraft
from app.accounts.models import User
from app.accounts.sessions import KEY, digest, new_token
from app.core.events import unit_of_work


@pytest.fixture
def sign_in(client: FlaskClient) -> Callable[..., FlaskClient]:
    """`sign_in(member)` signs in the test's browser, `sign_in(member, browser)` another."""

    def sign(member: User, browser: FlaskClient = client) -> FlaskClient:
        token = new_token()
        with unit_of_work():
            services.open_session(member, SessionDraft(digest(token), False, "Firefox", "192.0.2.0"))
        with browser.session_transaction() as session:
            session[KEY] = token
            session["_fresh"] = True
        return browser

    return sign
