"""Comparing the index with the database, and mending what differs: the net under the indexer."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from app.core.consumers import position
from app.core.db import now
from app.core.events import tail
from app.search.documents import all_subjects, documents_of, fingerprint, indexed_kinds
from app.search.engine import Engine, key_of
from app.search.index import CONSUMER, Index
from app.search.services import BATCH, Touched, bring_up_to_date, only_writer, touched_by, with_what_changes_too

REPORT = "check.json"


@dataclass(frozen=True, slots=True)
class Report:
    """What a comparison found. `missing` and `outdated` documents of the database, and those the index has too many."""

    at: str
    compared: int
    missing: int
    outdated: int
    surplus: int

    @property
    def differences(self) -> int:
        """All of them together."""
        return self.missing + self.outdated + self.surplus

    @property
    def moment(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.at)


def check_index(index: Index, on_read: Callable[[int], None] = lambda _count: None) -> Report:
    """Compare key and revision of every document with the database, mend what differs, and keep the report.

    What the indexer has still to read is no difference: whatever seems to differ is looked at again while nobody
    writes, without the subjects of unread events.
    """
    engine = index.engine
    suspects, compared = _suspects(engine, on_read)
    with only_writer(index.lock_file):
        found = Counter[str]()
        differing: dict[str, set[int]] = defaultdict(set)
        for what, kind, subject_id in _confirmed(engine, suspects):
            found[what] += 1
            differing[kind].add(subject_id)
        if differing:
            bring_up_to_date(engine, differing)
            _forget_unknown(engine, differing)
            engine.commit()
    report = Report(now().isoformat(), compared, found["missing"], found["outdated"], found["surplus"])
    index.folder.mkdir(parents=True, exist_ok=True)
    (index.folder / REPORT).write_text(json.dumps(asdict(report)), encoding="ascii")
    return report


def last_report(folder: Path) -> Report | None:
    """The report of the last comparison; None before the first."""
    try:
        return Report(**json.loads((folder / REPORT).read_text(encoding="ascii")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _suspects(engine: Engine, on_read: Callable[[int], None]) -> tuple[Touched, int]:
    """Subjects that seem to differ, and how many documents the database has."""
    left = dict(engine.revisions())
    suspects: dict[str, set[int]] = defaultdict(set)
    compared = 0
    for kind, ids in all_subjects():
        for subject_id, document in documents_of(kind, ids).items():
            compared += 1
            if left.pop(key_of(kind.name, subject_id), None) != fingerprint(document):
                suspects[kind.name].add(subject_id)
        on_read(len(ids))
    for key in left:
        name, _, number = key.rpartition(":")
        suspects[name].add(int(number))
    return suspects, compared


def _confirmed(engine: Engine, suspects: Touched) -> Iterator[tuple[str, str, int]]:
    """What differs, its kind and its id."""
    if not suspects:
        return
    unread = _unread()
    kept, known = dict(engine.revisions()), indexed_kinds()
    for name, ids in suspects.items():
        settled = ids - unread.get(name, set())
        documents = documents_of(known[name], settled) if name in known else {}
        for subject_id in settled:
            revision, document = kept.get(key_of(name, subject_id)), documents.get(subject_id)
            if document is None and revision is not None:
                yield "surplus", name, subject_id
            elif document is not None and revision != fingerprint(document):
                yield ("missing" if revision is None else "outdated"), name, subject_id


def _unread() -> Touched:
    unread: dict[str, set[int]] = defaultdict(set)
    cursor = position(CONSUMER)
    while events := tail(cursor, BATCH):
        for name, ids in touched_by(logged.event for logged in events).items():
            unread[name] |= ids
        cursor = (events[-1].xid, events[-1].id)
    return with_what_changes_too(unread)


def _forget_unknown(engine: Engine, differing: Touched) -> None:
    """Kinds that no room declares any more have no document left."""
    for name in differing.keys() - indexed_kinds().keys():
        engine.delete(key_of(name, subject_id) for subject_id in differing[name])
