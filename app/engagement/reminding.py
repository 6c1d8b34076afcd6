"""Reminders of bookmarks: moments on the member's own clock, and the mails that go when they come."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.accounts.models import User
from app.core import mail
from app.core.db import db, lock, now
from app.core.errors import Invalid
from app.core.events import record, unit_of_work
from app.core.i18n import lazy_pgettext, speaking
from app.core.subjects import kind, kinds
from app.engagement.events import BookmarkChanged
from app.engagement.models import Bookmark

log = logging.getLogger(__name__)
MORNING = time(9)
"""When a reminder comes that was asked for by its day alone."""
PRESETS = ("none", "tomorrow", "next_week", "at")
NO_SUCH_PRESET = lazy_pgettext("engagement rule", "Choose when to be reminded.")
NO_MOMENT = lazy_pgettext("engagement rule", "Choose a day, and a time if you like.")


def moment_of(preset: str, day: str, clock: str, zone: str) -> datetime | None:
    """The moment a member asks for, in UTC: tomorrow or next Monday in the morning, or a day and time of theirs.

    Raises Invalid.
    """
    if preset not in PRESETS:
        raise Invalid(NO_SUCH_PRESET, "preset")
    if preset == "none":
        return None
    here = ZoneInfo(zone)
    today = now().astimezone(here).date()
    if preset == "tomorrow":
        return _at(today + timedelta(days=1), MORNING, here)
    if preset == "next_week":
        return _at(today + timedelta(days=7 - today.weekday()), MORNING, here)
    try:
        return _at(date.fromisoformat(day), time.fromisoformat(clock) if clock else MORNING, here)
    except (ValueError, OverflowError):
        raise Invalid(NO_MOMENT, "moment") from None


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock.replace(tzinfo=None), zone).astimezone(UTC)


def remind_due(limit: int = 200) -> int:
    """Send the reminders that are due, each once however often this is killed; returns how many mails were written."""
    due = select(Bookmark.id).where(Bookmark.remind_at <= now()).order_by(Bookmark.remind_at, Bookmark.id)
    return sum(_remind(bookmark_id) for bookmark_id in db.session.scalars(due.limit(limit)).all())


def _remind(bookmark_id: int) -> bool:
    """One reminder: that it went and the mail are written by the same unit of work."""
    try:
        with unit_of_work():
            return _write(bookmark_id)
    except Exception:  # one that cannot be written must not hold up the others; it is tried again with the next look
        log.exception("reminder %s was not sent when it was due", bookmark_id)
        return False


def _write(bookmark_id: int) -> bool:
    mark = db.session.get(Bookmark, bookmark_id)
    if mark is None:
        return False
    lock(mark)
    if mark.remind_at is None or mark.remind_at > now():
        return False
    mark.remind_at, mark.reminded_at = None, now()
    record(BookmarkChanged(mark.user_id, mark.subject_kind, mark.subject_id))
    member = db.session.get_one(User, mark.user_id)
    known = {one.name for one in kinds()}
    if not (member.email and member.active and member.status == "active" and mark.subject_kind in known):
        return False
    declared = kind(mark.subject_kind)
    if mark.subject_id not in declared.visible_to(member, [mark.subject_id]):
        return False
    with speaking(member.ui_lang):
        link = declared.link(declared.load([mark.subject_id])[mark.subject_id])
    mail.send(member.email, "engagement/reminder", member.ui_lang, member=member, link=link, note=mark.note)
    return True
