"""Who is connected to this process, in which rooms, in which interface language."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

ROOMS_AT_MOST = 30
MESSAGES_AT_MOST = 40
WINDOW = 10.0
"""Seconds in which one socket may send MESSAGES_AT_MOST messages."""


@dataclass(eq=False)
class Socket:
    """One browser tab. `session_id` is the signed-in device's, 0 for a visitor."""

    sid: str
    lang: str
    user_id: int | None
    session_id: int = 0
    rooms: set[str] = field(default_factory=set)
    heard_since: float = field(default_factory=monotonic)
    heard: int = 0

    def is_flooding(self) -> bool:
        """Count one message; whether there are too many of them."""
        if monotonic() - self.heard_since > WINDOW:
            self.heard_since, self.heard = monotonic(), 0
        self.heard += 1
        return self.heard > MESSAGES_AT_MOST

    def halves(self, room: str) -> tuple[str, str]:
        """The parts of a room this socket sits in: its language's, and the members' or the visitors'."""
        return f"{room}@{self.lang}", members_of(room) if self.user_id else visitors_of(room)


def members_of(room: str) -> str:
    """The part of a room that is told names."""
    return f"{room}#members"


def visitors_of(room: str) -> str:
    """The part of a room that is told numbers alone."""
    return f"{room}#visitors"


class Roster:
    """The sockets of this process; every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sockets: dict[str, Socket] = {}
        self._rooms: dict[str, dict[str, Socket]] = defaultdict(dict)

    def add(self, socket: Socket) -> None:
        with self._lock:
            self._sockets[socket.sid] = socket

    def get(self, sid: str) -> Socket | None:
        return self._sockets.get(sid)

    def remove(self, sid: str) -> Socket | None:
        """Forget a socket; it is returned with the rooms it was in."""
        with self._lock:
            socket = self._sockets.pop(sid, None)
            for room in socket.rooms if socket else ():
                self._drop(room, sid)
            return socket

    def enter(self, socket: Socket, room: str) -> bool:
        """Put a socket into a room; False when it is gone or in too many rooms."""
        with self._lock:
            if socket.sid not in self._sockets or len(socket.rooms | {room}) > ROOMS_AT_MOST:
                return False
            socket.rooms.add(room)
            self._rooms[room][socket.sid] = socket
            return True

    def leave(self, socket: Socket, room: str) -> None:
        with self._lock:
            socket.rooms.discard(room)
            self._drop(room, socket.sid)

    def in_room(self, room: str) -> list[Socket]:
        with self._lock:
            return list(self._rooms.get(room, {}).values())

    def of_member(self, user_id: int) -> list[Socket]:
        with self._lock:
            return [socket for socket in self._sockets.values() if socket.user_id == user_id]

    def rooms(self) -> list[str]:
        """Every room in which someone of this process is."""
        with self._lock:
            return list(self._rooms)

    def __len__(self) -> int:
        return len(self._sockets)

    def _drop(self, room: str, sid: str) -> None:
        if (inside := self._rooms.get(room)) is not None:
            inside.pop(sid, None)
            if not inside:
                del self._rooms[room]
