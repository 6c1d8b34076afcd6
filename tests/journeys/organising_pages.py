"""Pages on which members and moderators put things in order, with something on each."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.core.db import db
from app.core.events import unit_of_work
from app.core.subjects import Link
from app.engagement import bookmarking
from app.engagement import services as engagement
from app.forum import services
from app.forum.drafts import draft_post
from app.forum.models import Post, Topic


def organising_pages(page_type: Any, topic: Topic, member: str, administrator: str) -> list[Any]:
    """Bookmarks, follows, own topics, tags, histories, moves: for the member who wrote the topic, or a moderator."""
    place = f"/topics/{topic.public_id}"
    post = db.session.scalars(
        select(Post).where(
            Post.topic_id == topic.id, Post.author_id == topic.author_id, Post.state == "visible", Post.number > 1
        )
    ).first()
    assert post
    author = db.session.get_one(User, topic.author_id)
    with unit_of_work():
        services.edit_post(author, post, draft_post(f"{post.body} Et **plus**.", post.lang, post.client_token), 0)
        mark = bookmarking.bookmark(author, "post", post.id, bookmarking.BookmarkDraft("À relire avant lundi"))
        bookmarking.bookmark(author, "topic", topic.id)
        engagement.follow(author, "topic", topic.id, "watching")
        mark_id = mark.id
    return [
        page_type("forum.show_history", f"/posts/{post.public_id}/history", member),
        page_type("forum.show_history", f"/posts/{post.public_id}/history", administrator),
        page_type("forum.move_topic", f"{place}/move", administrator),
        page_type("forum.merge_topics", f"{place}/merge", administrator),
        page_type("forum.split_posts", f"{place}/split", administrator),
        page_type("forum.list_own_topics", "/my/topics", member),
        page_type("engagement.list_bookmarks", "/my/bookmarks", member),
        page_type("engagement.list_bookmarks", "/my/bookmarks?q=rien", member),
        page_type("engagement.edit_bookmark", f"/my/bookmarks/{mark_id}", member),
        page_type("engagement.list_follows", "/my/follows", member),
        page_type("engagement.list_follows", "/my/follows?kind=space", member),
        page_type("forum.list_tags", "/tags"),
        page_type("forum.list_tags", "/tags?q=xyzzy"),
        page_type("forum.show_tag", "/tags/logement"),
        page_type("forum.show_tag", "/tags/logement", member),
        page_type("forum.list_latest", "/latest?view=following", member),
        page_type("site.show_shortcuts", "/shortcuts"),
    ]


def reminders() -> list[tuple[str, dict[str, Any]]]:
    """The mails of this part of the platform, with what they say."""
    link = Link("/fr/topics/x", "Un sujet", "fr")
    return [("engagement/reminder", {"member": SimpleNamespace(display_name="Awa"), "link": link, "note": "À relire"})]
