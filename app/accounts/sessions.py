"""Sessions as Flask-Login sees them: the cookie holds a token, which finds a `SessionRecord`, and that its member."""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from typing import Any, cast

from flask import Flask, Response, current_app, g, request, session
from flask_security.utils import set_request_attr

from app.accounts import queries, services
from app.accounts.devices import device_name, rough_address
from app.accounts.drafts import SessionDraft
from app.accounts.identity import afterwards
from app.accounts.models import SessionRecord, User
from app.accounts.queries import OpenSession
from app.accounts.second_step import factor_of
from app.core.db import db, now
from app.core.events import unit_of_work

KEY = "_user_id"
"""Where Flask-Login keeps who is signed in; here, the token of the session."""
WAITING = "awaits_code"
"""In the cookie of a session whose second step is still to come."""

CARRIED = ("_flashes", "invitation")
"""What goes with a visitor who signs in: words not shown yet, and the invitation that brought them here."""


def digest(token: str) -> str:
    """What the database keeps of a token."""
    return urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).decode().rstrip("=")


def new_token() -> str:
    """A token nobody can guess."""
    return secrets.token_urlsafe(32)


def load_member(token: str) -> User | None:
    """Flask-Login's question: who holds this token? One query, with the member's roles."""
    found = queries.find_session(digest(token))
    if found is None and session.get(WAITING):
        return None
    if found is None:
        for key in (KEY, "_fresh", "_id", "fs_paa"):
            session.pop(key, None)
        return None
    member, opened = found
    g.open_session = opened
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", opened.created_at.timestamp()))
    return member


def current_session() -> OpenSession | None:
    """The session of this request, once the member was asked for."""
    return cast(OpenSession | None, g.get("open_session"))


def current_digest() -> str:
    """What the database keeps of this request's token; of no token, an empty string."""
    return digest(session[KEY]) if KEY in session else ""


def on_signed_in(_app: Flask, user: User, **_: Any) -> None:
    """Give the session a new token; its record is written when the view commits. A token from before is void."""
    before, token, is_shared = current_session(), new_token(), bool(g.get("is_shared_device"))
    g.awaits_code = factor_of(user.id) is not None
    kept = {name: session[name] for name in CARRIED if name in session}
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF keeps there the one of the session that ends
    session.update({KEY: token, "_fresh": True} | kept | ({WAITING: True} if g.awaits_code else {}))
    session.permanent = not is_shared
    draft = SessionDraft(
        digest(token),
        is_shared,
        device_name(request.headers.get("User-Agent", "")),
        rough_address(request.remote_addr or ""),
        g.awaits_code,
    )
    g.open_session = OpenSession(0, now(), now(), is_shared)

    def write() -> None:
        services.open_session(user, draft)
        if before is not None and before.id:
            _end(user, before.id)

    afterwards(write)


def on_signed_out(_app: Flask, user: User | None = None, **_: Any) -> None:
    """Forget the session on both sides."""
    opened = current_session()
    session.clear()
    if user is not None and opened is not None:
        with unit_of_work():
            _end(user, opened.id)
    g.signed_out = "shared" if opened is not None and opened.is_shared_device else "own"


def _end(user: User, session_id: int) -> None:
    row = db.session.get(SessionRecord, session_id)
    if row is not None:
        services.end_session(user, row)


def keep_session_rules(response: Response) -> Response:
    """Nothing stays on a shared device; a session in use lasts on, which is written after the answer has left."""
    opened, signed_out = current_session(), g.get("signed_out")
    if signed_out:
        kinds = '"cache", "cookies", "storage"' if signed_out == "shared" else '"cache", "storage"'
        response.headers["Clear-Site-Data"] = kinds
    if opened is None:
        return response
    if opened.is_shared_device:
        response.cache_control.no_store = True
    if opened.id and not signed_out and now() - opened.last_seen_at >= services.SEEN_EVERY:
        session.modified = True  # the cookie's own age starts again
        app, session_id = current_app._get_current_object(), opened.id  # type: ignore[attr-defined]  # noqa: SLF001
        response.call_on_close(lambda: _note_seen(app, session_id))
    return response


def _note_seen(app: Flask, session_id: int) -> None:
    with app.app_context(), unit_of_work():
        services.note_seen(session_id)
