"""The calendar file of a live session: local times with their zone, for any calendar."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vText

from app.core.db import now
from app.forum.sessions.models import LiveSession


def calendar_of(session: LiveSession, address: str, host: str, site: str) -> bytes:
    """RFC 5545: one event with a stable UID, its zone's rules beside it."""
    zone = ZoneInfo(session.timezone)
    topic = session.topic
    event = Event()
    event.add("uid", f"{topic.public_id}@{host}")
    event.add("dtstamp", _utc(now()))
    event.add("last-modified", _utc(session.phase_at))
    event.add("sequence", session.version - 1)
    event.add("dtstart", session.starts_at.astimezone(zone))
    event.add("dtend", session.ends_at.astimezone(zone))
    event.add("summary", vText(topic.title, params={"LANGUAGE": topic.lang}))
    event.add("url", address)
    event.add("description", address)
    event.add("status", "CANCELLED" if topic.state in {"hidden", "removed"} else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", f"-//{site}//Beffroi//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
