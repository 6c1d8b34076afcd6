"""Light mode: every picture of a page becomes a link that says what it shows; a tap loads it.

What was said is stored and rendered once for all readers; this is done to the finished page of who asked for it.
"""

from __future__ import annotations

import re
from html import unescape

from flask import Response
from markupsafe import Markup

from app.core.asking import wants_light
from app.core.i18n import pgettext

_LINKED = re.compile(r'<a\b[^>]*\bhref="([^"]*)"[^>]*>\s*(<img\b[^>]*>)\s*</a>')
_PICTURE = re.compile(r"<img\b[^>]*>")
_ATTRIBUTE = re.compile(r'\b(src|alt|width|height|class)="([^"]*)"')
_LINK = Markup(
    '<a class="image-tap" href="{target}" data-behaviour="show-picture" data-src="{src}" data-alt="{alt}"'
    ' data-width="{width}" data-height="{height}">{words}</a>'
)


def lighten(response: Response) -> Response:
    """Take the pictures out of a page for who asked for light pages; what is kept for ever is the same for all."""
    if response.mimetype != "text/html" or response.direct_passthrough or response.cache_control.immutable:
        return response
    if response.status_code == 304 or "Content-Encoding" in response.headers or not wants_light():
        return response
    body = response.get_data(as_text=True)
    if "<img" in body:
        response.set_data(without_pictures(body))
    return response


def without_pictures(html: str) -> str:
    """Rendered HTML with a link in the place of each picture: to where the picture itself led, else to the picture."""
    linked = _LINKED.sub(lambda found: _link(found[2], unescape(found[1])), html)
    return _PICTURE.sub(lambda found: _link(found[0], ""), linked)


def _link(picture: str, target: str) -> str:
    said = {name: unescape(value) for name, value in _ATTRIBUTE.findall(picture)}
    if "face" in said.get("class", "").split():
        return ""  # a portrait stands beside the name it belongs to
    parts = {name: said.get(name, "") for name in ("src", "alt", "width", "height")}
    return _LINK.format(target=target or parts["src"], words=_words(**parts), **parts)


def _words(src: str, alt: str, width: str, height: str) -> str:
    """What the picture shows, in its author's words, and how large it is."""
    named = (
        pgettext("picture", "Show the picture: %(alt)s", alt=alt) if alt else pgettext("picture", "Show the picture")
    )
    return f"{named} ({width} × {height})" if src and width and height else named
