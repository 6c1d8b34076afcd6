"""Writes of the pages of the site. The caller opens the unit of work; texts arrive rendered."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from app.core.audit import audit
from app.core.db import db
from app.core.errors import Conflict
from app.core.events import record
from app.core.i18n import lazy_pgettext
from app.core.policy import Actor, require
from app.pages.events import PagePublished
from app.pages.models import PageVersion
from app.pages.policy import can_edit_pages
from app.pages.queries import newest_in, require_page

CHANGED_MEANWHILE = lazy_pgettext(
    "page", "Someone published another version while you wrote. Yours is below; compare before you publish."
)


@dataclass(frozen=True)
class PageDraft:
    """A page as it was typed and rendered."""

    lang: str
    title: str
    body: str
    html: str
    note: str = ""
    asks_again: bool = False
    base: int = 0
    """The number of the version in this language that the writer began from."""


def publish_page(actor: Actor, slug: str, draft: PageDraft) -> PageVersion:
    """Put a new version of a page in force. Raises NotAllowed, NotFound; Conflict when one was published since."""
    require(can_edit_pages(actor))
    require_page(slug)
    newest = newest_in(slug, draft.lang)
    if newest is not None and newest.number != draft.base:
        raise Conflict(CHANGED_MEANWHILE)
    if newest is not None and (newest.title, newest.body) == (draft.title, draft.body) and not draft.asks_again:
        return newest
    return _add(actor, slug, draft)


def restore_version(actor: Actor, version: PageVersion) -> PageVersion:
    """Publish again what a page said before, as its next version. Raises NotAllowed."""
    require(can_edit_pages(actor))
    note = f"↺ {version.number}"  # the same in every language
    return _add(actor, version.slug, PageDraft(version.lang, version.title, version.body, version.html, note))


def _add(actor: Actor, slug: str, draft: PageDraft) -> PageVersion:
    highest = db.session.scalar(select(func.max(PageVersion.number)).where(PageVersion.slug == slug)) or 0
    version = PageVersion(
        slug=slug, number=highest + 1, lang=draft.lang, author_id=actor.actor_id, title=draft.title, body=draft.body,
        html=draft.html, note=draft.note, asks_again=draft.asks_again,
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    audit(actor, "publish_page", "page", version.id, page=slug, lang=draft.lang, number=version.number)
    record(PagePublished(version.id))
    return version
