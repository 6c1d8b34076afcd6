"""Did you mean: the nearest words the reader may know of, put in the place of those that find nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select

from app.core.db import db
from app.core.policy import Actor
from app.core.subjects import kind
from app.search.analysis import base_language
from app.search.analysis.folding import fold
from app.search.analysis.words import Word, words
from app.search.documents import indexed_kinds
from app.search.engine import Field, Filters, Query, Run
from app.search.finding import Search, as_typed, languages_of
from app.search.index import current_index
from app.search.pieces import CLOSING, OPENING
from app.search.policy import audiences
from app.search.query import parse
from app.search.words.distance import allowed, distance
from app.search.words.models import PLACE, TERM, WORD, SearchWord
from app.search.words.suggesting import LEAST, begins, own_languages, public_tokens, spellings

FEW = 3
"""With fewer results something better is looked for."""
SHORTEST = 3
LONG_ENOUGH, LONG = 5, 8
"""Letters of a word that is set right without asking: one slip, two slips."""
MOST_WORDS, MOST_TRIES, LOOKED_AT, CHECKED = 6, 3, 1_500, 12
_LABEL = re.compile(r"[^\W\d_]+:\S")
_SIGNS = ("AND", "OR", "NOT")


@dataclass(frozen=True, slots=True)
class Near:
    """A word that may have been meant: as it is written, how far off, in which language, how often."""

    shown: str
    slips: float
    lang: str
    frequency: int


def correction(actor: Actor, text: str, chosen: Filters, found: Search) -> str:
    """The query with its unknown words set right, where that finds more; empty where nothing does."""
    if found.spelled or (found.result.total >= FEW and not found.result.relaxed):
        return found.spelled
    return _better(actor, text, chosen, found, _offers(actor, text, found, FEW))


def respelled(actor: Actor, text: str, chosen: Filters, found: Search) -> str:
    """The query as it may be taken without asking: words that nothing holds, a slip or two from one that is held.

    What stands between quotation marks is asked for as it is.
    """
    if any(sign in text for sign in OPENING + CLOSING):
        return ""
    offers = {
        word: [near for near in offered if _is_plain_slip(fold(word.text), near)]
        for word, offered in _offers(actor, text, found, 1).items()
    }
    return _better(actor, text, chosen, found, offers)


def _is_plain_slip(typed: str, near: Near) -> bool:
    slips = 2 if len(typed) >= LONG else 1 if len(typed) >= LONG_ENOUGH else 0
    return near.slips <= slips and fold(near.shown)[:1] == typed[:1]


def _offers(actor: Actor, text: str, found: Search, few: int) -> dict[Word, list[Near]]:
    """Nearer words for those that fewer documents hold, the thesaurus counted in."""
    unknown = [word for word in plain_words(text)[:MOST_WORDS] if _hits(actor, word.text, found) < few]
    return {word: near for word in unknown if (near := candidates(actor, word.text))}


def _better(actor: Actor, text: str, chosen: Filters, found: Search, offers: dict[Word, list[Near]]) -> str:
    """The query with those words set right, if it finds more so."""
    if not any(offers.values()):
        return ""
    for turn in range(MOST_TRIES):
        picked = {word: near[turn] for word, near in offers.items() if turn < len(near)}
        if not picked:
            break
        tried = _rewritten(text, picked)
        better = as_typed(actor, tried, chosen).result
        if better.total and _is_better(found, better.total, is_relaxed=better.relaxed):
            return tried
    return ""


def _is_better(found: Search, total: int, *, is_relaxed: bool) -> bool:
    if found.result.relaxed and not is_relaxed:
        return True
    return total > found.result.total and is_relaxed == found.result.relaxed


def plain_words(text: str) -> list[Word]:
    """The words of a query with their places; labels, unwanted words, prefixes and small signs are none."""
    return [
        Word(word.text, piece.start() + word.start, piece.start() + word.end)
        for piece in re.finditer(r"\S+", text)
        if not _LABEL.match(piece.group()) and piece.group()[0] not in "-−" and not piece.group().endswith("*")
        if piece.group() not in _SIGNS
        for word in words(piece.group())
        if len(fold(word.text)) >= SHORTEST and fold(word.text).isalpha()
    ]


def _rewritten(text: str, picked: dict[Word, Near]) -> str:
    for word, near in sorted(picked.items(), key=lambda pair: -pair[0].start):
        text = f"{text[: word.start]}{near.shown}{text[word.end :]}"
    return text


def _hits(actor: Actor, word: str, found: Search) -> int:
    """How many documents the reader may find by a word alone, said as in the query or otherwise."""
    run = Run(Field.EXACT, (fold(word),))
    group = next((group for group in found.typed.required if run in group), None)
    groups = parse(word, languages_of(actor)).required if group is None else (group,)
    query = Query(required=groups, visibility=audiences(actor), limit=1)
    return current_index().engine.query(query).total


def candidates(actor: Actor, word: str) -> list[Near]:
    """Words within reach of a word, the nearest first, then the reader's languages, then the commonest."""
    typed = fold(word)
    langs = own_languages(actor)
    found: dict[str, Near] = {}
    for near in (*_words(typed, langs), *_names(actor, typed)):
        if near.shown not in found or near.slips < found[near.shown].slips:
            found[near.shown] = near
    order = sorted(
        found.values(), key=lambda near: (near.slips, base_language(near.lang) not in langs, -near.frequency)
    )
    return order[:MOST_TRIES]


