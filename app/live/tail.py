"""The thread that follows the event log and tells the rooms of this process."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from time import monotonic

from app.core.background import background_context
from app.core.events import Cursor, log_head, room_heads, tail
from app.core.wake import Wake, wake_for
from app.live.delivery import deliver
from app.live.hub import Hub
from app.live.roster import members_of, visitors_of

log = logging.getLogger("beffroi.live")

BATCH = 100
LOOK = 0.25
"""Seconds after which the log is read without a wake-up."""
HEADS_EVERY = 10.0
PRESENCE_EVERY = 1.0


def follow(hub: Hub) -> Callable[[], None]:
    """Start following the log from its present end; returns what stops it."""
    with background_context(hub.app):
        cursor = log_head()
    stopping = threading.Event()
    thread = threading.Thread(target=Tail(hub, cursor).run, args=(stopping,), name="live-tail", daemon=True)
    thread.start()

    def stop() -> None:
        stopping.set()
        if thread is not threading.current_thread():
            thread.join(2)

    return stop


class Tail:
    """Reads the log from a cursor that lives and dies with the process: who joins says what they have."""

    def __init__(self, hub: Hub, cursor: Cursor) -> None:
        self.hub = hub
        self.cursor = cursor
        self._heads_at = self._presence_at = monotonic()

    def run(self, stopping: threading.Event) -> None:
        """Follow until told to stop; an error is logged and the same events are tried again."""
        wake: Wake | None = None
        while not stopping.is_set():
            try:
                wake = wake or wake_for(self.hub.settings.database)
                wake.wait(LOOK)
                self.turn()
            except Exception:
                log.exception("the live tail stumbled")
                stopping.wait(1)
        if wake:
            wake.close()

    def turn(self) -> None:
        """Deliver what is new, then presence and heads when it is time."""
        more = True
        while more:
            with background_context(self.hub.app):
                more = self._deliver_batch()
        if not len(self.hub.roster):
            return
        if monotonic() - self._presence_at >= PRESENCE_EVERY:
            self._presence_at = monotonic()
            with background_context(self.hub.app):
                for room, told in self.hub.presence.flush():
                    self.hub.tell_presence(room, told)
        if monotonic() - self._heads_at >= HEADS_EVERY:
            self._heads_at = monotonic()
            self._announce_heads()

    def _deliver_batch(self) -> bool:
        """Deliver one batch; whether there may be more."""
        if not len(self.hub.roster):
            self.cursor = log_head()
            return False
        events = tail(self.cursor, BATCH)
        for logged in events:
            try:
                deliver(self.hub, logged)
            except Exception:
                log.exception("event %s cannot be delivered; readers heal by the room's head", logged.id)
            self.cursor = (logged.xid, logged.id)
        return len(events) == BATCH

    def _announce_heads(self) -> None:
        """A net under everything else: a browser that is behind asks for what it missed."""
        with background_context(self.hub.app):
            heads = room_heads(self.hub.roster.rooms())
        for room, head in heads.items():
            self.hub.tell("head", {"room": room, "seq": head}, to=[members_of(room), visitors_of(room)])
