"""Facts about a topic for search engines, in the words of schema.org."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from flask import url_for
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.core.db import db
from app.core.i18n import pgettext, translated
from app.core.markdown import plain
from app.forum.addresses import topic_url
from app.forum.models import Post, Topic
from app.forum.reading.filling import author_name

LONGEST = 1000
Counts = Mapping[int, Mapping[str, int]]
"""Reactions by post id, then by code."""


def structured_topic(topic: Topic, ids: Sequence[int], counts: Counts, site_url: str) -> Markup:
    """The first page of a topic as JSON-LD, safe inside a script element: `ids` are those of its posts.

    A question is a QAPage, anything else a DiscussionForumPosting; the way there is a BreadcrumbList.
    """
    query = select(Post).where(Post.id.in_(ids), Post.state == "visible").order_by(Post.number)
    posts = list(db.session.scalars(query.options(joinedload(Post.author).lazyload(User.roles))))
    page = _Page(topic, counts, site_url)
    main = page.question(posts) if topic.kind == "question" else page.discussion(posts)
    written = orjson.dumps([{"@context": "https://schema.org", **facts} for facts in (main, page.way())]).decode()
    return Markup(written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - escaped here


class _Page:
    def __init__(self, topic: Topic, counts: Counts, site_url: str) -> None:
        self.topic, self.counts, self.site_url = topic, counts, site_url

    def discussion(self, posts: Sequence[Post]) -> dict[str, Any]:
        opening = posts[0]
        return {
            "@type": "DiscussionForumPosting",
            "headline": self.topic.title,
            "dateModified": self.topic.last_post_at.isoformat(),
            "isPartOf": {"@type": "CollectionPage", **self._shelf()},
            "image": self.site_url + card_url(self.topic),
            **self._said(opening, topic_url(self.topic)),
            "interactionStatistic": [_counter("CommentAction", self._answers()), *self._likes(opening)],
            "comment": [{"@type": "Comment", **self._said(post), **self._liked(post)} for post in posts[1:]],
        }

    def question(self, posts: Sequence[Post]) -> dict[str, Any]:
        opening, accepted = posts[0], self.topic.accepted_post_id
        answers = [
            (post, {"@type": "Answer", **self._said(post), "upvoteCount": self._sum(post)}) for post in posts[1:]
        ]
        question = {
            "@type": "Question",
            "name": self.topic.title,
            "answerCount": self._answers(),
            "upvoteCount": self._sum(opening),
            "image": self.site_url + card_url(self.topic),
            **self._said(opening, topic_url(self.topic)),
            "suggestedAnswer": [facts for post, facts in answers if post.id != accepted],
        }
        if chosen := [facts for post, facts in answers if post.id == accepted]:
            question["acceptedAnswer"] = chosen[0]
        return {"@type": "QAPage", "mainEntity": question}

    def way(self) -> dict[str, Any]:
        space = self.topic.category.space
        forum = {"name": pgettext("forum", "Forum"), "url": self.site_url + url_for("forum.list_spaces")}
        place = {
            "name": translated(space.title),
            "url": self.site_url + url_for("forum.show_space", slug=space.slug),
        }
        steps = [forum, place, self._shelf()]
        items = [
            {"@type": "ListItem", "position": number, "name": step["name"], "item": step["url"]}
            for number, step in enumerate(steps, 1)
        ]
        return {"@type": "BreadcrumbList", "itemListElement": items}

    def _shelf(self) -> dict[str, str]:
        shelf = self.topic.category
        url = self.site_url + url_for("forum.show_category", slug=shelf.slug)
        return {"name": translated(shelf.title), "url": url}

    def _said(self, post: Post, url: str = "") -> dict[str, Any]:
        author: dict[str, Any] = {"@type": "Person", "name": author_name(post)}
        if post.author and post.author.has_card:
            author["url"] = self.site_url + url_for("site.show_member", handle=post.author.handle)
        facts = {
            "url": self.site_url + (url or topic_url(self.topic, number=post.number)),
            "inLanguage": post.lang,
            "datePublished": post.created_at.isoformat(),
            "author": author,
            "text": " ".join(plain(post.html).split())[:LONGEST],
        }
        return facts | ({"dateModified": post.edited_at.isoformat()} if post.edited_at and not url else {})

    def _answers(self) -> int:
        return max(self.topic.post_count - 1, 0)

    def _sum(self, post: Post) -> int:
        return sum(self.counts.get(post.id, {}).values())

    def _likes(self, post: Post) -> list[dict[str, Any]]:
        return [_counter("LikeAction", likes)] if (likes := self._sum(post)) else []

    def _liked(self, post: Post) -> dict[str, Any]:
        return {"interactionStatistic": found[0]} if (found := self._likes(post)) else {}


def card_url(topic: Topic) -> str:
    """The address of the picture that is shown where a topic is shared; another one after every change of its look."""
    return url_for("api.draw_card", public_id=topic.public_id, version=topic.version)


def _counter(action: str, number: int) -> dict[str, Any]:
    return {
        "@type": "InteractionCounter",
        "interactionType": f"https://schema.org/{action}",
        "userInteractionCount": number,
    }