def _alike(typed: str) -> Any:
    """What begins or ends as the word does: one slip leaves a half whole, and most pairs of slips an end."""
    part = min(3, max(1, (len(typed) - 1) // 2))
    return or_(begins(typed[:part]), begins(typed[-part:][::-1], SearchWord.reversed))


def _words(typed: str, langs: Collection[str]) -> Iterator[Near]:
    """Words that at least two documents hold which everybody may read."""
    public, most = public_tokens(), allowed(typed)
    count = func.sum(SearchWord.frequency)
    length = func.length(SearchWord.folded)
    query = (
        select(SearchWord.folded, count)
        .where(SearchWord.kind == WORD, SearchWord.scope.in_(public), _alike(typed))
        .where(length.between(len(typed) - most, len(typed) + most))
        .group_by(SearchWord.folded)
        .having(count >= LEAST)
        .order_by(count.desc())
        .limit(LOOKED_AT)
    )
    near = {}
    for form, frequency in db.session.execute(query):
        slips = distance(typed, form, most)
        if slips:
            near[form] = (slips, int(frequency))
    spelled = spellings(near, public, langs) if near else {}
    for form, (slips, frequency) in near.items():
        yield Near(spelled[form].shown, slips, spelled[form].lang, frequency)


def _names(actor: Actor, typed: str) -> Iterator[Near]:
    """Words of names and titles: of those the reader may see now, of terms and of places."""
    row = SearchWord
    kinds = (*indexed_kinds(), TERM, PLACE)
    columns = (row.kind, row.folded, row.shown, row.lang, row.subject_id, row.frequency)
    query = select(*columns).where(row.kind.in_(kinds), row.scope.in_(audiences(actor)), _alike(typed))
    reached = []
    for each in db.session.execute(query.order_by(row.frequency.desc(), row.id).limit(LOOKED_AT)):
        first = each.folded.partition(" ")[0]
        slips = distance(typed, first, allowed(typed))
        if slips and (shown := _as_written(each.shown, first)):
            reached.append((slips, shown, each))
    reached.sort(key=lambda one: (one[0], -one[2].frequency))
    for slips, shown, each in reached[:CHECKED]:
        if each.subject_id is None or each.subject_id in kind(each.kind).visible_to(actor, [each.subject_id]):
            yield Near(shown, slips, each.lang, each.frequency)


def _as_written(title: str, first: str) -> str:
    """The word of a title that folds so; empty where it is no word of it, but a handle or another label."""
    return next((word.text for word in words(title) if fold(word.text) == first), "")
