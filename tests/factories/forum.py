"""Spaces, categories, topics and posts, with the counters that services keep."""

from __future__ import annotations

import factory

from app.core.db import now
from app.core.markdown import render
from app.forum.models import Category, Post, Space, Topic
from tests.factories.accounts import UserFactory
from tests.factories.base import CommittedFactory


class SpaceFactory(CommittedFactory[Space]):
    """A public space."""

    class Meta:
        model = Space

    slug = factory.Sequence(lambda n: f"space-{n}")
    title = factory.LazyAttribute(lambda space: {"fr": f"Espace {space.slug}", "en": f"Space {space.slug}"})
    description = factory.LazyFunction(lambda: {"fr": "Un espace.", "en": "A space."})


class CategoryFactory(CommittedFactory[Category]):
    """A category in a public space, or in `space=`."""

    class Meta:
        model = Category

    space = factory.SubFactory(SpaceFactory)
    slug = factory.Sequence(lambda n: f"category-{n}")
    title = factory.LazyAttribute(lambda shelf: {"fr": f"Rubrique {shelf.slug}", "en": f"Category {shelf.slug}"})
    description = factory.LazyFunction(lambda: {"fr": "Une rubrique.", "en": "A category."})


class TopicFactory(CommittedFactory[Topic]):
    """An open topic without posts; `PostFactory(topic=...)` adds the first."""

    class Meta:
        model = Topic

    category = factory.SubFactory(CategoryFactory)
    author = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Sujet {n}")
    lang = "fr"
    created_at = factory.LazyFunction(now)

    @classmethod
    def after_insert(cls, row: Topic) -> None:
        """Count the topic in its category."""
        row.category.topic_count += 1
        row.category.last_topic_id = row.id
        row.last_author = row.author


class PostFactory(CommittedFactory[Post]):
    """The next visible post of a topic (a new one, or `topic=`)."""

    class Meta:
        model = Post

    topic = factory.SubFactory(TopicFactory)
    author = factory.SubFactory(UserFactory)
    lang = "fr"
    body = factory.Sequence(lambda n: f"Bonjour, voici le message *{n}*.")
    html = factory.LazyAttribute(lambda post: render(post.body))
    client_token = factory.Sequence(lambda n: f"token-{n}")
    number = None
    created_at = factory.LazyFunction(now)

    @classmethod
    def after_insert(cls, row: Post) -> None:
        """Give the next number and move the counters of topic and category."""
        if row.number is None:
            row.number = row.topic.post_count + 1
        row.topic.post_count = max(row.topic.post_count, row.number)
        row.topic.last_post_at, row.topic.last_author = row.created_at, row.author
        row.topic.category.post_count += 1
