"""Reported files in the queue: what they are attached to is read for all of them at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.config import Settings
from app.core.events import unit_of_work
from app.core.files import file_store, store_file
from app.core.subjects import kind
from app.engagement import services as engagement
from app.engagement.models import Attachment
from app.forum.models import Topic
from tests.factories import CategoryFactory, UserFactory
from tests.support.forum import opened, replied
from tests.support.moderation import reported


@pytest.fixture
def attached(app: Flask, settings: Settings) -> Callable[[], Attachment]:
    """A file on a new reply of a new topic."""

    def make() -> Attachment:
        topic: Topic = opened(UserFactory(), CategoryFactory(), lang="ar")
        post = replied(UserFactory(), topic)
        stored = store_file(file_store(settings), "liste.csv", f"a,b\n{post.id},2\n".encode())
        with unit_of_work():
            return engagement.attach(post.author, "post", post.id, stored)

    return make


def test_the_queue_of_files_asks_the_same_however_many(
    app: Flask,
    sign_in: Callable[..., FlaskClient],
    attached: Callable[[], Attachment],
    query_counter: Callable[[], Any],
) -> None:
    browser, counts = sign_in(app.test_client(), UserFactory(role="moderator")), []
    for many in (2, 6):
        for _ in range(many):
            reported(UserFactory(), attached())
        browser.get("/en/moderation")
        with query_counter() as statements:
            assert "liste.csv" in browser.get("/en/moderation").text
        counts.append(statements.count)
    assert counts[0] == counts[1]


def test_a_file_read_with_others_knows_where_it_is_now(
    attached: Callable[[], Attachment], query_counter: Callable[[], Any]
) -> None:
    first, second = attached(), attached()
    declared = kind("file")
    assert declared.oversight
    rows = declared.load([first.id, second.id])
    with query_counter() as statements:
        said = declared.oversight.words(list(rows.values()))
        places = {declared.oversight.space_id(row) for row in rows.values()}
    assert (statements.count, len(places)) == (0, 2)
    assert {one.lang for one in said.values()} == {"fr"}
    with unit_of_work():
        rows[first.id].subject_id = second.subject_id
    assert declared.oversight.space_id(rows[first.id]) == declared.oversight.space_id(rows[second.id])
