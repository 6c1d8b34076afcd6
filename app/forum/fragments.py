"""Fragments of posts: what was said, rendered once per post version and interface language for all its readers.

The page, the live message and the page without JavaScript carry the same bytes. A fragment holds nothing that depends
on who reads it or on the minute; names of cited authors are filled in here, from ids: an erased name is in none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import current_app, url_for
from markupsafe import Markup, escape
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.core.cache import FragmentCache
from app.core.db import db
from app.core.i18n import current_lang, direction, pgettext, speaking
from app.core.markdown import CITE
from app.core.policy import Actor
from app.engagement.queries import TagLabel
from app.forum.models import Post, PostReference, Topic
from app.forum.queries import citable_posts
from app.forum.thread import PostHead

_cache = FragmentCache(16_000_000)


def clear() -> None:
    """Forget every fragment (tests start with an empty cache)."""
    _cache.clear()


def fragments_of(heads: Sequence[PostHead], lang: str) -> list[Markup]:
    """The fragments of these posts in an interface language; those not in the cache are rendered by three queries."""
    found = {head.id: _cache.get((head.id, head.version, lang)) for head in heads}
    if missing := [head for head in heads if found[head.id] is None]:
        found.update(_render_all(missing, lang))
    return [Markup(found[head.id]) for head in heads]  # noqa: S704  rendered by an escaping template


def _render_all(heads: Sequence[PostHead], lang: str) -> dict[int, str]:
    posts = _load(head.id for head in heads)
    named = _named([post.id for post in posts if CITE.search(post.html)])
    template = current_app.jinja_env.get_template("forum/_post.html")
    rendered = {}
    with speaking(lang):
        for post in posts:
            html = template.render(
                post=post, words=_words(post.html, named.get(post.id, {})), author=post.author, lang=lang
            )
            rendered[post.id] = _cache.put((post.id, post.version, lang), html)
    return rendered


def _load(ids: Iterable[int]) -> list[Post]:
    query = select(Post).where(Post.id.in_(list(ids))).execution_options(populate_existing=True)
    return list(
        db.session.scalars(
            query.options(
                joinedload(Post.author),
                joinedload(Post.topic).load_only(Topic.public_id, Topic.lang, Topic.accepted_post_id),
                joinedload(Post.reply_to).joinedload(Post.author).lazyload(User.roles),
            )
        ).unique()
    )


def _named(ids: Sequence[int]) -> dict[int, dict[str, Post]]:
    """The posts that each of these may name, by public id: what was noted when they were written."""
    if not ids:
        return {}
    query = (
        select(PostReference.post_id, Post)
        .join(Post, Post.id == PostReference.target_id)
        .where(PostReference.post_id.in_(ids))
        .options(joinedload(Post.author).lazyload(User.roles))
    )
    named: dict[int, dict[str, Post]] = {}
    for post_id, target in db.session.execute(query):
        named.setdefault(post_id, {})[target.public_id] = target
    return named


def _words(html: str, named: dict[str, Post]) -> Markup:
    """The stored HTML with each citation's place filled by the name of who said it and the way there."""
    # Words of the interface inside a text that may be in another language, and run the other way.
    spoken = f'lang="{current_lang()}" dir="{direction(current_lang())}"'

    def cite(match: Any) -> str:
        source = named.get(match[1])
        if source is None or source.state == "removed":
            gone = pgettext("forum", "A message that is no longer there")
            return f"<cite><span {spoken}>{escape(gone)}</span></cite>"
        label = pgettext("forum", "%(name)s, message %(number)s", name=author_name(source), number=source.number)
        url = url_for("forum.show_post", public_id=source.public_id)
        return f'<cite><a href="{escape(url)}" {spoken}>{escape(label)}</a></cite>'

    return Markup(CITE.sub(cite, html))  # noqa: S704  sanitised when it was written


def author_name(post: Post) -> str:
    """The author's name, or what stands for someone who closed their account."""
    return post.author.display_name if post.author else pgettext("forum", "Former member")


def shown_words(actor: Actor, html: str) -> Markup:
    """Rendered HTML as its readers will see it, citations filled in: what a preview shows its author."""
    ids = citable_posts(actor, CITE.findall(html)).values()
    query = select(Post).where(Post.id.in_(ids)).options(joinedload(Post.author).lazyload(User.roles))
    return _words(html, {post.public_id: post for post in db.session.scalars(query)} if ids else {})


def render_head(topic: Topic, tags: Sequence[TagLabel]) -> Markup:
    """The head of a topic's page: title, state and tags, the same for all its readers."""
    by = topic.state_by if topic.state != "open" else None
    key = ("head", topic.id, topic.version, by.version if by else 0, tuple(tags), current_lang())
    kept = _cache.get(key)
    if kept is None:
        template = current_app.jinja_env.get_template("forum/_topic_head.html")
        kept = _cache.put(key, template.render(topic=topic, tags=tags))
    return Markup(kept)  # noqa: S704 - rendered by a template
