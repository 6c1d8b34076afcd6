"""Facts about a topic for search engines, in the words of schema.org."""

from __future__ import annotations

from typing import Any

import orjson
from flask import url_for
from markupsafe import Markup

from app.forum.addresses import topic_url
from app.forum.fragments import author_name
from app.forum.models import Post, Topic

LONGEST = 1000


def discussion_posting(topic: Topic, opening: Post, text: str, site_url: str) -> Markup:
    """A DiscussionForumPosting as JSON-LD, safe inside a script element."""
    author: dict[str, Any] = {"@type": "Person", "name": author_name(opening)}
    if opening.author:
        author["url"] = site_url + url_for("site.show_member", handle=opening.author.handle)
    facts = {
        "@context": "https://schema.org",
        "@type": "DiscussionForumPosting",
        "headline": topic.title,
        "url": site_url + topic_url(topic),
        "inLanguage": topic.lang,
        "datePublished": opening.created_at.isoformat(),
        "dateModified": topic.last_post_at.isoformat(),
        "author": author,
        "text": text[:LONGEST],
        "interactionStatistic": {
            "@type": "InteractionCounter",
            "interactionType": "https://schema.org/CommentAction",
            "userInteractionCount": max(topic.post_count - 1, 0),
        },
    }
    written = orjson.dumps(facts).decode()
    return Markup(written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - escaped here
