"""Buttons under a subject: forms that lead back, JSON for scripts, visitors sent to sign in, one token for all."""

from __future__ import annotations

import pytest
from flask import Flask

from app.core.events import unit_of_work
from app.core.redirects import local_address
from app.engagement import queries
from app.engagement.models import REACTIONS
from tests.factories import PostFactory, SpaceFactory, UserFactory

JSON = {"Accept": "application/json"}


@pytest.fixture
def app(make_app):
    app: Flask = make_app()
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        yield app


@pytest.fixture
def reader(client, sign_in, actor):
    return sign_in(client, actor)


def form(post, **more):
    return {"kind": "post", "id": post.public_id, "next": "/fr/latest", **more}


def test_a_form_reacts_and_leads_back(reader, actor, post):
    answer = reader.post("/fr/react", data=form(post, code="thanks"))
    assert (answer.status_code, answer.location) == (303, "/fr/latest")
    assert queries.own_reactions(actor, "post", post.id) == {"thanks"}
    reader.post("/fr/react", data=form(post, code="thanks"))
    assert queries.own_reactions(actor, "post", post.id) == set()


def test_scripts_say_what_they_want_and_get_the_counts(reader, post):
    for _ in range(2):
        answer = reader.post("/fr/react", data=form(post, code="agree", pressed="1"), headers=JSON)
        assert answer.json == {"counts": {"agree": 1}, "own": ["agree"]}
    answer = reader.post("/fr/react", data=form(post, code="agree", pressed="0"), headers=JSON)
    assert answer.json == {"counts": {}, "own": []}


@pytest.mark.parametrize("level", ["watching", "muted", ""])
def test_following_by_form_and_by_script(reader, actor, post, level):
    fields = {"kind": "topic", "id": post.topic.public_id, "level": level}
    assert reader.post("/fr/follow", data=fields, headers=JSON).json == {"level": level or None}
    assert queries.follow_level(actor, "topic", post.topic_id) == (level or None)
    answer = reader.post("/en/follow", data=fields)
    assert answer.status_code == 303
    assert answer.location.startswith(f"/en/topics/{post.topic.public_id}")


def test_reading_by_script(reader, actor, post):
    fields = {"kind": "topic", "id": post.topic.public_id, "number": "1"}
    assert reader.post("/fr/read", data=fields, headers=JSON).json == {"number": 1}
    assert reader.post("/fr/read", data=fields | {"number": "x"}, headers=JSON).status_code == 422


@pytest.mark.parametrize("path", ["/fr/react", "/fr/follow", "/fr/read"])
def test_visitors_sign_in_first_and_come_back_to_the_page(client, post, path):
    fields = form(post, code="thanks", level="watching", number="1")
    answer = client.post(path, data=fields)
    assert answer.status_code == 303
    assert answer.location.endswith("/login?next=/fr/latest")
    assert client.post(path, data=fields, headers=JSON).status_code == 401


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"code": "dislike"}, 422), ({"id": "unknown", "code": "thanks"}, 404), ({"kind": "x", "code": "thanks"}, 404)],
)
def test_wrong_input_is_answered_as_such(reader, post, fields, status):
    assert reader.post("/fr/react", data=form(post) | fields, headers=JSON).status_code == status


def test_what_may_not_be_seen_is_not_found(reader, post):
    secret = PostFactory(topic__category__space=SpaceFactory(visibility="staff"))
    assert reader.post("/fr/react", data=form(secret, code="thanks"), headers=JSON).status_code == 404
    with unit_of_work():
        post.state = "hidden_by_moderator"
    moderator = UserFactory(role="moderator")
    assert reader.post("/fr/react", data=form(post, code="thanks"), headers=JSON).status_code in {403, 404}
    assert queries.own_reactions(moderator, "post", post.id) == set()


def test_a_post_without_the_token_is_refused(make_app, sign_in, actor, post):
    guarded = make_app()
    reader = sign_in(guarded.test_client(), actor)
    assert reader.post("/fr/react", data=form(post, code=REACTIONS[0])).status_code == 400


def test_too_many_reactions_a_minute_are_refused(make_app, sign_in, actor, post):
    limited = make_app(rate_limits=True)
    limited.config["WTF_CSRF_ENABLED"] = False
    reader = sign_in(limited.test_client(), actor)
    answers = [reader.post("/fr/react", data=form(post, code="thanks"), headers=JSON).status_code for _ in range(91)]
    assert answers[:90] == [200] * 90
    assert answers[90] == 429


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "evil", "", None, "/a\nb"],
)
def test_only_paths_of_this_site_are_led_back_to(address):
    assert local_address(address, "/fr/") == "/fr/"


@pytest.mark.parametrize("address", ["/", "/fr/topics/1/x?page=2#p21", "/ar/latest?tag=الماء"])
def test_pages_of_this_site_are_led_back_to(address):
    assert local_address(address, "/fr/") == address
