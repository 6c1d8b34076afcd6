"""The Markdown of a page as HTML. A page has one heading of its own, so the first ones of its text are second."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from app.core import options
from app.core.cache import FragmentCache
from app.core.i18n import current_lang
from app.core.markdown import render
from app.pages.generic import generic_page
from app.pages.models import PageVersion
from app.pages.queries import version_in_force

_HEADING = re.compile(r"<(/?)h([3-6])\b")
_generic = FragmentCache(max_chars=500_000)


def render_page(source: str) -> str:
    """Sanitised HTML whose headings begin at the second level."""
    return _HEADING.sub(lambda found: f"<{found[1]}h{int(found[2]) - 1}", render(source))


@dataclass(frozen=True)
class ShownPage:
    """A page as its readers see it. `number` is 0 while the operator has not written it."""

    slug: str
    title: str
    html: Markup
    lang: str
    number: int = 0
    published_at: datetime | None = None


def page_in_force(slug: str) -> ShownPage:
    """The page in the reader's language, or in the one it is written in, or as every site begins with it."""
    if version := version_in_force(slug, current_lang()):
        return show_version(version)
    page, lang = generic_page(slug), current_lang()
    key = (slug, lang, options.stamp(), page.text)
    html = _generic.get(key) or _generic.put(key, render_page(page.text))
    return ShownPage(slug, page.title, Markup(html), lang)  # noqa: S704 - sanitised by the renderer


def show_version(version: PageVersion) -> ShownPage:
    """A version as a page."""
    html = Markup(version.html)  # noqa: S704 - sanitised when it was written
    return ShownPage(version.slug, version.title, html, version.lang, version.number, version.created_at)
