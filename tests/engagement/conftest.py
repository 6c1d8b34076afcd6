"""A post in a public topic, its reader, and what the log says of their dealings."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from app.core.events import Event, tail
from app.core.i18n import speaking
from app.forum.models import Post
from tests.factories import PostFactory


@pytest.fixture(autouse=True)
def spoken(app: Flask) -> Iterator[None]:
    """Links and refusals are made in English."""
    with speaking("en"):
        yield


@pytest.fixture
def post(app: Flask) -> Post:
    """The first post of a public topic."""
    return PostFactory()


@pytest.fixture
def logged(app: Flask) -> Callable[[type[Event]], list[Event]]:
    """Events of one kind in the log, oldest first."""
    return lambda kind: [row.event for row in tail((0, 0), 1000) if isinstance(row.event, kind)]
