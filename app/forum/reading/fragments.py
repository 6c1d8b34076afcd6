"""Fragments of posts: what was said, rendered once per post version and interface language for all its readers.

The page, the live message and the page without JavaScript carry the same bytes. A fragment holds nothing that depends
on who reads it or on the minute; names of cited authors are filled in here, from ids: an erased name is in none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import Lock

from flask import current_app
from markupsafe import Markup
from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import User
from app.core.cache import FragmentCache
from app.core.db import IDS, db
from app.core.i18n import current_lang, speaking
from app.core.markdown import CITE
from app.core.marks import MEMBER
from app.core.policy import Actor
from app.engagement.models import Attachment
from app.engagement.queries import TagLabel, attachments_of
from app.forum.composing.naming import people_named
from app.forum.history.wikis import last_editors
from app.forum.models import Category, Post, PostReference, Space, Topic
from app.forum.moving.policy import is_read_beside
from app.forum.queries import citable_posts
from app.forum.reading import plain_posts
from app.forum.reading.filling import Fillings, fill, unplaced
from app.forum.reading.plain_posts import answered, is_accepted, plain_fragment, time_of
from app.forum.reading.thread import PostHead

_cache = FragmentCache(16_000_000)
_turns = [Lock() for _ in range(64)]
"""Whoever holds the one of a post renders its fragment."""


def clear() -> None:
    """Forget every fragment (tests start with an empty cache)."""
    _cache.clear()
    plain_posts.clear()


def fragments_of(heads: Sequence[PostHead], lang: str) -> list[Markup]:
    """The fragments of these posts in an interface language; those not in the cache are rendered by three queries."""
    found = {head.id: _cache.get((head.id, head.version, lang)) for head in heads}
    missing = [head for head in heads if found[head.id] is None]
    if len(missing) == 1:
        found.update(_render_one(missing[0], lang))
    elif missing:
        found.update(_render_all(missing, lang))
    return [Markup(found[head.id]) for head in heads]  # noqa: S704  rendered by an escaping template


def _render_one(head: PostHead, lang: str) -> dict[int, str]:
    """The answer to its author and live delivery want a new post at one moment: the second has what the first made."""
    with _turns[head.id % len(_turns)]:
        kept = _cache.get((head.id, head.version, lang))
        return _render_all([head], lang) if kept is None else {head.id: kept}


def _render_all(heads: Sequence[PostHead], lang: str) -> dict[int, str]:
    posts = _load(head.id for head in heads)
    fillings = fillings_of(posts)
    moved = _moved(posts)
    editors = last_editors([post.id for post in posts if post.is_wiki])
    template = current_app.jinja_env.get_template("forum/_post.html")
    rendered = {}
    with speaking(lang):
        for post in posts:
            given, reply_to = fillings[post.id], _beside(post, post.reply_to)
            words = fill(post.html, given)
            if post.state == "visible" and not (post.is_wiki or given.files):
                html = plain_fragment(post, words, reply_to)
            else:
                below = unplaced(post.html, given.files)
                html = template.render(
                    post=post, words=words, files=below, placed=[file for file in given.files if file not in below],
                    author=post.author, editor=editors.get(post.id), lang=lang, reply_to=answered(reply_to),
                    gone_to=_beside(post, moved.get(post.moved_to_id or 0)), accepted=is_accepted(post),
                    **time_of(post),
                )  # fmt: skip
            rendered[post.id] = _cache.put((post.id, post.version, lang), html)
    return rendered


def _moved(posts: Sequence[Post]) -> dict[int, Post]:
    """The posts that stood where these tombstones stand, by id."""
    ids = [post.moved_to_id for post in posts if post.moved_to_id]
    if not ids:
        return {}
    return {post.id: post for post in db.session.scalars(select(Post).where(Post.id.in_(ids)))}


_LOADED = (
    select(Post)
    .where(Post.id.in_(IDS))
    .options(
        joinedload(Post.author),
        joinedload(Post.topic).load_only(Topic.public_id, Topic.lang, Topic.accepted_post_id),
        joinedload(Post.reply_to).joinedload(Post.author).lazyload(User.roles),
    )
    .execution_options(populate_existing=True)
)


def _load(ids: Iterable[int]) -> list[Post]:
    return list(db.session.scalars(_LOADED, {"ids": list(ids)}).unique())


_citing, _own_topic, _own_shelf = aliased(Post), aliased(Topic), aliased(Category)
_NAMED = (
    select(PostReference.post_id, Post)
    .join(Post, Post.id == PostReference.target_id)
    .join(Post.topic)
    .join(Topic.category)
    .join(Category.space)
    .join(_citing, _citing.id == PostReference.post_id)
    .join(_own_topic, _own_topic.id == _citing.topic_id)
    .join(_own_shelf, _own_shelf.id == _own_topic.category_id)
    # A space that was public when it was quoted may be closed by now.
    .where(
        PostReference.post_id.in_(IDS),
        or_(Space.visibility == "public", Space.id == _own_shelf.space_id),
    )
    .options(joinedload(Post.author).lazyload(User.roles))
)
"""Built once: building it costs more than rendering five posts."""


def _named(ids: Sequence[int]) -> dict[int, dict[str, Post]]:
    """The posts that each of these may name, by public id: what was noted when they were written."""
    named: dict[int, dict[str, Post]] = {}
    for post_id, target in db.session.execute(_NAMED, {"ids": list(ids)}) if ids else ():
        named.setdefault(post_id, {})[target.public_id] = target
    return named


def _beside(post: Post, other: Post | None) -> Post | None:
    return other if other and is_read_beside(post, other) else None


def _readable(post: Post, named: dict[str, Post]) -> dict[str, Post]:
    """Of the posts that this one names, those that all its readers may be told of."""
    return {public_id: other for public_id, other in named.items() if is_read_beside(post, other)}


def fillings_of(posts: Sequence[Post]) -> dict[int, Fillings]:
    """What fills the words of these posts, by id: a query for each kind of thing that any of them names."""
    named = _named([post.id for post in posts if CITE.search(post.html)])
    people = people_named({name for post in posts for name in MEMBER.findall(post.html)})
    with_files = [post.id for post in posts if post.file_count]
    files = attachments_of("post", with_files) if with_files else {}
    return {
        post.id: Fillings(_readable(post, named.get(post.id, {})), people, files.get(post.id, []), post.public_id)
        for post in posts
    }


def shown_words(actor: Actor, html: str, files: Sequence[Attachment] = ()) -> Markup:
    """Rendered HTML as its readers will see it, its places filled in: what a preview shows its author."""
    ids = citable_posts(actor, CITE.findall(html)).values()
    query = select(Post).where(Post.id.in_(ids)).options(joinedload(Post.author).lazyload(User.roles))
    cited = {post.public_id: post for post in db.session.scalars(query)} if ids else {}
    return fill(html, Fillings(cited, people_named(MEMBER.findall(html)), files))


def words_of(posts: Sequence[Post], lang: str) -> dict[int, Markup]:
    """The words alone of these posts, by id, as their readers see them in an interface language."""
    fillings = fillings_of(posts)
    with speaking(lang):
        return {post.id: fill(post.html, fillings[post.id]) for post in posts}


def render_head(topic: Topic, tags: Sequence[TagLabel]) -> Markup:
    """The head of a topic's page: title, state and tags, the same for all its readers."""
    by = topic.state_by if topic.state != "open" else None
    key = ("head", topic.id, topic.version, by.version if by else 0, tuple(tags), current_lang())
    kept = _cache.get(key)
    if kept is None:
        template = current_app.jinja_env.get_template("forum/_topic_head.html")
        kept = _cache.put(key, template.render(topic=topic, tags=tags))
    return Markup(kept)  # noqa: S704 - rendered by a template
