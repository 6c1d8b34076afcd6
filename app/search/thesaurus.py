"""A query made wider by the vocabularies and the glossary: who types "microcrédito" finds what says "microfinance".

What is said instead weighs little, so that whatever holds the words themselves comes first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from app.core.i18n import current_lang
from app.core.subjects import SearchDocument
from app.search.analysis import Analysed, analyse, analysed, base_language, forms, read_words
from app.search.analysis.folding import fold
from app.search.analysis.stems import is_stemmed
from app.search.analysis.words import words
from app.search.engine import Alternatives, Field, Run
from app.search.glossary import concepts
from app.search.query import Typed
from app.search.reasons import Held, Reason, Widening, Wording, reasons_of
from app.terms.queries import vocabulary
from app.terms.vocabulary import Vocabulary

WEIGHT = 0.06
"""Of what is said instead. A theme is written beside a text in seven languages at once: all of them together must
not outweigh the word itself."""
MOST_WORDS = 6
"""Of a term; longer ones are not looked for in what was typed."""
MOST_OTHERS = 24
SHORTEST = 4
"""Letters of a word that is looked for in a language without stems: a shorter one could be a word of any language."""

Key = tuple[str, tuple[str, ...]]
"""A base language and the stems of a term in it, without its small words."""


@dataclass(frozen=True)
class Thesaurus:
    """Concepts by what they are called."""

    by_key: Mapping[Key, tuple[tuple[Wording, ...], ...]]
    languages: tuple[str, ...]

    def find(self, tokens: tuple[str, ...]) -> dict[str, Wording]:
        """Everything that is said instead of these folded words, by its words."""
        found: dict[str, Wording] = {}
        for lang in self.languages:
            key = _key(tokens, lang)
            # A small word at either end belongs to no term: the shorter run of words finds it.
            if key and all(forms(end, lang).stem for end in (tokens[0], tokens[-1])):
                for wordings in self.by_key.get((lang, key), ()):
                    found |= {wording.words: wording for wording in wordings if wording.words not in found}
        return found


def widened(typed: Typed) -> Typed:
    """The same query, in which each word or run of words that is a term may also be said otherwise.

    "bourse d'études" becomes (bourse or scholarship) and (études or scholarship): both words, or the other one.
    What stands between quotation marks is asked for as it is.
    """
    thesaurus = _thesaurus(vocabulary())
    groups = list(typed.required)
    widenings: list[Widening] = []
    place = 0
    while place < len(groups):
        size, others = _longest(thesaurus, typed.required, place)
        asked = typed.required[place : place + size]
        said = {(run.field, run.tokens) for group in asked for run in group}
        new = [other for other in others.values() if (other.run.field, other.run.tokens) not in said][:MOST_OTHERS]
        if new:
            reader = current_lang()
            widenings.append(Widening(asked, tuple(sorted(new, key=lambda other: other.lang != reader))))
            more = tuple(dict.fromkeys(other.run for other in new))
            groups[place : place + size] = [(*group, *more) for group in asked]
        place += size
    return replace(typed, required=tuple(groups), reasons=tuple(widenings)) if widenings else typed


def reasons_for(document: SearchDocument, typed: Typed) -> tuple[Reason, ...]:
    """Through which words of the thesaurus a document was found, where it does not say what was typed."""
    if not typed.reasons:
        return ()
    shown = [(text, document.lang) for text in (document.title, document.body)]
    said = (analysed((forms for _, forms in read_words(*text)), document.lang) for text in shown)
    text = _held([*said, *(analyse(words, lang) for lang, words in document.about)])
    return reasons_of(text, lambda: _held(analyse(words, lang) for lang, words in document.also), typed.reasons)


def _held(texts: Iterable[Analysed]) -> Held:
    found = list(texts)
    exact = tuple(token for one in found for token in (*one.exact, ""))
    return Held(exact, frozenset(token for one in found for token in one.stems))


def _longest(thesaurus: Thesaurus, groups: tuple[Alternatives, ...], place: int) -> tuple[int, dict[str, Wording]]:
    """How many groups from here on are a term, and what else it is called; one and nothing where none is."""
    tokens: list[str] = []
    for group in groups[place : place + MOST_WORDS]:
        single = _single_words(group)
        if len(single) != 1:
            break
        tokens += single
    for size in range(len(tokens), 0, -1):
        if found := thesaurus.find(tuple(tokens[:size])):
            return size, found
    either: dict[str, Wording] = {}
    for word in _single_words(groups[place]):
        either |= thesaurus.find((word,))
    return 1, either


def _single_words(group: Alternatives) -> list[str]:
    """The words of a group as they were typed: neither phrases nor beginnings of words."""
    return [run.tokens[0] for run in group if run.field is Field.EXACT and len(run.tokens) == 1 and not run.is_prefix]


@lru_cache(maxsize=4)
def _thesaurus(themes: Vocabulary) -> Thesaurus:
    named: dict[Key, list[tuple[Wording, ...]]] = defaultdict(list)
    languages: dict[str, None] = {}
    for said in _concepts(themes):
        wordings = tuple(wording for lang, term in said if (wording := _wording(lang, term)))
        for lang, term in said:
            base = base_language(lang)
            languages[base] = None
            key = _key(_tokens(term), base)
            if key and wordings not in named[base, key]:
                named[base, key].append(wordings)
    return Thesaurus({key: tuple(found) for key, found in named.items()}, tuple(languages))


def _concepts(themes: Vocabulary) -> Iterator[list[tuple[str, str]]]:
    yield from (list(concept.words()) for concept in concepts())
    yield from (list(entry.words()) for entry in themes.entries)


def _tokens(term: str) -> tuple[str, ...]:
    return tuple(token for word in words(term) if (token := forms(word.text, "").exact))


def _key(tokens: Iterable[str], lang: str) -> tuple[str, ...]:
    stems = (forms(token, lang).stem for token in tokens)
    return tuple(fold(stem) for stem in stems if stem)


def _wording(lang: str, term: str) -> Wording | None:
    """How a term is looked for: one word by its stem, several side by side as they stand."""
    base, tokens = base_language(lang), _tokens(term)
    if len(tokens) > 1:
        return Wording(term, lang, Run(Field.EXACT, tokens, WEIGHT))
    stem = next((forms(word.text, base).stem for word in words(term)), "")
    is_distinct = is_stemmed(base) or len(stem) >= SHORTEST or not stem.isascii()
    return Wording(term, lang, Run(Field.STEM, (stem,), WEIGHT)) if stem and is_distinct else None
