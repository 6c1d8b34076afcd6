"""A test client whose requests share nothing with the test that makes them."""

from __future__ import annotations

from contextvars import Context
from typing import Any

from flask.testing import FlaskClient


class IsolatedClient(FlaskClient):
    """Runs each request in an empty context: the test's own application context would lend it `g` and its session."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return Context().run(super().open, *args, **kwargs)
