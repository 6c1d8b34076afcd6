"""The addresses of the feeds. They need no sign-in and show what a visitor may read, in one interface language."""

from __future__ import annotations

from typing import cast

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.actor import VISITOR
from app.accounts.queries import get_member
from app.api import queries
from app.api.blueprint import bp
from app.api.feeds import Entry, Feed, answered, atom_id, entries_of
from app.config import Settings
from app.core.errors import NotFound
from app.core.i18n import CONTENT, language_name, pgettext, translated
from app.forum import queries as forum
from app.forum.addresses import narrowed, topic_url
from app.forum.reading.listing import Filters


@bp.get("/latest/feed.atom")
def feed_latest() -> ResponseReturnValue:
    """New topics of the whole forum, or those in one language (`lang`)."""
    lang = request.args.get("lang", "")
    if not lang:
        return _topics("latest", pgettext("feed", "New topics"), url_for("forum.list_latest"), Filters("new"))
    if lang not in CONTENT:
        raise NotFound
    title = pgettext("feed", "New topics: %(name)s", name=language_name(lang))
    return _topics(f"lang-{lang}", title, narrowed(url_for("forum.list_latest"), lang=lang), Filters("new", lang=lang))


@bp.get("/tags/<slug>/feed.atom")
def feed_tag(slug: str) -> ResponseReturnValue:
    """New topics that carry a tag. Raises NotFound."""
    tag = queries.public_tag(slug)
    title = pgettext("feed", "New topics: %(name)s", name=tag.label)
    page = url_for("forum.show_tag", slug=tag.slug)
    return _topics(f"tag-{tag.slug}", title, page, Filters("new", tag=tag.slug))


@bp.get("/spaces/<slug>/feed.atom")
def feed_space(slug: str) -> ResponseReturnValue:
    """New topics of a space. Raises NotFound."""
    space = forum.get_space(VISITOR, slug)
    title = pgettext("feed", "New topics: %(name)s", name=translated(space.title))
    page = url_for("forum.show_space", slug=slug)
    return _topics(f"space-{space.id}", title, page, Filters("new", space_id=space.id))


@bp.get("/categories/<slug>/feed.atom")
def feed_category(slug: str) -> ResponseReturnValue:
    """New topics of a category. Raises NotFound."""
    category = forum.get_category(VISITOR, slug)
    title = pgettext("feed", "New topics: %(name)s", name=translated(category.title))
    page = url_for("forum.show_category", slug=slug)
    return _topics(f"category-{category.id}", title, page, Filters("new", category_id=category.id))


@bp.get("/topics/<public_id>/feed.atom")
def feed_topic(public_id: str) -> ResponseReturnValue:
    """The messages of a topic, the last first. Raises NotFound."""
    topic = forum.get_topic(VISITOR, public_id)
    posts, more = queries.posts_of(topic, _before())
    entries = entries_of([(post, topic) for post in posts], site_url(), {}, is_topic=False)
    older = f"?before={posts[-1].number}" if more else ""
    return answered(feed_of(f"topic-{public_id}", topic.title, topic_url(topic), entries, older))


@bp.get("/members/<handle>/feed.atom")
def feed_member(handle: str) -> ResponseReturnValue:
    """The messages of a member, the last first. Raises NotFound."""
    member = get_member(VISITOR, handle)
    posts, more = queries.posts_of_member(member.id, _before())
    entries = entries_of([(post, post.topic) for post in posts], site_url(), {}, is_topic=False)
    title = pgettext("feed", "Messages of %(name)s", name=member.display_name)
    older = f"?before={posts[-1].id}" if more else ""
    page = url_for("site.show_member", handle=member.handle)
    return answered(feed_of(f"member-{member.public_id}", title, page, entries, older))


def _topics(key: str, title: str, page: str, filters: Filters) -> ResponseReturnValue:
    found = queries.newest_topics(filters, request.args.get("after"))
    pairs, tags = queries.openings(found.rows)
    kept = {"lang": filters.lang, "after": found.next_key}
    older = narrowed("", **kept) if found.next_key else ""
    return answered(feed_of(key, title, page, entries_of(pairs, site_url(), tags, is_topic=True), older))


def feed_of(key: str, title: str, page: str, entries: list[Entry], older: str) -> Feed:
    """A feed of the address in hand; `page` is what it tells of, `older` the query of the feed of what came before."""
    site = site_url()
    next_url = site + request.path + older if older else ""
    return Feed(atom_id(site, "feed", key), title, site + page, site, entries, next_url)


def _before() -> int | None:
    """A number given in the address, or None when there is none that makes sense."""
    given = request.args.get("before", "")
    return int(given) if given.isascii() and given.isdecimal() and 0 < len(given) < 12 else None


def site_url() -> str:
    """Where the platform is, without a slash at the end."""
    return cast(Settings, current_app.extensions["settings"]).site_url
