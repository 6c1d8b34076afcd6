"""Replies through their pages and as JSON: refusals first, each with the text kept and nothing stored."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.models import User
from app.core.db import db
from app.core.events import unit_of_work
from app.forum.models import Post, Topic
from tests.factories import CategoryFactory, PostFactory, SpaceFactory, TopicFactory, UserFactory
from tests.support.pages import JSON, errors_of, fields_of, page_of, said, send

TYPED = "Une phrase à ne pas perdre : « élève & maître »."


@pytest.fixture
def topic(app: Flask) -> Topic:
    """An open topic with one message."""
    return PostFactory(body="Qui a déjà loué à Lens ?").topic


@pytest.fixture
def member(actor: User, client: FlaskClient, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """The browser of a plain member."""
    return sign_in(client, actor)


def url_of(topic: Topic, **query: str) -> str:
    ask = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/en/topics/{topic.public_id}/reply" + (f"?{ask}" if ask else "")


def posts(topic: Topic) -> int:
    return int(db.session.scalar(select(func.count()).select_from(Post).where(Post.topic_id == topic.id)) or 0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"body": "  \n "}, "there is nothing to send yet"),
        ({"body": "x" * 20_001}, "too long by 1 character."),
        ({"body": "x" * 20_007}, "too long by 7 characters."),
        ({"body": TYPED, "lang": "tlh"}, "Choose the language"),
        ({"body": TYPED, "reply_to": "01j0000000000000000000000x"}, "no longer there"),
        ({"body": TYPED, "csrf_token": "forged"}, "send it once more"),
    ],
)
def test_a_bad_form_keeps_the_text_and_leaves_no_trace(member, topic, changes, words):
    answer = send(member, url_of(topic), **changes)
    assert answer.status_code == 422
    assert words in said(answer)
    assert fields_of(answer)["body"].strip() == changes["body"].strip()
    assert posts(topic) == 1


def test_the_refusal_stands_beside_the_field(member, topic):
    answer = send(member, url_of(topic), body="")
    assert errors_of(answer) == ["Write your message: there is nothing to send yet."]
    field = next(one for one in page_of(answer).iter("textarea") if one.get("id") == "body")
    assert field.get("aria-invalid") == "true"
    assert "body-error" in str(field.get("aria-describedby")).split()


def test_the_same_refusals_as_json(member, topic):
    answer = send(member, url_of(topic), JSON, body="", lang="tlh")
    assert answer.status_code == 422
    assert set(answer.json["error"]["fields"]) == {"body", "lang"}
    stale = send(member, url_of(topic), JSON, body=TYPED, csrf_token="forged")
    assert stale.status_code == 422
    assert stale.json["error"]["is_stale"]
    again = send(member, url_of(topic), JSON, body=TYPED, csrf_token=stale.json["csrf_token"])
    assert again.status_code == 201


def test_a_closed_topic_takes_no_reply_and_gives_the_text_back(member, topic):
    opened = fields_of(member.get(url_of(topic)))
    with unit_of_work():
        topic.state = "locked"
    answer = member.post(url_of(topic), data=opened | {"body": TYPED})
    assert answer.status_code == 403
    assert "This topic is closed" in said(answer)
    assert fields_of(answer)["body"].strip() == TYPED
    assert member.get(url_of(topic)).status_code == 403
    assert posts(topic) == 1


@pytest.mark.parametrize("hidden_by", ["state", "space"])
def test_what_a_member_may_not_see_does_not_exist(member, hidden_by):
    space = SpaceFactory(visibility="staff" if hidden_by == "space" else "public")
    topic = TopicFactory(category=CategoryFactory(space=space), state="hidden" if hidden_by == "state" else "open")
    assert member.get(url_of(topic)).status_code == 404
    assert member.post(url_of(topic), data={"body": TYPED}).status_code == 404


def test_a_visitor_signs_in_and_comes_back(client, topic):
    answer = client.get(url_of(topic, to=first(topic).public_id))
    assert answer.status_code == 302
    assert "/en/login?next=/en/topics/" in answer.location
    assert "reply?to%3D" in answer.location or "reply%3Fto%3D" in answer.location


def test_what_a_visitor_sent_is_given_back_and_can_be_sent_after_signing_in(client, topic, actor, sign_in):
    answer = client.post(url_of(topic), data={"body": TYPED, "lang": "fr", "client_token": "one-attempt"})
    assert answer.status_code == 401
    kept = fields_of(answer)
    assert kept["body"].strip() == TYPED
    assert (kept["client_token"], kept["lang"]) == ("one-attempt", "fr")
    links = [one.get("href", "") for one in page_of(answer).iter("a")]
    assert any("/en/login?next=/en/topics/" in link for link in links)
    sign_in(client, actor)
    sent = client.post(url_of(topic), data=kept)
    assert sent.status_code == 303
    assert posts(topic) == 2


def test_a_script_of_a_visitor_is_told_where_to_sign_in(client, topic):
    answer = client.post(url_of(topic), data={"body": TYPED}, headers=JSON)
    assert answer.status_code == 401
    assert answer.json["error"]["sign_in"].startswith("/en/login?next=")


def test_another_site_cannot_put_words_into_the_form(member, topic):
    answer = member.post(url_of(topic), data={"body": TYPED}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400
    assert "phrase" not in answer.text
    assert posts(topic) == 1


def test_the_eleventh_text_of_a_minute_waits_and_is_kept(make_app, topic, actor, sign_in):
    client = sign_in(make_app(rate_limits=True).test_client(), actor)
    form = fields_of(client.get(url_of(topic)))
    for number in range(10):
        accepted = client.post(url_of(topic), data=form | {"body": f"n {number}", "client_token": f"t{number}"})
        assert accepted.status_code == 303
    answer = client.post(url_of(topic), data=form | {"body": TYPED, "client_token": "t11"})
    assert answer.status_code == 429
    assert "Wait a minute" in said(answer)
    assert fields_of(answer)["body"].strip() == TYPED
    as_json = client.post(url_of(topic), data=form | {"body": TYPED, "client_token": "t11"}, headers=JSON)
    assert as_json.status_code == 429
    assert "Wait a minute" in as_json.json["error"]["reason"]
    assert posts(topic) == 11


def test_a_reply_leads_to_itself(member, topic, actor):
    answer = send(member, url_of(topic), body=TYPED)
    assert answer.status_code == 303
    assert answer.location.endswith("#p2")
    post = db.session.scalars(select(Post).where(Post.number == 2)).one()
    assert (post.author_id, post.lang, post.body) == (actor.id, "fr", TYPED)
    assert member.get(answer.location).status_code == 200


def test_a_reply_as_json_brings_its_fragment(member, topic):
    answer = send(member, url_of(topic), JSON, body="Bonjour **Lens**")
    assert answer.status_code == 201
    assert answer.json["number"] == 2
    assert answer.json["url"].endswith("#p2")
    assert "<strong>Lens</strong>" in answer.json["html"]
    assert answer.json["html"] in member.get(answer.json["url"]).text


def test_a_retry_with_the_same_token_makes_one_post(member, topic):
    form = fields_of(member.get(url_of(topic))) | {"body": TYPED}
    first_try, second = (member.post(url_of(topic), data=form, headers=JSON) for _ in range(2))
    assert first_try.json["id"] == second.json["id"]
    assert posts(topic) == 2


def test_two_attempts_at_once_make_one_post(app, topic, actor, sign_in):
    clients = [sign_in(app.test_client(), actor) for _ in range(2)]
    forms = [fields_of(client.get(url_of(topic))) | {"body": TYPED, "client_token": "same"} for client in clients]
    barrier, answers = threading.Barrier(2), []

    def attempt(client: FlaskClient, form: dict[str, str]) -> None:
        barrier.wait()
        answers.append(client.post(url_of(topic), data=form, headers=JSON))

    threads = [threading.Thread(target=attempt, args=pair) for pair in zip(clients, forms, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert posts(topic) == 2


def test_another_text_with_a_used_token_is_not_swallowed(member, topic):
    form = fields_of(member.get(url_of(topic)))
    member.post(url_of(topic), data=form | {"body": "Le premier."})
    answer = member.post(url_of(topic), data=form | {"body": TYPED})
    assert answer.status_code == 409
    assert "sent already, with another text" in said(answer)
    again = fields_of(answer)
    assert again["body"].strip() == TYPED
    assert member.post(url_of(topic), data=again).status_code == 303
    assert posts(topic) == 3


def first(topic: Topic) -> Post:
    return db.session.scalars(select(Post).where(Post.topic_id == topic.id, Post.number == 1)).one()


def test_the_quotation_is_filled_in_with_its_reference(member, topic):
    said_first = first(topic)
    with unit_of_work():
        said_first.body = "> plus ancien\n\nQui a **déjà** loué ?\n\nÀ Lens."
        said_first.author.display_name = "Awa Leroy"
    opened = member.get(url_of(topic, to=said_first.public_id, quote=said_first.public_id))
    form = fields_of(opened)
    assert form["body"].strip() == f"> [post:{said_first.public_id}]\n> Qui a **déjà** loué ?\n>\n> À Lens."
    assert "In reply to Awa Leroy, message 1" in said(opened)
    sent = member.post(url_of(topic), data=form | {"body": f"{form['body']}Moi."}, headers=JSON)
    assert "Awa Leroy, message 1" in sent.json["html"]
    assert f"/en/posts/{said_first.public_id}" in sent.json["html"]
    assert db.session.scalars(select(Post.reply_to_id).where(Post.number == 2)).one() == said_first.id


def test_the_script_is_given_the_same_beginning(member, topic):
    said_first = first(topic)
    answer = member.get(url_of(topic, to=said_first.public_id, quote=said_first.public_id), headers=JSON)
    assert answer.json["reply_to"] == said_first.public_id
    assert answer.json["body"].startswith(f"> [post:{said_first.public_id}]\n> Qui a")


@pytest.mark.parametrize("ask", ["to", "quote"])
def test_what_is_gone_is_neither_answered_nor_quoted(member, topic, ask):
    gone = PostFactory(topic=topic, state="deleted_by_author", body="retiré")
    assert member.get(url_of(topic, **{ask: gone.public_id})).status_code == 404
    assert member.get(url_of(topic, **{ask: "01j0000000000000000000000x"})).status_code == 404


def test_a_message_of_another_topic_is_quoted_but_not_answered(member, topic):
    other = PostFactory()
    assert member.get(url_of(topic, quote=other.public_id)).status_code == 200
    assert member.get(url_of(topic, to=other.public_id)).status_code == 404


def test_quoting_does_not_open_what_is_closed_to_the_reader(member, topic):
    closed = PostFactory(topic=TopicFactory(category=CategoryFactory(space=SpaceFactory(visibility="staff"))))
    assert member.get(url_of(topic, quote=closed.public_id)).status_code == 404


def test_the_composer_stands_under_the_topic_with_the_languages_of_its_reader(app, topic, sign_in):
    reader = UserFactory(content_langs=["nl", "ar"])
    client = sign_in(app.test_client(), reader)
    opened = client.get(f"/en/topics/{topic.public_id}", follow_redirects=True)
    form = fields_of(opened)
    assert form["lang"] == "nl"
    select_field = next(one for one in page_of(opened).iter("select") if one.get("name") == "lang")
    options = list(select_field.iter("option"))
    assert [one.get("value") for one in options[:2]] == ["nl", "ar"]
    assert "".join(options[0].itertext()) == "Dutch"
    assert options[1].get("data-dir") == "rtl"
    assert len(form["client_token"]) > 16
    assert client.post(f"/en/topics/{topic.public_id}/reply", data=form | {"body": TYPED}).status_code == 303
