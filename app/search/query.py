"""The query that is made of what a person typed, in the words of every language it may be about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from app.search.analysis import base_language, forms, syllable_pairs
from app.search.analysis.words import words
from app.search.engine import LABELS, Alternatives, Field, Filters, Run
from app.search.pieces import LONGEST_QUERY, Piece, Sort, read
from app.search.reasons import Widening
from app.search.remarks import Reason, Remark

__all__ = ["LONGEST_QUERY", "MOST_WORDS", "Typed", "merged", "parse", "read_date"]
MOST_WORDS = 24
SHORTEST_PREFIX = 2
_STEM_WEIGHT = 0.5  # a word as typed says more than its relatives
_PAIR_WEIGHT = 2.0
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Typed:
    """A query as typed, taken apart: each word or phrase with its ways of being said.

    `filters` and `unwanted` hold labels as they were typed, `labels` the pieces they come from.
    """

    required: tuple[Alternatives, ...] = ()
    bonus: Alternatives = ()
    without: tuple[Alternatives, ...] = ()
    filters: Filters = field(default_factory=Filters)
    unwanted: Filters = field(default_factory=Filters)
    labels: tuple[Piece, ...] = ()
    remarks: tuple[Remark, ...] = ()
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

    Signs that mean nothing are taken as words, so no query is an error; `remarks` say what was not understood.
    """
    reading = read(typed)
    made = _Query(tuple(dict.fromkeys(base_language(tag) for tag in languages)))
    for group in reading.groups:
        made.add(group)
    found = made.typed()
    remarks = [*reading.remarks, *made.remarks]
    if found.is_empty and (found.without or found.unwanted != Filters()):
        remarks.append(Remark(Reason.NOTHING_SOUGHT))
    return replace(found, remarks=tuple(dict.fromkeys(remarks)))


class _Query:
    """A query in the making."""

    def __init__(self, tongues: tuple[str, ...]) -> None:
        self._tongues = tongues
        self._required: list[Alternatives] = []
        self._without: list[Alternatives] = []
        self._small: list[Alternatives] = []
        self._plain: list[str] = []
        self._filters, self._unwanted = Filters(), Filters()
        self._labels: list[Piece] = []
        self.remarks: list[Remark] = []

    def add(self, group: tuple[Piece, ...]) -> None:
        """One thing that is asked for, or taken away."""
        piece = group[0]
        if len(group) > 1:
            ways = tuple(run for each in group for alternatives in self._whole(each) for run in alternatives)
            self._required += [tuple(dict.fromkeys(ways))] if ways else []
        elif piece.sort is Sort.LABEL:
            self._label(piece)
        elif piece.is_unwanted:
            self._without += self._whole(piece)
        elif piece.sort is Sort.PHRASE:
            self._required += self._whole(piece)
        elif piece.is_prefix:
            self._prefix(piece)
        else:
            self._words(piece.text)

    def typed(self) -> Typed:
        """What came of it."""
        found = self._required or self._small
        wanted = tuple(dict.fromkeys(found))
        if len(wanted) > MOST_WORDS:
            self.remarks.append(Remark(Reason.LONG))
        bonus = _bonus(self._plain, self._small if self._required else [], self._tongues)
        without = tuple(self._without)
        return Typed(wanted[:MOST_WORDS], bonus, without, self._filters, self._unwanted, tuple(self._labels))

    def _words(self, text: str) -> None:
        for word in words(text):
            if group := _word(word.text, self._tongues):
                (self._small if _is_small(word.text, self._tongues) else self._required).append(group)
                self._plain.append(group[0].tokens[0])

    def _prefix(self, piece: Piece) -> None:
        """The last of its words by how it begins, those before it whole."""
        found = list(words(piece.text))
        if found:
            self._words(" ".join(word.text for word in found[:-1]))
            self._required += self._whole(replace(piece, text=found[-1].text))

    def _whole(self, piece: Piece) -> list[Alternatives]:
        """Its words in this very order; one word alone by its stems, or by how it begins."""
        found = [word.text for word in words(piece.text)]
        if piece.is_prefix and len(found) == 1:
            begins = forms(found[0], "").exact
            if len(begins) >= SHORTEST_PREFIX:
                return [(Run(Field.EXACT, (begins,), is_prefix=True),)]
            self.remarks.append(Remark(Reason.SHORT_PREFIX, piece.typed))
        return _phrase(found, self._tongues)

    def _label(self, piece: Piece) -> None:
        if not piece.values:
            return
        self._labels.append(piece)
        if piece.label in {"since", "before"}:
            self._date(piece)
            return
        held = self._unwanted if piece.is_unwanted else self._filters
        more = replace(held, **{piece.label: getattr(held, piece.label) | frozenset(piece.values)})
        if piece.is_unwanted:
            self._unwanted = more
        else:
            self._filters = more

    def _date(self, piece: Piece) -> None:
        """Not from a day on is before it, and the other way round."""
        for value in piece.values:
            day = read_date(value)
            if day is None:
                self.remarks.append(Remark(Reason.DATE, piece.typed))
            elif (piece.label == "since") is not piece.is_unwanted:
                self._filters = merged(self._filters, Filters(since=day))
            else:
                self._filters = merged(self._filters, Filters(before=day))


def read_date(typed: str) -> date | None:
    """A day, or the first one of a year or a month: 2026, 2026-05, 2026-05-31. None for what is none of these."""
    found = _DATE.fullmatch(typed)
    if found is None:
        return None
    try:
        return date(*(int(part or 1) for part in found.groups()))
    except ValueError:
        return None


def _word(word: str, tongues: tuple[str, ...]) -> Alternatives:
    exact = forms(word, "").exact
    if not exact:
        return ()
    stems = dict.fromkeys(found for tongue in tongues if (found := forms(word, tongue).stem))
    return (Run(Field.EXACT, (exact,)), *(Run(Field.STEM, (found,), _STEM_WEIGHT) for found in stems))


def _is_small(word: str, tongues: tuple[str, ...]) -> bool:
    """A small word in the reader's own language is not required; elsewhere it may be a name."""
    return any(not forms(word, tongue).stem for tongue in tongues[:1])


def _phrase(found: list[str], tongues: tuple[str, ...]) -> list[Alternatives]:
    """Words in this very order, or one word by its stems when there is but one."""
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
