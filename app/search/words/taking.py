"""What a document gives to the table: the words it is counted for, and its name from each of its words on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from app.core.i18n import CONTENT
from app.core.slugs import slugify
from app.core.subjects import SearchDocument
from app.places.queries import countries
from app.search.analysis import Read, analyse
from app.search.analysis.folding import LONGEST, lowered
from app.search.documents import ReadDocument
from app.search.words.models import LONGEST_NAME, PLACE, TAG, TERM, WORD
from app.terms.queries import terms, vocabulary

SHORTEST, LONGEST_WORD = 2, 40
MOST_WORDS = 500
"""Different words that one document is counted for, the first ones."""
MOST_STARTS = 8
"""Words of a name at which it may be entered."""
PUBLIC = "public"
HAS_NO_WORDS = frozenset({"member"})
"""Kinds whose texts say who somebody is: found by search, offered to nobody word by word."""


class Entry(NamedTuple):
    """A row of the table without its count."""

    kind: str
    folded: str
    shown: str
    lang: str
    scope: str
    subject_id: int | None = None
    code: str = ""


def folded(text: str) -> str:
    """A text as the table has it: folded words with a space between, without elided articles."""
    return " ".join(analyse(text, "").exact)


def scope_of(document: SearchDocument) -> str:
    """The token by which it is counted. Of several one is enough: it is then offered to too few, never to too many."""
    return PUBLIC if PUBLIC in document.visibility else min(document.visibility, default="")


def counted_of(read: ReadDocument) -> set[Entry]:
    """The words and tags that the document is counted for, each folded form once; empty where nobody may find it."""
    document = read.document
    scope = scope_of(document)
    if not scope:
        return set()
    tags = {slug for slug in document.tags if slugify(slug, 40) == slug and vocabulary().get(slug) is None}
    entries = {Entry(TAG, _cut(slug.replace("-", " ")), slug, "", scope, code=slug) for slug in tags}
    if document.kind not in HAS_NO_WORDS:
        entries.update(_words(read, scope))
    return entries


def _words(read: ReadDocument, scope: str) -> Iterator[Entry]:
    seen: set[str] = set()
    for word in dict.fromkeys(chain(read.title, read.body)):
        if len(seen) >= MOST_WORDS:
            return
        if word.exact not in seen and (entry := _entry(word, read.document.lang, scope)):
            seen.add(word.exact)
            yield entry


@lru_cache(maxsize=32_768)
def _entry(word: Read, lang: str, scope: str) -> Entry | None:
    """Made once for all documents alike; None for a small word, and for what is none."""
    text, exact, stem = word
    if not stem or not SHORTEST <= len(exact) <= LONGEST_WORD or not exact.isalpha():
        return None
    return Entry(WORD, exact, lowered(text)[:LONGEST_NAME], lang, scope)


def names_of(document: SearchDocument) -> set[Entry]:
    """The name of a subject from each of its words on; a member's handle is a name too."""
    scope, title = scope_of(document), " ".join(document.title.split())[:LONGEST_NAME]
    if not scope or not title:
        return set()
    named = {
        Entry(document.kind, start, title, document.lang, scope, document.id) for start in starts(title, MOST_STARTS)
    }
    if document.kind == "member" and (handle := folded(document.body.rpartition("@")[2])):
        named.add(Entry(document.kind, _cut(handle), title, document.lang, scope, document.id))
    return named


def starts(title: str, most: int) -> set[str]:
    """A name folded, from each of its first words to its end."""
    tokens = analyse(title, "").exact
    return {_cut(" ".join(tokens[at:])) for at in range(min(len(tokens), most))}


def listed() -> set[Entry]:
    """Terms and countries in every language that has a name for them: everybody may know those."""
    found: set[Entry] = set()
    for term in terms():
        for lang, words in term.words():
            label = term.labels.get(lang) or term.label(lang)
            found |= {Entry(TERM, start, label, lang, PUBLIC, code=term.code) for start in starts(words, MOST_STARTS)}
    for lang in CONTENT:
        for code, name in countries(lang):
            found |= {Entry(PLACE, start, name, lang, PUBLIC, code=code) for start in starts(name, MOST_STARTS)}
    return found


def _cut(text: str) -> str:
    return text[:LONGEST]
