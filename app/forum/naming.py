"""What spaces and categories have in common: titles and descriptions of a length, and addresses that are free."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.db import db
from app.core.errors import Invalid
from app.core.i18n import lazy_pgettext
from app.core.slugs import slugify

TITLE_MAX, DESCRIPTION_MAX = 80, 500
LONGER = lazy_pgettext("form", "This is too long: at most %(max)d characters.")
SLUG_SHAPE = lazy_pgettext("forum rule", "Write the address in small letters, digits and hyphens.")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def check_lengths(texts: Mapping[str, tuple[Mapping[str, str], int]]) -> None:
    """Each text by language, and how long it may be, by the name of its field. Raises Invalid(<field>-<language>)."""
    for name, (said, most) in texts.items():
        for lang, text in said.items():
            if len(text) > most:
                raise Invalid(LONGER % {"max": most}, f"{name}-{lang}")


def free_slug(
    column: InstrumentedAttribute[str], wanted: str, title: Mapping[str, str], most: int, *, default: str, taken: Any
) -> str:
    """The address asked for, or one made from the title that no row has in this column. Raises Invalid(slug).

    `default` stands where the title has no Latin letter; `taken` is said where the address asked for is another's.
    """

    def is_taken(slug: str) -> bool:
        return db.session.scalar(select(column).where(column == slug)) is not None

    if wanted:
        if not _SLUG.fullmatch(wanted) or len(wanted) > most:
            raise Invalid(SLUG_SHAPE, "slug")
        if is_taken(wanted):
            raise Invalid(taken, "slug")
        return wanted
    base = slugify(next(filter(None, title.values())), most - 4)
    base = base if _SLUG.fullmatch(base) else default
    numbered = (f"{base}-{number}" for number in range(2, 1000))
    return base if not is_taken(base) else next(slug for slug in numbered if not is_taken(slug))
