"""Who reads a room now: one presence for a member with several tabs, gathered over all live processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock
from time import monotonic
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.core.db import db
from app.live.roster import Roster

NAMES_AT_MOST = 20
FORGOTTEN_AFTER = 50.0
"""Seconds after which another process that says nothing more is taken for dead."""
REPEATED_EVERY = 15.0

Told = dict[str, Any]


class Presence:
    """Coalesces comings and goings: rooms are marked, and told at most once a second by the tail."""

    def __init__(self, roster: Roster, publish: Callable[[str, list[int]], None] | None = None) -> None:
        self._roster = roster
        self._publish = publish
        self._lock = Lock()
        self._changed: set[str] = set()
        self._elsewhere: dict[str, dict[str, tuple[float, frozenset[int]]]] = {}
        self._told: dict[str, Told] = {}
        self._repeated = monotonic()

    def mark(self, rooms: Iterable[str]) -> None:
        """Someone came or went there."""
        with self._lock:
            self._changed.update(room for room in rooms if not room.startswith("user:"))

    def hear(self, process: str, room: str, members: Iterable[int]) -> None:
        """What another process says of the same room."""
        with self._lock:
            self._elsewhere.setdefault(room, {})[process] = (monotonic(), frozenset(members))
            self._changed.add(room)

    def flush(self) -> list[tuple[str, Told]]:
        """What to tell the rooms whose presence changed: `{room, count, names}`. Needs an application context."""
        changed = self._take_changed()
        news = []
        for room in changed:
            here = self._here(room)
            if self._publish:
                self._publish(room, sorted(here))
            told = self.of_room(room, here)
            if self._told.get(room) != told:
                self._told[room] = told
                news.append((room, told))
            if not here:
                self._told.pop(room, None)
        return news

    def greet(self, room: str) -> Told:
        """What someone who just came is told; the room is told anew, since what it was told last may differ."""
        self._told.pop(room, None)
        return self.of_room(room)

    def of_room(self, room: str, here: set[int] | None = None) -> Told:
        """How many members read a room, and the names of some."""
        present = self._here(room) if here is None else set(here)
        with self._lock:
            for _, members in self._elsewhere.get(room, {}).values():
                present |= members
        shown = select(User.id, User.display_name, User.name_lang).where(User.id.in_(present), User.shows_presence)
        people = db.session.execute(shown.order_by(User.display_name)).all() if present else []
        names = [{"name": person.display_name, "lang": person.name_lang} for person in people[:NAMES_AT_MOST]]
        return {"room": room, "count": len(people), "names": names}

    def _here(self, room: str) -> set[int]:
        return {socket.user_id for socket in self._roster.in_room(room) if socket.user_id is not None}

    def _take_changed(self) -> set[str]:
        with self._lock:
            changed, self._changed = self._changed, set()
            self._forget_the_silent(changed)
        if self._publish and monotonic() - self._repeated > REPEATED_EVERY:
            self._repeated = monotonic()
            changed.update(room for room in self._roster.rooms() if not room.startswith("user:"))
        return changed

    def _forget_the_silent(self, changed: set[str]) -> None:
        silent = monotonic() - FORGOTTEN_AFTER
        for room, processes in list(self._elsewhere.items()):
            for process, (heard, members) in list(processes.items()):
                if heard < silent or not members:
                    del processes[process]
                    changed.add(room)
            if not processes:
                del self._elsewhere[room]


def without_names(told: Told) -> Told:
    """What visitors are told."""
    return {"room": told["room"], "count": told["count"], "names": []}
