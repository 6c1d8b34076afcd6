"""The live layer of one application in one process: its parts, and the few acts they share."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock
from typing import Any

from flask import Flask
from flask_socketio import SocketIO

from app.config import Settings
from app.live.channel import Channel
from app.live.presence import Presence, without_names
from app.live.rights import Rights
from app.live.roster import Roster, Socket, members_of, visitors_of

log = logging.getLogger("beffroi.live")


class Hub:
    """Speaks to browsers through Flask-SocketIO, whichever server carries the sockets."""

    def __init__(self, app: Flask, socketio: SocketIO) -> None:
        self.app = app
        self.socketio = socketio
        self.settings: Settings = app.extensions["settings"]
        self.roster = Roster()
        self.rights = Rights()
        self.channel = Channel(self.settings.live_channel, self.hear) if self.settings.live_channel else None
        self.presence = Presence(self.roster, self.channel.publish_presence if self.channel else None)
        self.typed_at: dict[int, float] = {}
        """When each member was last said to be writing."""
        self._starting = Lock()
        self._stop_tail: Callable[[], None] | None = None

    def start(self) -> None:
        """Follow the log from now on; does nothing when started already. Called before the first socket joins."""
        with self._starting:
            if self._stop_tail is None:
                from app.live.tail import follow

                self._stop_tail = follow(self)
                if self.channel:
                    self.channel.start()

    def stop(self) -> None:
        """Stop following the log."""
        with self._starting:
            if self._stop_tail is not None:
                self._stop_tail()
                self._stop_tail = None
                if self.channel:
                    self.channel.stop()

    def tell(self, event: str, payload: Any, to: str | list[str], skip: list[str] | None = None) -> None:
        """Send to a part of a room, or to one socket."""
        # Every live process reads the log itself: what it says must not travel to the others as well.
        self.socketio.emit(event, payload, to=to, skip_sid=skip, ignore_queue=True)

    def enter(self, socket: Socket, room: str) -> bool:
        """Put a socket into the parts of a room that suit it; False when it is gone or in too many rooms."""
        if not self.roster.enter(socket, room):
            return False
        for half in socket.halves(room):
            self.socketio.server.enter_room(socket.sid, half)
        self.presence.mark([room])
        return True

    def leave(self, socket: Socket, room: str) -> None:
        """Take a socket out of a room."""
        self.roster.leave(socket, room)
        for half in socket.halves(room):
            self.socketio.server.leave_room(socket.sid, half)
        self.presence.mark([room])

    def kick(self, socket: Socket, room: str) -> None:
        """Take a socket out of a room that it may no longer follow, and say so."""
        self.leave(socket, room)
        self.tell("kicked", {"room": room}, to=socket.sid)

    def disconnect(self, socket: Socket) -> None:
        """Close a socket whose member signed out or lost the account."""
        self.tell("signed_out", {}, to=socket.sid)
        for room in list(socket.rooms):
            self.leave(socket, room)
        self.socketio.server.disconnect(socket.sid)

    def tell_presence(self, room: str, told: dict[str, Any]) -> None:
        """Names to members, a number to visitors."""
        self.tell("presence", told, to=members_of(room))
        self.tell("presence", without_names(told), to=visitors_of(room))

    def hear(self, process: str, said: dict[str, Any]) -> None:
        """What another live process says on the channel."""
        if said["kind"] == "presence":
            self.presence.hear(process, said["room"], said["members"])
        elif said["kind"] == "typing":
            self.tell_typing(said["room"], said["who"])

    def tell_typing(self, room: str, who: dict[str, Any]) -> None:
        """Tell the other members of a room who is writing."""
        own = [socket.sid for socket in self.roster.of_member(who["id"])]
        shown = {"room": room, "name": who["name"], "lang": who["lang"]}
        self.tell("typing", shown, to=members_of(room), skip=own)


def hub_of(app: Flask) -> Hub:
    """The live layer of an application."""
    hub: Hub = app.extensions["live"]
    return hub
