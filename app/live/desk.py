"""Where both servers bring what comes from a socket: who is it, may they, which handler.

Every function runs inside a request context made from the socket's handshake, on a thread that may wait.
"""

from __future__ import annotations

import logging
from typing import Any

from app.accounts.actor import current_actor
from app.accounts.sessions import current_session
from app.core.i18n import DEFAULT, INTERFACE
from app.live.handlers import HANDLERS, Caller
from app.live.hub import Hub
from app.live.roster import Socket

log = logging.getLogger("beffroi.live")


def connected(hub: Hub, sid: str, auth: Any) -> None:
    """Take a socket in. Members are known by the session cookie of the handshake; visitors may listen."""
    hub.start()
    lang = auth.get("lang") if isinstance(auth, dict) else None
    actor = current_actor()
    opened = current_session()
    session_id = opened.id if opened and not actor.is_visitor else 0
    hub.roster.add(Socket(sid, lang if lang in INTERFACE else DEFAULT, actor.actor_id, session_id))


def heard(hub: Hub, sid: str, name: str, payload: Any) -> dict[str, Any]:
    """Answer one message. A socket whose session ended, or that floods, is closed."""
    socket = hub.roster.get(sid)
    if socket is None:
        return {"error": "not_connected"}
    actor = current_actor()
    if actor.actor_id != socket.user_id or socket.is_flooding():
        hub.disconnect(socket)
        return {"error": "signed_out" if actor.actor_id != socket.user_id else "too_many"}
    try:
        return HANDLERS[name](Caller(hub, socket, actor), payload if isinstance(payload, dict) else {})
    except Exception:
        log.exception("live message %s failed", name)
        return {"error": "failed"}


def disconnected(hub: Hub, sid: str) -> None:
    """Forget a socket."""
    if socket := hub.roster.remove(sid):
        hub.presence.mark(socket.rooms)
