"""What a person does in a browser, on an `IsolatedClient`."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def token_of(page: TestResponse) -> str:
    """The form token of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found, f"no form token in the page ({page.status})"
    return found.group(1)


def submit(client: FlaskClient, address: str, page: str = "", **fields: str) -> TestResponse:
    """Open a page (the address itself unless `page` names another), fill its form and send it to the address."""
    opened = client.get(page or address)
    return client.post(address, data={"csrf_token": token_of(opened), **fields})


def path_of(link: str) -> str:
    """A mailed link, as the test client opens it."""
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def as_said_to_anyone(page: TestResponse) -> str:
    """A page without its form token and the address typed: what must not tell whether an account exists."""
    return re.sub(r'name="csrf_token"[^>]*value="[^"]+"|[\w.]+@example\.org', "", page.text)
