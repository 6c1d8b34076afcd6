"""Keeping the index in step with the database. The index is a copy of the database, and so is the table of words."""

from __future__ import annotations

import fcntl
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from app.core.events import Event, log_head, tail
from app.core.subjects import SubjectEvent, SubjectRenamed, kinds
from app.search.documents import ReadDocument, all_subjects, analysed, documents_of, indexed_kinds, read_all
from app.search.engine import Engine, key_of
from app.search.rebuilding import Source, rebuild
from app.search.words.keeping import Seen, Turn, begin, keep, settle

BATCH = 200
READ_AT_ONCE = 2_000
"""Subjects of a rebuild: the more, the less often a word is looked up again."""
Touched = Mapping[str, set[int]]
"""Ids of subjects by kind."""
Told = Callable[[str, Sequence[int], Mapping[int, ReadDocument]], None]


def touched_by(events: Iterable[Event]) -> Touched:
    """The subjects that these events are about, and those that are found by a name that changed."""
    touched: dict[str, set[int]] = defaultdict(set)
    renamed: dict[str, set[int]] = defaultdict(set)
    for event in events:
        if isinstance(event, SubjectEvent):
            touched[event.kind].add(event.id)
        if isinstance(event, SubjectRenamed):
            renamed[event.kind].add(event.id)
    for declared in kinds():
        if declared.found_by_name and declared.name in renamed:
            _add(touched, declared.found_by_name(renamed[declared.name]))
    return touched


def bring_up_to_date(engine: Engine, touched: Touched, and_then: Told = lambda _kind, _ids, _found: None) -> None:
    """Buffer what these subjects are now: their documents, or their absence. Repeating it is harmless.

    `and_then` hears of each kind, its ids and the documents they have.
    """
    known = indexed_kinds()
    wider = with_what_changes_too(touched)
    for name in wider.keys() & known.keys():
        ids = sorted(wider[name])
        for start in range(0, len(ids), BATCH):
            part = ids[start : start + BATCH]
            found = read_all(documents_of(known[name], part))
            engine.upsert(analysed(document) for document in found.values())
            engine.delete(key_of(name, subject_id) for subject_id in part if subject_id not in found)
            and_then(name, part, found)


def with_what_changes_too(touched: Touched) -> Touched:
    """These subjects, and those whose documents change with them."""
    wider = {name: set(ids) for name, ids in touched.items()}
    for declared in kinds():
        if declared.indexed_with and (ids := sorted(touched.get(declared.name, ()))):
            for start in range(0, len(ids), BATCH):
                _add(wider, declared.indexed_with(ids[start : start + BATCH]))
    return wider


def _add(touched: dict[str, set[int]], others: Mapping[str, Collection[int]]) -> None:
    for name, ids in others.items():
        touched.setdefault(name, set()).update(ids)


@contextmanager
def only_writer(lock_file: Path) -> Iterator[None]:
    """Wait until no other process writes to the index."""
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def rebuild_index(engine: Engine, lock_file: Path, on_read: Callable[[int], None] = lambda _count: None) -> int:
    """Make the whole index anew from the database, beside the one in service, and count the words of everything that is
    read. Returns how many documents were indexed.

    What happens meanwhile is added at the end, while no other process writes. `on_read` hears of every subject read.
    """
    begun, turn = log_head(), partial(only_writer, lock_file)
    seen = Seen()
    begin(turn)
    with ExitStack() as held:

        def add_what_came_meanwhile(draft: Engine) -> None:
            held.enter_context(only_writer(lock_file))
            cursor = begun
            while events := tail(cursor, BATCH):
                bring_up_to_date(draft, touched_by(logged.event for logged in events))
                cursor = (events[-1].xid, events[-1].id)
            draft.commit()

        made = rebuild(engine, _everything(turn, seen, on_read), add_what_came_meanwhile)
    settle(turn, seen)
    return made


def _everything(turn: Turn, seen: Seen, on_read: Callable[[int], None]) -> Iterator[Source]:
    """Everything that can be found, its words counted. `seen` gathers all ids by kind.

    Words are counted in the turn in which they were read, so never as they were before another process counted them.
    """
    for kind, ids in all_subjects(READ_AT_ONCE):
        with turn():
            found = read_all(documents_of(kind, ids))
            keep(kind.name, ids, found)
        seen[kind.name].extend(ids)
        for read in found.values():
            yield Source(read.key, read.revision, partial(analysed, read))
        on_read(len(ids))
