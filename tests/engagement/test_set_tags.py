"""Tags: words folded to one tag each, eight at most, by who may edit the subject."""

from __future__ import annotations

import pytest

from app.accounts.actor import VISITOR
from app.core.errors import Invalid, NotAllowed
from app.core.events import unit_of_work
from app.core.subjects import SubjectChanged
from app.engagement import queries, services
from app.engagement.events import TagsChanged
from app.engagement.queries import TagLabel
from tests.factories import PostFactory, TopicFactory, UserFactory


def tag(actor, topic, *words):
    with unit_of_work():
        return services.set_tags(actor, "topic", topic.id, words)


def test_words_that_differ_in_case_and_accents_are_one_tag(post, logged):
    topic = post.topic
    assert tag(topic.author, topic, "Énergie", "ENERGIE", "  eau   potable ", "") == ["energie", "eau-potable"]
    tags = queries.tags_of("topic", [topic.id])
    assert tags == {topic.id: [TagLabel("eau-potable", "eau potable"), TagLabel("energie", "Énergie")]}
    assert [event.room for event in logged(TagsChanged)] == [f"topic:{topic.id}"]
    assert len(logged(SubjectChanged)) == 1


def test_the_first_spelling_stays_and_the_same_tags_say_nothing(post, logged):
    other = PostFactory().topic
    tag(post.topic.author, post.topic, "Forêt")
    tag(other.author, other, "foret")
    tag(other.author, other, "FORÊT")
    assert queries.tags_of("topic", [other.id])[other.id] == [TagLabel("foret", "Forêt")]
    assert queries.tag_named("foret") == TagLabel("foret", "Forêt")
    assert queries.tag_named("desert") is None
    assert len(logged(TagsChanged)) == 2


def test_tags_are_replaced_and_emptied(post):
    topic = post.topic
    tag(topic.author, topic, "eau", "sols")
    tag(topic.author, topic, "sols", "الماء", "nước")
    assert {found.slug for found in queries.tags_of("topic", [topic.id])[topic.id]} == {"sols", "الماء", "nuoc"}
    assert tag(topic.author, topic) == []
    assert queries.tags_of("topic", [topic.id]) == {topic.id: []}


@pytest.mark.parametrize(
    ("words", "reason"),
    [([f"mot{n}" for n in range(9)], "eight"), (["!!!"], "letters or digits"), (["x" * 41], "at most forty")],
)
def test_too_many_and_empty_words_are_refused(post, words, reason):
    with pytest.raises(Invalid, match=reason):
        tag(post.topic.author, post.topic, *words)


def test_only_who_may_edit_a_topic_tags_it(post):
    for stranger in (VISITOR, UserFactory()):
        with pytest.raises(NotAllowed):
            tag(stranger, post.topic, "eau")
    assert tag(UserFactory(role="moderator"), post.topic, "eau") == ["eau"]


def test_subjects_are_found_by_tag(post):
    from sqlalchemy import select

    from app.core.db import db
    from app.forum.models import Topic

    other = TopicFactory()
    tag(post.topic.author, post.topic, "Biodiversité")
    query = select(Topic.id).where(Topic.id.in_(queries.subjects_with_tag("topic", "biodiversite")))
    assert list(db.session.scalars(query)) == [post.topic_id]
    assert other.id not in db.session.scalars(query).all()
