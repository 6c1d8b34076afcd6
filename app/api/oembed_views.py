"""oEmbed 1.0: how other sites show a topic whose address somebody pasted there."""

from __future__ import annotations

import re
from typing import Any, cast
from xml.etree import ElementTree as ET

from flask import Blueprint, Response, abort, current_app, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import escape

from app.accounts.actor import VISITOR
from app.accounts.models import User
from app.config import Settings
from app.core.db import db
from app.core.errors import NotFound
from app.core.i18n import INTERFACE, speaking
from app.core.identity import site
from app.forum.addresses import topic_url
from app.forum.models import Topic
from app.forum.queries import get_topic

bp = Blueprint("oembed", __name__)
TOPIC = re.compile(r"/(?P<lang>[A-Za-z-]+)/topics/(?P<public_id>[0-9a-z]{26})(?:[/?#]|$)")
WIDEST, NARROWEST, HEIGHT = 640, 280, 300


@bp.get("/oembed")
def describe() -> ResponseReturnValue:
    """A topic as "rich" content (`url`, `format` json or xml, `maxwidth`, `maxheight`); 404 for anything else."""
    settings = cast(Settings, current_app.extensions["settings"])
    form = request.args.get("format", "json")
    if form not in {"json", "xml"}:
        abort(501)
    url = request.args.get("url", "")
    here = settings.site_url + "/"
    found = TOPIC.match(url.removeprefix(settings.site_url)) if url.startswith(here) else None
    if found is None or found["lang"] not in INTERFACE:
        raise NotFound
    with speaking(found["lang"]):
        facts = _facts(get_topic(VISITOR, found["public_id"]), found["lang"], settings.site_url)
    return jsonify(facts) if form == "json" else _xml(facts)


def _facts(topic: Topic, lang: str, site_url: str) -> dict[str, Any]:
    width, height = _most("maxwidth", WIDEST, NARROWEST), _most("maxheight", HEIGHT, 150)
    frame = site_url + url_for("api.embed_topic", lang=lang, public_id=topic.public_id)
    facts = {
        "version": "1.0",
        "type": "rich",
        "provider_name": site.name,
        "provider_url": site_url,
        "title": topic.title,
        "cache_age": 3600,
        "width": width,
        "height": height,
        "html": f'<iframe src="{escape(frame)}" title="{escape(topic.title)}" width="{width}" height="{height}" '
        'loading="lazy" sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer" '
        'style="border:0;max-width:100%"></iframe>',
        "thumbnail_url": site_url
        + url_for("api.draw_card", lang=lang, public_id=topic.public_id, version=topic.version),
        "thumbnail_width": 1200,
        "thumbnail_height": 630,
        "url": site_url + topic_url(topic),
    }
    if (author := db.session.get(User, topic.author_id) if topic.author_id else None) and author.has_card:
        address = site_url + url_for("site.show_member", lang=lang, handle=author.handle)
        facts |= {"author_name": author.display_name, "author_url": address}
    return facts


def _most(name: str, usual: int, least: int) -> int:
    """What the other site has room for, never more than usual, nor less than can be read."""
    given = request.args.get(name, "")
    wanted = int(given) if given.isascii() and given.isdecimal() and len(given) < 6 else usual
    return max(least, min(wanted, usual))


def _xml(facts: dict[str, Any]) -> Response:
    root = ET.Element("oembed")
    for name, value in facts.items():
        ET.SubElement(root, name).text = str(value)
    written = ET.tostring(root, encoding="unicode", xml_declaration=False)
    return Response(f'<?xml version="1.0" encoding="utf-8"?>{written}', content_type="text/xml; charset=utf-8")
