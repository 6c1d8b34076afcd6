"""Addresses without a language: the root, health, and what search engines read."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from app.accounts.actor import current_actor
from app.accounts.models import User
from app.core.db import db
from app.core.errors import NotFound
from app.core.i18n import DEFAULT, current_lang, preferred
from app.forum.addresses import topic_url
from app.forum.models import Topic
from app.pages.models import SLUGS
from app.site.queries import public_places, public_topics, sitemap_pages

bp = Blueprint("machine", __name__)


@bp.get("/")
def choose_language() -> ResponseReturnValue:
    """To the home page in the reader's language."""
    actor = current_actor()
    response = redirect(f"/{preferred(actor.ui_lang if isinstance(actor, User) else None)}/", 302)
    response.vary.update(("Accept-Language", "Cookie"))
    response.cache_control.private = True
    return response


@bp.get("/health")
def health() -> ResponseReturnValue:
    """200 when pages can be answered: the database does. Raises what the database raises."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ok"}, {"Cache-Control": "no-store"}


@bp.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """What crawlers should leave alone: pages without content of their own."""
    return _text("site/robots.txt", "text/plain")


@bp.get("/sitemap.xml")
def sitemap_index() -> ResponseReturnValue:
    """The list of sitemaps: one of the places, then the topics by thousands."""
    return _text("site/sitemap_index.xml", "application/xml", topic_maps=sitemap_pages())


@bp.get("/sitemap-places.xml")
def sitemap_places() -> ResponseReturnValue:
    """Pages, spaces and categories that visitors may read."""
    spaces, categories = public_places()
    addresses = ["/", *(_address("pages.show_page", slug=slug) for slug in SLUGS), _address("site.write_to_us")]
    addresses += [_address("forum.show_space", slug=slug) for slug in spaces]
    addresses += [_address("forum.show_category", slug=slug) for slug in categories]
    return _text("site/sitemap.xml", "application/xml", entries=[(address, None) for address in addresses])


@bp.get("/sitemap-topics-<int:number>.xml")
def sitemap_topics(number: int) -> ResponseReturnValue:
    """Some topics that visitors may read. Raises NotFound beyond the last."""
    topics = list(public_topics(number - 1)) if number > 0 else []
    if not topics:
        raise NotFound
    entries = [(_address_of(topic), topic.last_post_at) for topic in topics]
    return _text("site/sitemap.xml", "application/xml", entries=entries)


def _address(endpoint: str, **values: Any) -> str:
    """An address without its language, as sitemaps need it for each."""
    return url_for(endpoint, lang=DEFAULT, **values).removeprefix(f"/{DEFAULT}")


def _address_of(topic: Topic) -> str:
    return topic_url(topic).removeprefix(f"/{current_lang()}")


def _text(template: str, mimetype: str, **context: Any) -> Response:
    return Response(render_template(template, **context), content_type=f"{mimetype}; charset=utf-8")
