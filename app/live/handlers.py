"""What a browser asks on its socket: plain functions of who asks and what, the same on both servers.

Each answers with what the browser's acknowledgement receives; `{"error": code}` is a refusal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from app.accounts.models import User
from app.core.errors import DomainError
from app.core.events import unit_of_work
from app.core.policy import Actor
from app.engagement.services import mark_read
from app.live.delivery import backlog
from app.live.hub import Hub
from app.live.presence import without_names
from app.live.rights import may_follow
from app.live.roster import Socket

Payload = dict[str, Any]
TYPING_EVERY = 2.0


@dataclass(frozen=True)
class Caller:
    """Who asks, on which socket."""

    hub: Hub
    socket: Socket
    actor: Actor


def join(caller: Caller, payload: Payload) -> Payload:
    """Follow a room from `last_seq` on: what was missed, or `reload`; without `last_seq`, from now on."""
    room, last_seq = str(payload.get("room", "")), payload.get("last_seq")
    if not may_follow(caller.actor, room):
        return {"error": "forbidden"}
    # Into the room first, then the log: what happens between comes twice and is dropped by its seq, never not at all.
    if not caller.hub.enter(caller.socket, room):
        return {"error": "too_many_rooms"}
    answer = backlog(room, last_seq if isinstance(last_seq, int) else None, caller.socket.lang)
    if not room.startswith("user:"):
        told = caller.hub.presence.greet(room)
        answer["presence"] = without_names(told) if caller.actor.is_visitor else told
    return answer


def leave(caller: Caller, payload: Payload) -> Payload:
    """Stop following a room."""
    room = str(payload.get("room", ""))
    if room in caller.socket.rooms:
        caller.hub.leave(caller.socket, room)
    return {}


def typing(caller: Caller, payload: Payload) -> Payload:
    """Tell the other members of a room that this one is writing, at most once in two seconds."""
    room, actor = str(payload.get("room", "")), caller.actor
    if room not in caller.socket.rooms or not isinstance(actor, User):
        return {"error": "forbidden"}
    if monotonic() - caller.hub.typed_at.get(actor.id, -TYPING_EVERY) < TYPING_EVERY:
        return {"told": False}
    if not may_follow(actor, room):
        caller.hub.kick(caller.socket, room)
        return {"error": "forbidden"}
    caller.hub.typed_at[actor.id] = monotonic()
    who = {"id": actor.id, "name": actor.display_name, "lang": actor.name_lang}
    caller.hub.tell_typing(room, who)
    if caller.hub.channel:
        caller.hub.channel.publish({"kind": "typing", "room": room, "who": who})
    return {"told": True}


def presence(caller: Caller, payload: Payload) -> Payload:
    """Who reads a room now; names for members alone."""
    room = str(payload.get("room", ""))
    if room not in caller.socket.rooms or not may_follow(caller.actor, room):
        return {"error": "forbidden"}
    told = caller.hub.presence.of_room(room)
    return without_names(told) if caller.actor.is_visitor else told


def read(caller: Caller, payload: Payload) -> Payload:
    """Remember how far the member has read the subject of a room."""
    room, number = str(payload.get("room", "")), payload.get("number")
    kind, _, subject_id = room.partition(":")
    if caller.actor.is_visitor or not isinstance(number, int) or not may_follow(caller.actor, room):
        return {"error": "forbidden"}
    try:
        with unit_of_work():
            mark_read(caller.actor, kind, int(subject_id), number)
    except DomainError:
        return {"error": "forbidden"}
    return {"number": number}


HANDLERS: dict[str, Callable[[Caller, Payload], Payload]] = {
    "join": join,
    "leave": leave,
    "typing": typing,
    "presence": presence,
    "read": read,
}
"""Every message a browser may send."""
