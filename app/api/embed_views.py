"""Lists and topics that other sites show in a frame: plain pages without scripts, of what everyone may read."""

from __future__ import annotations

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from app.accounts.actor import VISITOR
from app.api import queries
from app.api.blueprint import bp
from app.core import options
from app.core.errors import NotFound
from app.core.i18n import CONTENT, current_lang, language_name, lazy_pgettext, pgettext, translated
from app.core.options import Option, declare
from app.extensions import talisman
from app.forum import queries as forum
from app.forum.addresses import narrowed
from app.forum.models import Category, Space
from app.forum.reading.listing import Filters

EMBEDS = declare(
    Option("api.embeds", "bool", True, lazy_pgettext("option", "Lists on other sites"), "site",
           lazy_pgettext("option", "Other sites may show lists of public topics in a frame."))
)  # fmt: skip
FRAMED = {"default-src": "'none'", "style-src": "'self'", "img-src": "'self' data:", "font-src": "'self'",
          "base-uri": "'none'", "form-action": "'none'", "frame-ancestors": "*"}  # fmt: skip
"""Stricter than every other page, but for who may frame it."""
SIZES = (5, 10, 20)


@bp.get("/embed/topics")
@talisman(frame_options=None, content_security_policy=FRAMED)
def embed_list() -> ResponseReturnValue:
    """A list of topics in a frame (`in` a space or category, `tag`, `lang`, `size`). Raises NotFound."""
    _allowed()
    narrowing, title, page = _chosen()
    found = queries.newest_topics(narrowing, None, _size())
    return render_template("api/embed_list.html", title=title, page=page, rows=found.rows)


@bp.get("/topics/<public_id>/embed")
@talisman(frame_options=None, content_security_policy=FRAMED)
def embed_topic(public_id: str) -> ResponseReturnValue:
    """The opening of a topic in a frame. Raises NotFound."""
    _allowed()
    topic = forum.get_topic(VISITOR, public_id)
    row = queries.row_of(topic)
    pairs, _tags = queries.openings([row])
    opening = pairs[0][0] if pairs else None
    return render_template("api/embed_topic.html", title=topic.title, row=row, opening=opening)


@bp.get("/embed")
def choose_embed() -> ResponseReturnValue:
    """Choose a list and copy the lines that show it on another site. Raises NotFound."""
    _allowed()
    _narrowing, title, _page = _chosen()
    kept = {"in": request.args.get("in", ""), "tag": request.args.get("tag", ""), "lang": request.args.get("lang", "")}
    address = narrowed(url_for("api.embed_list"), **kept, size=str(_size()))
    return render_template(
        "api/choose_embed.html",
        spaces=forum.get_spaces(VISITOR),
        languages=[(tag, language_name(tag)) for tag in CONTENT],
        sizes=SIZES,
        chosen=kept | {"size": _size()},
        address=address,
        snippet=_snippet(address, title),
    )


def _allowed() -> None:
    if not options.value(EMBEDS.name):
        raise NotFound


def _chosen() -> tuple[Filters, str, str]:
    """What the address asks for: filters, title, and the page that shows it all. Raises NotFound."""
    place, tag, lang = (request.args.get(name, "") for name in ("in", "tag", "lang"))
    if lang and lang not in CONTENT:
        raise NotFound
    label = queries.public_tag(tag) if tag else None
    found = _place(place) if place else None
    page = _page(found)
    names = [translated(found.title)] if found else []
    names += [label.label] if label else []
    names += [language_name(lang)] if lang else []
    title = pgettext("feed", "New topics: %(name)s", name=", ".join(names)) if names else pgettext("feed", "New topics")
    narrowing = Filters(
        "new",
        space_id=found.id if isinstance(found, Space) else None,
        category_id=found.id if isinstance(found, Category) else None,
        lang=lang,
        tag=label.slug if label else "",
    )
    return narrowing, title, narrowed(page, tag=narrowing.tag, lang=lang)


def _place(name: str) -> Space | Category:
    """The space or category of "space:slug" or "category:slug". Raises NotFound."""
    what, _, slug = name.partition(":")
    if what not in {"space", "category"}:
        raise NotFound
    return forum.get_space(VISITOR, slug) if what == "space" else forum.get_category(VISITOR, slug)


def _page(found: Space | Category | None) -> str:
    if found is None:
        return url_for("forum.list_latest")
    return url_for("forum.show_space" if isinstance(found, Space) else "forum.show_category", slug=found.slug)


def _size() -> int:
    given = request.args.get("size", "")
    return int(given) if given in {str(size) for size in SIZES} else SIZES[1]


def _snippet(address: str, title: str) -> Markup:
    site_url = current_app.extensions["settings"].site_url
    sandbox = "allow-popups allow-popups-to-escape-sandbox"
    return Markup(  # noqa: S704 - each part is escaped
        f'<iframe src="{escape(site_url + address)}" title="{escape(title)}" width="100%" height="480" '
        f'loading="lazy" sandbox="{sandbox}" lang="{current_lang()}"></iframe>'
    )
