"""What members do in the forum, as its services do it."""

from __future__ import annotations

from itertools import count
from typing import Any

from app.accounts.models import User
from app.core.events import unit_of_work
from app.forum import services
from app.forum.drafts import TopicDraft, draft_post
from app.forum.models import Category, Post, Topic
from app.forum.order import moderating

_tokens = count()


def opened(author: User, category: Category, title: str = "Un sujet", *tags: str, **chosen: Any) -> Topic:
    """A topic as its author opens it; `kind`, `body`, `lang` on request."""
    post = draft_post(chosen.get("body", "Bonjour."), chosen.get("lang", "fr"), f"forum-{next(_tokens)}")
    with unit_of_work():
        return services.open_topic(author, category, TopicDraft(title, chosen.get("kind", "discussion"), tags, post))


def replied(author: User, topic: Topic, body: str = "Une réponse.", lang: str = "fr", to: str = "") -> Post:
    """A reply as its author writes it."""
    with unit_of_work():
        return services.reply(author, topic, draft_post(body, lang, f"forum-{next(_tokens)}", to))


def hidden(moderator: User, thing: Post | Topic, reason: str = "Hors sujet") -> None:
    """A post or a topic that a moderator hides."""
    with unit_of_work():
        if isinstance(thing, Post):
            moderating.hide_post(moderator, thing, reason)
        else:
            moderating.change_topic_state(moderator, thing, "hide", reason)
