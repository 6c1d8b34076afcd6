"""What an edit that waits carries besides its words, files and a poll, as it is kept with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.core.db import db
from app.engagement.models import Attachment
from app.forum.composing.extras import NOTHING, Extras
from app.forum.order.held import HeldText
from app.forum.polls.drafts import PollDraft


def kept(extras: Extras) -> dict[str, Any] | None:
    """Files, in their order, and the poll as plain values; None where there is neither."""
    if extras == NOTHING:
        return None
    files = None if extras.files is None else [list(pair) for pair in extras.files.items()]
    poll = asdict(extras.poll) if extras.poll else None
    if poll and poll["closes_at"]:
        poll["closes_at"] = poll["closes_at"].isoformat()
    return {"files": files, "poll": poll}


def extras_of(kept_extras: Mapping[str, Any] | None) -> Extras:
    """The same, as services take it."""
    if not kept_extras:
        return NOTHING
    files, poll = kept_extras["files"], kept_extras["poll"]
    return Extras(None if files is None else dict(files), _poll(poll) if poll else None)


def _poll(values: Mapping[str, Any]) -> PollDraft:
    ends = values["closes_at"]
    draft = PollDraft(**{**values, "options": tuple(values["options"])})
    return replace(draft, closes_at=datetime.fromisoformat(ends) if ends else None)


def files_carried() -> set[str]:
    """Public ids of the files of edits that wait: they stay on the shelf of whoever sent them."""
    query = select(HeldText.extras).where(HeldText.state == "waiting", HeldText.extras.is_not(None))
    return {str(public_id) for extras in db.session.scalars(query) if extras for public_id, _ in extras["files"] or ()}


def files_to_read(held: HeldText) -> list[tuple[Attachment, str]]:
    """The files of an edit that waits, each with what it is said to show."""
    files = dict(extras_of(held.extras).files or {})
    if not files:
        return []
    found = {
        row.public_id: row for row in db.session.scalars(select(Attachment).where(Attachment.public_id.in_(files)))
    }
    return [(found[public_id], alt) for public_id, alt in files.items() if public_id in found]
