"""A vocabulary in memory: terms by code, and by any of their labels in any language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from app.core.i18n import translated
from app.core.slugs import slugify

_ARABIC = str.maketrans({"ى": "ي", "ة": "ه", "ـ": ""})
_ARTICLE = re.compile(r"\bال(?=\w{2})")


@dataclass(frozen=True)
class Entry:
    """A term as pages and services use it; it belongs to no session."""

    code: str
    labels: Mapping[str, str]
    synonyms: Mapping[str, list[str]] = field(default_factory=dict)
    is_active: bool = True

    @property
    def slug(self) -> str:
        """The code as it stands in addresses."""
        return self.code.replace("_", "-")

    def label(self, lang: str | None = None) -> str:
        """Its label in an interface language, by default the one in force."""
        return translated(self.labels, lang)

    def words(self) -> Iterator[tuple[str, str]]:
        """Language and words of every label and synonym."""
        yield from self.labels.items()
        for lang, others in self.synonyms.items():
            yield from ((lang, other) for other in others)


class Vocabulary:
    """The terms of one scheme, in the order of the scheme."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        self._by_slug = {entry.slug: entry for entry in self.entries}
        self._by_words = {
            fold(words): entry for entry in self.entries for words in (entry.code, *entry.labels.values())
        }

    def offered(self) -> tuple[Entry, ...]:
        """The terms that may be chosen anew."""
        return tuple(entry for entry in self.entries if entry.is_active)

    def get(self, code: str) -> Entry | None:
        """The term of a code or of the slug made from it, withdrawn ones too."""
        return self._by_slug.get(code.replace("_", "-"))

    def find(self, words: str) -> Entry | None:
        """The term that these words name: its code or its label in any language, however accented."""
        return self._by_words.get(fold(words))

    def holding(self, words: str) -> list[Entry]:
        """The terms of which a label or synonym, in any language, holds these words side by side."""
        wanted = fold(words)
        if not wanted:
            return []
        return [entry for entry in self.entries if any(f"-{wanted}-" in f"-{fold(said)}-" for _, said in entry.words())]


def fold(words: str) -> str:
    """What two spellings of one label share: no case, no accents, one shape of each Arabic letter, no article."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", words.lower()) if not unicodedata.combining(sign))
    return slugify(_ARTICLE.sub("", bare.translate(_ARABIC)), len(words) * 2)
