"""From an event of the log to what the browsers of its room are sent."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import orjson

from app.accounts.events import RightsChanged, SignedOut
from app.core.events import Logged, missed, room_heads
from app.core.i18n import speaking
from app.core.live import FRAGMENT_LIMIT, message_for
from app.core.subjects import SubjectChanged, SubjectHidden, SubjectRemoved, kinds
from app.live.hub import Hub
from app.live.rights import is_signed_in, may_follow, member

log = logging.getLogger("beffroi.live")

BACKLOG = 200
"""Missed events that are sent one by one; beyond, loading the page again is quicker."""
BACKLOG_BYTES = 400_000

Packet = dict[str, Any]


def deliver(hub: Hub, logged: Logged) -> None:
    """Act on what the event changes in rights, then tell its room, rendered once per interface language present."""
    react(hub, logged)
    if logged.room is None or not (sockets := hub.roster.in_room(logged.room)):
        return
    refused = hub.rights.refused(logged.room, sockets)
    for socket in refused:
        hub.kick(socket, logged.room)
    for lang in {socket.lang for socket in sockets if socket not in refused}:
        hub.tell("happened", packet(logged, lang), to=f"{logged.room}@{lang}")


def react(hub: Hub, logged: Logged) -> None:
    """Disconnect who signed out or lost the account; ask again for rights that may have changed."""
    event = logged.event
    if isinstance(event, SignedOut):
        for socket in hub.roster.of_member(event.member_id):
            if event.session_id in {0, socket.session_id}:
                hub.disconnect(socket)
    elif isinstance(event, RightsChanged):
        hub.rights.drop()
        recheck_member(hub, event.member_id)
    elif isinstance(event, (SubjectChanged, SubjectHidden, SubjectRemoved)):
        hub.rights.drop()
        if keeps_texts(event.kind):
            recheck_rooms(hub)


def recheck_member(hub: Hub, user_id: int) -> None:
    """Put a member's sockets out of every room that is closed to them now."""
    actor = member(user_id)
    for socket in hub.roster.of_member(user_id):
        if actor is None or not is_signed_in(socket):
            hub.disconnect(socket)
            continue
        for room in list(socket.rooms):
            if not may_follow(actor, room):
                hub.kick(socket, room)


def keeps_texts(name: str) -> bool:
    """Whether subjects of a kind decide who sees others, as spaces do for what is in them."""
    return any(declared.name == name and declared.audiences for declared in kinds())


def recheck_rooms(hub: Hub) -> None:
    """Put everyone out of every room that is closed to them now."""
    for room in hub.roster.rooms():
        if not room.startswith("user:"):
            for socket in hub.rights.refused(room, hub.roster.in_room(room)):
                hub.kick(socket, room)


def packet(logged: Logged, lang: str) -> Packet:
    """What one interface language is sent. An event that says nothing still moves the room's seq on."""
    sent: Packet = {"room": logged.room, "seq": logged.seq, "type": "quiet"}
    try:
        with speaking(lang):
            message = message_for(logged.event, lang)
    except Exception:
        # One fragment that cannot be made must not stop what follows; the browser asks for the page instead.
        log.exception("event %s cannot be rendered in %s", logged.id, lang)
        return {**sent, "type": "reload"}
    if message is None:
        return sent
    sent |= {"type": message.type, "data": message.data}
    if len(message.html.encode()) <= FRAGMENT_LIMIT:
        return sent | ({"html": message.html} if message.html else {"url": message.url} if message.url else {})
    return sent | ({"url": message.url} if message.url else {"type": "reload"})


def backlog(room: str, after: int | None, lang: str) -> Packet:
    """The answer to a join: `{head, missed, more}`, or `{head, reload}` when more was missed than is sent or kept."""
    head = room_heads([room])[room]
    if after is None or after == head:
        return {"head": head, "missed": [], "more": False}
    if not 0 <= head - after <= BACKLOG:
        return {"head": head, "reload": True}
    events = missed(room, after, BACKLOG)
    return _filled(head, events, lang) if len(events) >= head - after else {"head": head, "reload": True}


def _filled(head: int, events: Iterable[Logged], lang: str) -> Packet:
    packets: list[Packet] = []
    size = 0
    for logged in events:
        sent = packet(logged, lang)
        size += len(orjson.dumps(sent))
        if size > BACKLOG_BYTES and packets:
            return {"head": head, "missed": packets, "more": True}
        packets.append(sent)
    return {"head": head, "missed": packets, "more": False}
