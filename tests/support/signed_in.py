"""Members signed in without a form: the cookie that their browser would have."""

from __future__ import annotations

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from app.accounts.drafts import SessionDraft
from app.accounts.models import User
from app.accounts.services import open_session
from app.accounts.sessions import KEY, digest, new_token
from app.core.events import unit_of_work


def cookie_of(app: Flask, member: User, is_shared_device: bool = False) -> str:
    """`name=value` of the cookie of a new device on which the member is signed in."""
    token = new_token()
    with unit_of_work():
        open_session(member, SessionDraft(digest(token), is_shared_device, device="Test browser"))
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer
    return f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps({KEY: token, '_fresh': True})}"
