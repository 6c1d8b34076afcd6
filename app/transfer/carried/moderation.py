"""Reports, decisions and appeals: what is open is decided elsewhere, what was decided holds there."""

from __future__ import annotations

from app.moderation import models  # noqa: F401 - the tables
from app.transfer.carried.register import Carried, Subject, carry

_APPEAL = Carried(
    "appeal", (),
    ("public_id", "created_at", "lang", "text", "state", "answer", "answer_lang", "decided_at", "told_at"),
    {"decided_by_id": "person"}, under="decision_id", choices={"state": ("open", "upheld", "rejected")},
)  # fmt: skip
carry(
    Carried(
        "decision", ("public_id",),
        ("public_id", "created_at", "act", "reason", "statement", "statement_lang", "is_automatic", "is_reported",
         "until", "appeal_until", "state", "told_at"),
        {"actor_id": "person", "member_id": "person", "space_id": "space"}, Subject(), children={"appeal": _APPEAL},
        choices={"state": ("in_force", "lifted", "replaced", "ended")},
    ),
    Carried(
        "report", ("public_id",),
        ("public_id", "created_at", "lang", "reason", "gravity", "text", "email", "reporter_lang", "state", "looked_at",
         "decided_at", "receipt_at", "told_at"),
        {"space_id": "space", "owner_id": "person", "reporter_id": "person", "taken_by_id": "person",
         "decision_id": "decision"},
        Subject(), choices={"state": ("new", "triaged", "actioned", "dismissed", "closed")},
    ),
    Carried("canned_text", ("reason", "lang"), ("reason", "lang", "text"), is_site=True),
)  # fmt: skip
