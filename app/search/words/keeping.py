"""Counting the words of documents: always what is now, however often it is asked for.

One process writes at a time, as with the index itself: whoever calls holds the index's lock.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import delete, insert, select, update

from app.core.db import db
from app.core.events import unit_of_work
from app.core.subjects import kind
from app.search.documents import ReadDocument, all_subjects, documents_of, read_all
from app.search.words.models import PLACE, TAG, TERM, WORD, SearchCounted, SearchWord
from app.search.words.taking import Entry, counted_of, listed, names_of

AT_ONCE = 400
_COLUMNS = (
    SearchWord.kind, SearchWord.folded, SearchWord.shown, SearchWord.lang, SearchWord.scope, SearchWord.subject_id,
    SearchWord.code,
)  # fmt: skip
Turn = Callable[[], AbstractContextManager[Any]]
"""Waits until no other process writes to the index."""


class Seen(defaultdict[str, "array[int]"]):
    """Ids by kind, ascending: of everything there is, eight bytes each."""

    def __init__(self) -> None:
        super().__init__(partial(array, "q"))


def keep(kind_name: str, ids: Sequence[int], found: Mapping[int, ReadDocument]) -> None:
    """Count what these subjects are now, and no longer what they were; those without a document leave nothing."""
    wanted = {subject_id: counted_of(read) for subject_id, read in found.items()}
    names = [entry for read in found.values() for entry in names_of(read.document)]
    weights = _weights(kind_name, {entry.subject_id for entry in names if entry.subject_id})
    with unit_of_work():
        _count(kind_name, ids, wanted)
        here = SearchWord.kind == kind_name
        for part in _parts(ids):
            _replace(
                select(SearchWord.id, *_COLUMNS).where(here, SearchWord.subject_id.in_(part)), names, weights, part
            )


def forget(kind_name: str, subject_id: int) -> None:
    """Leave nothing of a subject, in the unit of work in hand."""
    _count(kind_name, [subject_id], {})
    here = (SearchWord.kind == kind_name, SearchWord.subject_id == subject_id)
    db.session.execute(delete(SearchWord).where(*here))


def is_empty() -> bool:
    """Whether nothing was ever counted."""
    return db.session.scalar(select(SearchWord.id).limit(1)) is None


def recount(turn: Turn) -> int:
    """Count every document again, and mend what differs. Returns how many counts were wrong."""
    begin(turn)
    seen = Seen()
    for declared, ids in all_subjects():
        with turn():
            keep(declared.name, ids, read_all(documents_of(declared, ids)))
        seen[declared.name].extend(ids)
    return settle(turn, seen)


def begin(turn: Turn) -> None:
    """Begin a count of all there is: what was counted of words that are lost would be taken off others."""
    with turn():
        if is_empty():
            with unit_of_work():
                db.session.execute(delete(SearchCounted))


def settle(turn: Turn, seen: Seen) -> int:
    """End a count of all there is: drop the rest, mend what differs. Returns how many counts were wrong."""
    with turn():
        _drop_unknown(seen)
        keep_listed()
        return _mend()


def keep_listed() -> None:
    """Terms and countries, as they are named now."""
    with unit_of_work():
        query = select(SearchWord.id, *_COLUMNS).where(SearchWord.kind.in_((TERM, PLACE)))
        _replace(query, list(listed()), Counter())


def _weights(kind_name: str, ids: Collection[int]) -> Counter[int]:
    """How much there is of each subject: a long topic is offered before a short one of the same name."""
    declared = kind(kind_name)
    if declared.length is None or not ids:
        return Counter()
    return Counter({subject_id: declared.length(row) for subject_id, row in declared.load(ids).items()})


def _count(kind_name: str, ids: Sequence[int], wanted: Mapping[int, set[Entry]]) -> None:
    rows = _ids_of({entry for entries in wanted.values() for entry in entries})
    changes: Counter[int] = Counter()
    for part in _parts(ids):
        query = select(SearchCounted.subject_id, SearchCounted.words)
        here = (SearchCounted.kind == kind_name, SearchCounted.subject_id.in_(part))
        before: dict[int, bytes] = {row[0]: row[1] for row in db.session.execute(query.where(*here))}
        after = {subject_id: _packed(map(rows.__getitem__, wanted.get(subject_id, ()))) for subject_id in part}
        differing = [subject_id for subject_id in part if after[subject_id] != before.get(subject_id, b"")]
        for subject_id in differing:
            changes.update(_unpacked(after[subject_id]))
            changes.subtract(_unpacked(before.get(subject_id, b"")))
        _note(kind_name, [each for each in differing if each in before], {each: after[each] for each in differing})
    by_change: dict[int, list[int]] = defaultdict(list)
    for row_id, change in changes.items():
        by_change[change].append(row_id)
    by_change.pop(0, None)
    for change, row_ids in by_change.items():
        for part in _parts(row_ids):
            changed = update(SearchWord).where(SearchWord.id.in_(part))
            db.session.execute(changed.values(frequency=SearchWord.frequency + change))
    _drop_unused([row_id for change, row_ids in by_change.items() if change < 0 for row_id in row_ids])


def _note(kind_name: str, old: list[int], after: Mapping[int, bytes]) -> None:
    """Put these in the place of the old rows."""
    if old:
        here = (SearchCounted.kind == kind_name, SearchCounted.subject_id.in_(old))
        db.session.execute(delete(SearchCounted).where(*here), execution_options={"synchronize_session": False})
    new = [{"kind": kind_name, "subject_id": each, "words": words} for each, words in after.items() if words]
    if new:
        db.session.execute(insert(SearchCounted), new)


def _drop_unused(row_ids: Sequence[int]) -> None:
    for part in _parts(row_ids):
        db.session.execute(delete(SearchWord).where(SearchWord.id.in_(part), SearchWord.frequency <= 0))


def _ids_of(entries: set[Entry]) -> dict[Entry, int]:
    """The rows of these words; those that are not there yet are added with a count of nothing."""
    known = _known(entries)
    missing = [_row(entry, 0) for entry in sorted(entries - known.keys(), key=lambda entry: entry.folded)]
    if missing:
        db.session.execute(insert(SearchWord), missing)
        known = _known(entries)
    return known


def _known(entries: set[Entry]) -> dict[Entry, int]:
    known: dict[Entry, int] = {}
    for part in _parts(sorted({entry.folded for entry in entries})):
        query = select(SearchWord.id, *_COLUMNS).where(SearchWord.kind.in_((WORD, TAG)), SearchWord.folded.in_(part))
        known.update((Entry(*row[1:]), row[0]) for row in db.session.execute(query))
    return {entry: known[entry] for entry in entries & known.keys()}


def _replace(query: Any, wanted: list[Entry], weights: Counter[int], ids: Sequence[int] | None = None) -> None:
    """Rows of a query become the wanted entries; what is there already stays, with its weight of now."""
    there: dict[Entry, int] = {Entry(*row[1:]): row[0] for row in db.session.execute(query)}
    of = None if ids is None else set(ids)
    asked = {entry for entry in wanted if of is None or entry.subject_id in of}
    for part in _parts([row_id for entry, row_id in there.items() if entry not in asked]):
        db.session.execute(delete(SearchWord).where(SearchWord.id.in_(part)))
    new = [_row(entry, weights[entry.subject_id or 0] or 1) for entry in sorted(asked - there.keys(), key=repr)]
    if new:
        db.session.execute(insert(SearchWord), new)
    by_weight: dict[int, list[int]] = defaultdict(list)
    for entry in asked & there.keys():
        by_weight[weights[entry.subject_id or 0] or 1].append(there[entry])
    for weight, row_ids in by_weight.items():
        for part in _parts(row_ids):
            other = (SearchWord.id.in_(part), SearchWord.frequency != weight)
            db.session.execute(update(SearchWord).where(*other).values(frequency=weight))


def _row(entry: Entry, frequency: int) -> dict[str, Any]:
    first = entry.folded.partition(" ")[0]
    return {
        "kind": entry.kind, "folded": entry.folded, "reversed": first[::-1], "shown": entry.shown, "lang": entry.lang,
        "scope": entry.scope, "subject_id": entry.subject_id, "code": entry.code, "frequency": frequency,
    }  # fmt: skip


def _drop_unknown(seen: Seen) -> None:
    """What is left of subjects that are gone; one that came meanwhile has a higher number than any seen."""
    for name in _kinds_there():
        last = seen[name][-1] if seen[name] else None
        named = select(SearchWord.subject_id).where(SearchWord.kind == name, SearchWord.subject_id.is_not(None))
        there = set(db.session.scalars(named.union(select(SearchCounted.subject_id).where(SearchCounted.kind == name))))
        for subject_id in there.difference(seen[name]):
            if subject_id is not None and (last is None or subject_id <= last):
                with unit_of_work():
                    forget(name, subject_id)


def _kinds_there() -> set[str]:
    named = select(SearchWord.kind).where(SearchWord.subject_id.is_not(None))
    return set(db.session.scalars(named.union(select(SearchCounted.kind))))


def _mend() -> int:
    """Every count as the documents say; returns how many were wrong."""
    real: Counter[int] = Counter()
    for packed in db.session.scalars(select(SearchCounted.words).execution_options(yield_per=1_000)):
        real.update(_unpacked(packed))
    counts = select(SearchWord.id, SearchWord.frequency).where(SearchWord.kind.in_((WORD, TAG)))
    wrong = [row_id for row_id, frequency in db.session.execute(counts) if real[row_id] != frequency or not frequency]
    for part in _parts(wrong):
        with unit_of_work():
            for row_id in part:
                db.session.execute(update(SearchWord).where(SearchWord.id == row_id).values(frequency=real[row_id]))
            _drop_unused(part)
    return len(wrong)


def _packed(ids: Iterable[int]) -> bytes:
    return array("I", sorted(ids)).tobytes()


def _unpacked(packed: bytes) -> list[int]:
    ids = array("I")
    ids.frombytes(packed)
    return list(ids)


def _parts(values: Iterable[Any]) -> Iterator[list[Any]]:
    """A statement takes some hundreds of values at once."""
    left = iter(values)
    while part := list(islice(left, AT_ONCE)):
        yield part
