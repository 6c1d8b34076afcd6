"""Reads of the pages of the site: the version in force in a reader's language, and all that came before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, func, select

from app.core.db import db
from app.core.errors import NotFound
from app.core.i18n import default_language
from app.pages.models import SLUGS, PageVersion


def require_page(slug: str) -> str:
    """The slug of a page there is. Raises NotFound."""
    if slug not in SLUGS:
        raise NotFound
    return slug


def version_in_force(slug: str, lang: str) -> PageVersion | None:
    """The newest version in a language, else in the site's own, else in any; None while nobody wrote one."""
    rank = case((PageVersion.lang == lang, 0), (PageVersion.lang == default_language(), 1), else_=2)
    newest = select(PageVersion).where(PageVersion.slug == slug).order_by(rank, PageVersion.number.desc()).limit(1)
    return db.session.scalars(newest).first()


def newest_in(slug: str, lang: str) -> PageVersion | None:
    """The newest version in this very language."""
    newest = select(PageVersion).where(PageVersion.slug == slug, PageVersion.lang == lang)
    return db.session.scalars(newest.order_by(PageVersion.number.desc()).limit(1)).first()


def current_version(slug: str) -> int:
    """The number that consents to a page point to: of its newest version that members are asked to agree to.

    0 stands for the text that every site begins with.
    """
    asked = select(func.max(PageVersion.number)).where(PageVersion.slug == slug, PageVersion.asks_again.is_(True))
    return db.session.scalar(asked) or 0


def list_versions(slug: str, lang: str | None = None) -> Sequence[PageVersion]:
    """Every version of a page, or those in one language, the newest first; texts are few, so all are listed."""
    found = select(PageVersion).where(PageVersion.slug == require_page(slug))
    if lang is not None:
        found = found.where(PageVersion.lang == lang)
    return db.session.scalars(found.order_by(PageVersion.number.desc())).all()


def get_version(slug: str, number: int) -> PageVersion:
    """One version. Raises NotFound."""
    found = select(PageVersion).where(PageVersion.slug == slug, PageVersion.number == number)
    if version := db.session.scalars(found).first():
        return version
    raise NotFound


def version_before(version: PageVersion) -> PageVersion | None:
    """What the page said in the same language before."""
    earlier = select(PageVersion).where(
        PageVersion.slug == version.slug, PageVersion.lang == version.lang, PageVersion.number < version.number
    )
    return db.session.scalars(earlier.order_by(PageVersion.number.desc()).limit(1)).first()


def versions_by_language() -> dict[str, dict[str, tuple[int, datetime]]]:
    """Of each page, the number and the moment of the newest version in each language it was written in."""
    newest = select(PageVersion.slug, PageVersion.lang, func.max(PageVersion.number), func.max(PageVersion.created_at))
    found: dict[str, dict[str, tuple[int, datetime]]] = {slug: {} for slug in SLUGS}
    for slug, lang, number, moment in db.session.execute(newest.group_by(PageVersion.slug, PageVersion.lang)):
        found.setdefault(slug, {})[lang] = (number, moment)
    return found
