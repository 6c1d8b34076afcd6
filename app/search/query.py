"""What a person typed, read as a query: words, "phrases", -unwanted, and labels such as lang:fr."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from app.search.analysis import base_language, forms, syllable_pairs
from app.search.analysis.words import words
from app.search.engine import LABELS, Alternatives, Field, Filters, Run
from app.search.reasons import Widening

LONGEST_QUERY = 300
MOST_WORDS = 24
_STEM_WEIGHT = 0.5  # a word as typed says more than its relatives
_PAIR_WEIGHT = 2.0

# The signs people use as quotation marks; they are not matched in pairs, since people mix them.
_OPENING = '"“”„«'
_CLOSING = '"“”»'
_PIECE = re.compile(
    rf"(?P<minus>(?<!\S)[-−])?(?:[{_OPENING}](?P<phrase>[^{_CLOSING}]*)[{_CLOSING}]?|(?P<bare>[^\s{_OPENING}]+))"
)
_LABEL = re.compile(r"(?P<name>[a-z]+):(?P<value>\S+)", re.IGNORECASE)
_LABELS = {"lang": "lang", "kind": "kind", "in": "space", "author": "author", "tag": "tag"}


@dataclass(frozen=True, slots=True)
class Typed:
    """A query as typed, taken apart: each word or phrase with its ways of being said."""

    required: tuple[Alternatives, ...] = ()
    bonus: Alternatives = ()
    without: tuple[Alternatives, ...] = ()
    filters: Filters = field(default_factory=Filters)
    reasons: tuple[Widening, ...] = ()
    """Where the thesaurus made it wider."""

    @property
    def is_empty(self) -> bool:
        """True when nothing was asked for; taking away from everything is asking for nothing."""
        return not self.required and self.filters == Filters()

    @property
    def sought(self) -> frozenset[Run]:
        """Every run of tokens that makes a hit, for highlighting."""
        return frozenset(run for group in self.required for run in group)


def parse(typed: str, languages: Iterable[str]) -> Typed:
    """Read a query in the reader's languages and the forum's: a word is sought by its stem in each of them.

    Signs that mean nothing are taken as words, so no query is an error.
    """
    tongues = tuple(dict.fromkeys(base_language(tag) for tag in languages))
    required: list[Alternatives] = []
    without: list[Alternatives] = []
    small: list[Alternatives] = []
    plain: list[str] = []
    filters = Filters()
    for piece in _PIECE.finditer(typed[:LONGEST_QUERY]):
        phrase, bare = piece["phrase"], piece["bare"] or ""
        labelled = _labelled(filters, bare)
        if labelled is not None and not piece["minus"]:
            filters = labelled
        elif piece["minus"]:
            without += _phrase(phrase if phrase is not None else bare, tongues)
        elif phrase is not None:
            required += _phrase(phrase, tongues)
        else:
            for word in words(bare):
                group = _word(word.text, tongues)
                (small if _is_small(word.text, tongues) else required).extend([group] if group else [])
                plain += [run.tokens[0] for run in group[:1]]
    wanted = tuple(dict.fromkeys((required or small)[:MOST_WORDS]))
    return Typed(wanted, _bonus(plain, small if required else [], tongues), tuple(without), filters)


def _labelled(filters: Filters, bare: str) -> Filters | None:
    label = _LABEL.fullmatch(bare)
    if label is None or label["name"].lower() not in _LABELS:
        return None
    name = _LABELS[label["name"].lower()]
    values = frozenset(value for value in label["value"].split(",") if value)
    return replace(filters, **{name: getattr(filters, name) | values})


def _word(word: str, tongues: tuple[str, ...]) -> Alternatives:
    exact = forms(word, "").exact
    if not exact:
        return ()
    stems = dict.fromkeys(found for tongue in tongues if (found := forms(word, tongue).stem))
    return (Run(Field.EXACT, (exact,)), *(Run(Field.STEM, (found,), _STEM_WEIGHT) for found in stems))


def _is_small(word: str, tongues: tuple[str, ...]) -> bool:
    """A small word in the reader's own language is not required; elsewhere it may be a name."""
    return any(not forms(word, tongue).stem for tongue in tongues[:1])


def _phrase(text: str, tongues: tuple[str, ...]) -> list[Alternatives]:
    """Words in this very order, or one word by its stems when there is but one."""
    found = [word.text for word in words(text)]
    exact = tuple(token for word in found if (token := forms(word, "").exact))
    if len(exact) > 1:
        return [(Run(Field.EXACT, exact[:MOST_WORDS]),)]
    group = _word(found[0], tongues) if found else ()
    return [group] if group else []


def _bonus(plain: list[str], small: list[Alternatives], tongues: tuple[str, ...]) -> Alternatives:
    """Small words lift what holds them; Vietnamese syllables lift what holds them side by side."""
    pairs = syllable_pairs(tuple(plain[:MOST_WORDS])) if "vi" in tongues else ()
    near = tuple(Run(Field.STEM, (pair,), _PAIR_WEIGHT) for pair in dict.fromkeys(pairs))
    return near + tuple(run for group in small for run in group[:1])


def merged(left: Filters, right: Filters) -> Filters:
    """Both sets of filters: of each label, any of the values of either; of dates, what lies in both spans."""
    labels = {name: getattr(left, name) | getattr(right, name) for name in LABELS}
    since = max((day for day in (left.since, right.since) if day), default=None)
    before = min((day for day in (left.before, right.before) if day), default=None)
    return Filters(**labels, since=since, before=before)
