"""Signed links of mails: whoever holds one reads a decision or a report without signing in, and may appeal."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import cast

from flask import current_app, url_for

from app.config import Settings
from app.moderation.models import Decision, Report


def key_of(thing: Decision | Report) -> str:
    """What a link to this one thing carries, and to no other."""
    secret = _settings().derived_secret(f"moderation {thing.__tablename__}")
    return hmac.new(secret.encode(), thing.public_id.encode(), sha256).hexdigest()[:40]


def is_key_of(thing: Decision | Report, key: str) -> bool:
    """Whether this is the key of that thing."""
    return hmac.compare_digest(key_of(thing).encode(), key.encode())


def decision_link(decision: Decision) -> str:
    """The absolute address of a decision, in the language in force, for a mail."""
    return _absolute(url_for("moderation.show_decision", public_id=decision.public_id, key=key_of(decision)))


def report_link(report: Report) -> str:
    """The absolute address of a report, in the language in force, for a mail."""
    return _absolute(url_for("moderation.show_report", public_id=report.public_id, key=key_of(report)))


def _absolute(path: str) -> str:
    return f"{_settings().site_url}{path}"


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])
