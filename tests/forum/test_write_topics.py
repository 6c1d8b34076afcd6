"""New topics and their titles through their pages: refusals first, each with what was typed kept and nothing stored."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.models import User
from app.core.db import db
from app.core.events import unit_of_work
from app.engagement.queries import tags_of
from app.forum.models import Category, Post, Topic
from tests.factories import CategoryFactory, PostFactory, SpaceFactory, TopicFactory, UserFactory
from tests.support.pages import JSON, errors_of, fields_of, page_of, said, send

GOOD = {
    "title": "Louer une chambre à Lens",
    "body": "Avec un *garant* à l’étranger ?",
    "tags": "logement, Lens",
    "kind": "question",
}


@pytest.fixture
def category(app) -> Category:
    """An open category of a public space."""
    return CategoryFactory()


@pytest.fixture
def member(actor: User, client: FlaskClient, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """The browser of a plain member."""
    return sign_in(client, actor)


def new(category: Category) -> str:
    return f"/en/categories/{category.slug}/new-topic"


def topics() -> list[Topic]:
    return list(db.session.scalars(select(Topic).order_by(Topic.id)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": " abc "}, "Give a title of a few words"),
        ({"title": "x" * 161}, "160 characters at most"),
        ({"body": ""}, "there is nothing to send yet"),
        ({"kind": "poll"}, "a discussion or a question"),
        ({"kind": "announcement"}, "a discussion or a question"),
        ({"tags": "a,b,c,d,e,f,g,h,i"}, "at most eight tags"),
        ({"tags": "x" * 41}, "at most forty of them"),
        ({"tags": "lens, !!!"}, "letters or digits"),
        ({"lang": "xx"}, "Choose the language"),
    ],
)
def test_a_bad_form_keeps_what_was_typed_and_leaves_no_trace(member, category, changes, words):
    typed = GOOD | changes
    answer = send(member, new(category), **typed)
    assert answer.status_code == 422
    assert [error for error in errors_of(answer) if words in error]
    assert said(answer).startswith("Error:")
    kept = fields_of(answer)
    for name in ("title", "body", "tags"):
        assert kept[name].strip() == typed[name].strip()
    assert topics() == []
    assert db.session.scalar(select(func.count()).select_from(Post)) == 0


def test_refusals_as_json_name_their_fields(member, category):
    answer = send(member, new(category), JSON, title="", body="")
    assert answer.status_code == 422
    assert set(answer.json["error"]["fields"]) == {"title", "body"}


def test_a_category_closed_to_new_topics(member, category, app, sign_in):
    typed = fields_of(member.get(new(category))) | GOOD
    with unit_of_work():
        category.is_locked = True
    assert member.get(new(category)).status_code == 403
    answer = member.post(new(category), data=typed)
    assert answer.status_code == 403
    assert "closed to new topics" in said(answer)
    assert fields_of(answer)["body"].strip() == GOOD["body"]
    assert topics() == []
    moderator = sign_in(app.test_client(), UserFactory(role="moderator"))
    assert send(moderator, new(category), **GOOD).status_code == 303


def test_a_hidden_category_does_not_exist(member, client):
    closed = CategoryFactory(space=SpaceFactory(visibility="staff"))
    assert member.get(new(closed)).status_code == 404
    assert member.post(new(closed), data=GOOD).status_code == 404


def test_a_visitor_gets_everything_back(client, category):
    assert client.get(new(category)).location.endswith(f"next={new(category)}")
    answer = client.post(new(category), data=GOOD)
    assert answer.status_code == 401
    assert {name: value.strip() for name, value in fields_of(answer).items() if name in GOOD} == GOOD
    assert topics() == []


def test_a_topic_is_opened_once_and_leads_to_itself(member, category, actor):
    form = fields_of(member.get(new(category))) | GOOD
    answers = [member.post(new(category), data=form) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    assert answers[0].location == answers[1].location
    (topic,) = topics()
    assert (topic.title, topic.kind, topic.lang, topic.author_id) == (GOOD["title"], "question", "fr", actor.id)
    assert [tag.label for tag in tags_of("topic", [topic.id])[topic.id]] == ["Lens", "logement"]
    page = member.get(answers[0].location)
    assert page.status_code == 200
    assert "<em>garant</em>" in page.text


def test_only_moderators_are_offered_announcements(app, member, category, sign_in):
    moderator = sign_in(app.test_client(), UserFactory(role="moderator", space=category.space))
    offered = {
        who: {one.get("value") for one in page_of(who.get(new(category))).iter("input") if one.get("name") == "kind"}
        for who in (member, moderator)
    }
    assert offered[member] == {"discussion", "question"}
    assert offered[moderator] == {"discussion", "question", "announcement"}
    assert send(moderator, new(category), **(GOOD | {"kind": "announcement"})).status_code == 303


def test_the_preview_of_a_topic_stores_nothing_and_keeps_everything(member, category):
    answer = send(member, new(category), **GOOD, preview="1")
    assert answer.status_code == 200
    assert "<em>garant</em>" in answer.text
    kept = {name: value.strip() for name, value in fields_of(answer).items() if name in GOOD}
    assert kept == GOOD
    assert topics() == []


def test_only_its_author_or_a_moderator_edits_a_topic(app, member, actor, sign_in):
    theirs, own = PostFactory().topic, PostFactory(topic=TopicFactory(author=actor)).topic
    assert member.get(f"/en/topics/{theirs.public_id}/edit").status_code == 403
    assert member.get(f"/en/topics/{own.public_id}/edit").status_code == 200
    moderator = sign_in(app.test_client(), UserFactory(role="moderator"))
    assert moderator.get(f"/en/topics/{theirs.public_id}/edit").status_code == 200


def test_editing_a_topic(member, actor):
    topic = PostFactory(topic=TopicFactory(author=actor)).topic
    url = f"/en/topics/{topic.public_id}/edit"
    refused = send(member, url, title="abc", tags="un, deux")
    assert refused.status_code == 422
    assert fields_of(refused)["tags"] == "un, deux"
    answer = send(member, url, title="Un titre plus clair", kind="question", lang="nl", tags="un, deux")
    assert answer.status_code == 303
    db.session.refresh(topic)
    assert (topic.title, topic.kind, topic.lang) == ("Un titre plus clair", "question", "nl")
    assert fields_of(member.get(url))["tags"] == "deux, un"


def test_the_author_of_an_announcement_keeps_it_one(member, actor):
    topic = PostFactory(topic=TopicFactory(author=actor, kind="announcement")).topic
    assert send(member, f"/en/topics/{topic.public_id}/edit", title="Une annonce corrigée").status_code == 303
    db.session.refresh(topic)
    assert topic.kind == "announcement"
