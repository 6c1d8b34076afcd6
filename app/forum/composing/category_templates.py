"""What an empty composer begins with in a category: a text in each language, which nobody sends as it is."""

from __future__ import annotations

from app.core.i18n import current_lang
from app.forum.models import Category


def template_of(category: Category) -> str:
    """The text in the interface language; empty where there is none in it: a foreign one would be in the way."""
    return (category.template or {}).get(current_lang(), "")


def is_untouched(category: Category, body: str) -> bool:
    """Whether a text is one of the category's own, in whichever language, as it stands."""
    words = body.split()
    return bool(words) and any(words == text.split() for text in (category.template or {}).values())
