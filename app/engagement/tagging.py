"""From words to tags: a theme named in any language is one tag, other words are one tag in all their spellings."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.errors import Invalid
from app.core.i18n import DEFAULT, lazy_pgettext
from app.core.slugs import slugify
from app.terms.vocabulary import Vocabulary

MOST_TAGS = 8
TAG_LENGTH = 40
TOO_MANY_TAGS = lazy_pgettext("engagement rule", "Choose at most eight tags.")
BAD_TAG = lazy_pgettext("engagement rule", "A tag has letters or digits, and at most forty of them.")


def labels_by_slug(words: Iterable[str], themes: Vocabulary) -> dict[str, str]:
    """What is stored of these words, as many as a subject bears at most (`labels_of`). Raises Invalid."""
    labels = labels_of(words, themes)
    if len(labels) > MOST_TAGS:
        raise Invalid(TOO_MANY_TAGS, "tags")
    return labels


def labels_of(words: Iterable[str], themes: Vocabulary) -> dict[str, str]:
    """Label by slug of these words. A theme is stored by its code and shown in the reader's language;
    the label kept beside it is for those who read the table. Raises Invalid."""
    labels: dict[str, str] = {}
    for word in words:
        label = " ".join(word.split())
        if not label:
            continue
        theme = themes.find(label)
        slug = theme.slug if theme else slugify(label, TAG_LENGTH)
        if slug == "-" or len(label) > TAG_LENGTH:
            raise Invalid(BAD_TAG, "tags")
        labels.setdefault(slug, theme.label(DEFAULT) if theme else label)
    return labels
