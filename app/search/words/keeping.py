"""Counting the words of documents: always what is now, however often it is asked for.

One process writes at a time, as with the index itself: whoever calls holds the index's lock.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any

from sqlalchemy import delete, insert, select, update

from app.core.db import db
from app.core.events import unit_of_work
from app.core.subjects import SearchDocument, kind
from app.search.documents import all_subjects, documents_of
from app.search.words.models import PLACE, TAG, TERM, WORD, SearchCounted, SearchWord
from app.search.words.taking import Entry, counted_of, listed, names_of

AT_ONCE = 400
_COLUMNS = (
    SearchWord.kind, SearchWord.folded, SearchWord.shown, SearchWord.lang, SearchWord.scope, SearchWord.subject_id,
    SearchWord.code,
)  # fmt: skip
Turn = Callable[[], AbstractContextManager[Any]]
"""Waits until no other process writes to the index."""


def keep(kind_name: str, ids: Sequence[int], found: Mapping[int, SearchDocument]) -> None:
    """Count what these subjects are now, and no longer what they were; those without a document leave nothing."""
    wanted = {subject_id: counted_of(document) for subject_id, document in found.items()}
    names = [entry for document in found.values() for entry in names_of(document)]
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


def recount(turn: Turn, *, afresh: bool = False) -> int:
    """Count every document again, and mend what differs; `afresh` forgets first. Returns how many counts were wrong."""
    if afresh:
        with turn(), unit_of_work():
            db.session.execute(delete(SearchCounted))
            db.session.execute(delete(SearchWord))
    seen: dict[str, set[int]] = defaultdict(set)
    for declared, ids in all_subjects():
        with turn():
            keep(declared.name, ids, documents_of(declared, ids))
        seen[declared.name].update(ids)
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
        query = select(SearchCounted).where(SearchCounted.kind == kind_name, SearchCounted.subject_id.in_(part))
        before = {row.subject_id: row for row in db.session.scalars(query)}
        for subject_id in part:
            after = sorted(rows[entry] for entry in wanted.get(subject_id, ()))
            row = before.get(subject_id)
            old = _unpacked(row.words) if row else []
            changes.update(after)
            changes.subtract(old)
            _note(kind_name, subject_id, row, after, is_new=after != old)
    by_change: dict[int, list[int]] = defaultdict(list)
    for row_id, change in changes.items():
        by_change[change].append(row_id)
    by_change.pop(0, None)
    for change, row_ids in by_change.items():
        for part in _parts(row_ids):
            changed = update(SearchWord).where(SearchWord.id.in_(part))
            db.session.execute(changed.values(frequency=SearchWord.frequency + change))
    _drop_unused([row_id for change, row_ids in by_change.items() if change < 0 for row_id in row_ids])


def _note(kind_name: str, subject_id: int, row: SearchCounted | None, after: list[int], *, is_new: bool) -> None:
    if row is not None and not after:
        db.session.delete(row)
    elif row is not None and is_new:
        row.words = array("I", after).tobytes()
    elif row is None and after:
        db.session.add(SearchCounted(kind=kind_name, subject_id=subject_id, words=array("I", after).tobytes()))


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


def _drop_unknown(seen: Mapping[str, set[int]]) -> None:
    """What is left of subjects that are gone; one that came meanwhile has a higher number than any seen."""
    named = select(SearchWord.kind, SearchWord.subject_id).where(SearchWord.subject_id.is_not(None))
    counted = select(SearchCounted.kind, SearchCounted.subject_id)
    for name, subject_id in db.session.execute(named.union(counted)).all():
        of_kind = seen.get(name, set())
        if subject_id is not None and subject_id not in of_kind and subject_id <= max(of_kind, default=subject_id):
            with unit_of_work():
                forget(name, subject_id)


def _mend() -> int:
    """Every count as the documents say; returns how many were wrong."""
    real: Counter[int] = Counter()
    for packed in db.session.scalars(select(SearchCounted.words).execution_options(yield_per=1_000)):
        real.update(_unpacked(packed))
    counts = select(SearchWord.id, SearchWord.frequency).where(SearchWord.kind.in_((WORD, TAG)))
    wrong = [row_id for row_id, frequency in db.session.execute(counts) if real[row_id] != frequency]
    for part in _parts(wrong):
        with unit_of_work():
            for row_id in part:
                db.session.execute(update(SearchWord).where(SearchWord.id == row_id).values(frequency=real[row_id]))
            _drop_unused(part)
    return len(wrong)


def _unpacked(packed: bytes) -> list[int]:
    ids = array("I")
    ids.frombytes(packed)
    return list(ids)


def _parts(values: Iterable[Any]) -> Iterator[list[Any]]:
    """A statement takes some hundreds of values at once."""
    left = iter(values)
    while part := list(islice(left, AT_ONCE)):
        yield part
