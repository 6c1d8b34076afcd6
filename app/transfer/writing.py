"""Writes lines of a moving community, some hundred in one unit of work, with what the services would have kept.

Nobody is told: no event is recorded for each of thousands of old posts, no mail leaves. Numbers have no holes, counters
are right, texts are rendered and sanitised as everywhere; the index is made anew when all is in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import update

from app.core.db import db
from app.core.events import unit_of_work
from app.transfer.batch import Batch
from app.transfer.carried.coming_in import CarriedWriter
from app.transfer.carried.register import carried
from app.transfer.keys import Keys, Numbers, table_of
from app.transfer.people import PeopleWriter
from app.transfer.places import PlacesWriter
from app.transfer.preparing import Preparer
from app.transfer.talks import TalksWriter, Waiting, ahead
from app.transfer.values import LineError

PROBLEMS_KEPT = 1_000


@dataclass(frozen=True)
class Line:
    """A line of the file, its entries checked."""

    number: int
    kind: str
    values: dict[str, Any]


@dataclass
class Summary:
    """What an import did."""

    added: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    """Things that an earlier run, or somebody else, had brought in already."""
    problems: list[tuple[int, str]] = field(default_factory=list)
    """Line and reason, the first thousand of them."""
    refused: int = 0

    def refuse(self, line: int, reason: str) -> None:
        """Note a line that was not taken."""
        self.refused += 1
        if len(self.problems) < PROBLEMS_KEPT:
            self.problems.append((line, reason))


class Writer:
    """Takes lines in batches; what a line points to stands before it."""

    def __init__(self, keys: Keys, preparer: Preparer, *, gives_roles: bool = False, runs_site: bool = False) -> None:
        self.keys = keys
        self.preparer = preparer
        self.summary = Summary()
        self._numbers = Numbers()
        self._waiting: dict[str, Waiting] = {}
        """Topics whose first post has not come yet."""
        self._links: list[tuple[Any, str, int, str, str]] = []
        """(table, column, row, kind, external id): what points to something that came later."""
        self._gives_roles = gives_roles
        self._runs_site = runs_site
        """Whether options, pages and blocks are taken over."""

    def write(self, lines: Sequence[Line]) -> None:
        """Write some lines; those that cannot be taken are noted in the summary."""
        fresh = self._prepared(self._unknown(lines))
        if not fresh:
            return
        with unit_of_work():
            batch = Batch(self._numbers)
            writers: dict[str, Any] = {"person": PeopleWriter(self.keys, batch, gives_roles=self._gives_roles)}
            writers["space"] = writers["category"] = PlacesWriter(self.keys, batch)
            writers |= dict.fromkeys(carried(), CarriedWriter(self.keys))
            writers["topic"] = writers["post"] = TalksWriter(self.keys, batch, self._waiting, self._links)
            writers["post"].look_ahead([line.values for line in fresh if line.kind == "post"])
            for line in fresh:
                try:
                    is_new = writers[line.kind].take(line.kind, line.values, line.number)
                except LineError as wrong:
                    self.summary.refuse(line.number, str(wrong))
                else:
                    (self.summary.added if is_new else self.summary.known)[line.kind] += 1
            batch.write()
            self.keys.write()

    def _unknown(self, lines: Sequence[Line]) -> list[Line]:
        """The lines of things that are not here yet: of the others nothing is read again."""
        if lines and lines[0].kind in carried():
            return [line for line in lines if self._runs_site or not carried()[line.kind].is_site]
        known: dict[str, dict[str, int]] = {}
        for kind in {line.kind for line in lines}:
            known[kind] = self.keys.find(kind, (line.values["id"] for line in lines if line.kind == kind))
        fresh, seen = [], set()
        for line in lines:
            name = (line.kind, line.values["id"])
            if name[1] in known[line.kind]:  # an earlier run may have been killed before it set what points ahead
                self._links += ahead(line.kind, known[line.kind][name[1]], line.values)
            if line.values["id"] in known[line.kind] or name in seen or name[1] in self._topics(line):
                self.summary.known[line.kind] += 1
            else:
                seen.add(name)
                fresh.append(line)
        return fresh

    def _topics(self, line: Line) -> Iterable[str]:
        return self._waiting if line.kind == "topic" else ()

    def _prepared(self, lines: Sequence[Line]) -> list[Line]:
        """Texts rendered and files checked, before the database is held."""
        ready = []
        for line in lines:
            try:
                self.preparer.prepare(line.kind, line.values)
            except LineError as wrong:
                self.summary.refuse(line.number, str(wrong))
            else:
                ready.append(line)
        return ready

    def finish(self) -> Summary:
        """Set what pointed ahead, and tell of topics without posts."""
        for name, waiting in self._waiting.items():
            self.summary.refuse(waiting.line, f"topic {name} has no post")
        self._waiting.clear()
        for start in range(0, len(self._links), 500):
            self._link(self._links[start : start + 500])
        self._links.clear()
        return self.summary

    def _link(self, links: Sequence[tuple[Any, str, int, str, str]]) -> None:
        with unit_of_work():
            for model, column, row_id, kind, name in links:
                target = self.keys.find(kind, [name]).get(name)
                if target is not None:
                    table = table_of(model)
                    (key,) = table.primary_key.columns
                    db.session.execute(update(table).where(key == row_id).values({column: target}))
