"""What the tests of the desk share: who comes in, and sending its forms."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import User
from tests.factories import UserFactory
from tests.support.browser import token_of

SignIn = Callable[..., FlaskClient]


def at_desk(app: Flask, sign_in: SignIn, role: str = "administrator") -> tuple[FlaskClient, User]:
    """A browser in which somebody of that role is signed in."""
    member = UserFactory(role=role)
    return sign_in(app.test_client(), member), member


def send(client: FlaskClient, address: str, page: str = "", **fields: object) -> TestResponse:
    """Send a form to an address, with the token of a page (the address itself, or `page`)."""
    token = token_of(client.get(page or address))
    return client.post(address, data={"csrf_token": token, **fields})
