"""What hangs on topics and spaces: polls, earlier texts, drafts, questions, who asked to enter and who was invited."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from app.core.db import db
from app.forum.drafting.models import PLACES
from app.forum.models import Post
from app.forum.polls.models import RESULTS
from app.transfer.carried.register import Carried, Row, Subject, carry
from app.transfer.form import BODY_MOST
from app.transfer.values import LineError, listed, words

BY = {"user_id": "person"}
DRAFTED = Subject("place", "place_id", dict(zip(PLACES, ("category", "topic", "post"), strict=True)))


def _count_voters(row: Row, line: Row) -> None:
    row["voters"] = len({vote["user"] for option in line["options"] for vote in option["votes"]})


def _count_votes(row: Row, line: Row) -> None:
    row["votes"] = len(line["votes"])


def _name_question(row: Row, line: Row) -> None:
    _count_votes(row, line)
    row["client_token"] = f"import-{row['public_id']}"


def _show_poll(row: Row) -> None:
    db.session.execute(update(Post).where(Post.id == row["post_id"]).values(has_poll=True))


def _typed(value: Any) -> dict[str, list[str]]:
    """What a form held: names with the values of each."""
    if not isinstance(value, dict):
        raise LineError("must be an object")
    return {str(name): listed(words(BODY_MOST), 100)(values) for name, values in value.items()}


_VOTES = Carried("poll_vote", (), ("created_at",), BY, under="option_id")
_OPTIONS = Carried(
    "poll_option", (), ("position", "label"), under="poll_id", children={"votes": _VOTES}, fill=_count_votes
)
carry(
    Carried("category_tag_rule", ("category_id",), ("least", "is_closed_set"), {"category_id": "category"}),
    Carried("category_tag", ("category_id", "tag_id"), (), {"category_id": "category", "tag_id": "tag"}),
    Carried(
        "poll", ("post_id",),
        ("created_at", "question", "lang", "is_multiple", "is_named", "results", "closes_at", "closed_at"),
        {"post_id": "post"}, choices={"results": RESULTS}, children={"options": _OPTIONS}, fill=_count_voters,
        after=_show_poll,
    ),
    Carried(
        "post_revision", ("post_id", "number"), ("number", "created_at", "lang", "body", "removed_at"),
        {"post_id": "post", "editor_id": "person"},
    ),
    Carried(
        "draft", ("public_id",), ("public_id", "created_at", "updated_at", "client_token", "fields", "publish_at"),
        BY, DRAFTED, ahead=("publish_at",), checks={"fields": _typed},
    ),
    Carried(
        "live_question", ("public_id",), ("public_id", "created_at", "lang", "body", "state", "decided_at"),
        {"topic_id": "topic", "author_id": "person"},
        choices={"state": ("waiting", "taken", "answered", "dismissed", "withdrawn")},
        children={"votes": Carried("question_vote", (), (), BY, under="question_id")}, fill=_name_question,
    ),
    Carried(
        "marked_post", ("post_id",), ("created_at",),
        {"post_id": "post", "topic_id": "topic", "marked_by_id": "person"},
    ),
    Carried(
        "space_request", ("space_id", "user_id", "created_at"), ("created_at", "note", "state", "reason", "decided_at"),
        {"space_id": "space", "user_id": "person", "decided_by_id": "person"},
        choices={"state": ("waiting", "accepted", "refused", "withdrawn")},
    ),
    Carried(
        "space_invitation", ("public_id",),
        ("public_id", "created_at", "kind", "email", "lang", "most_uses", "uses", "expires_at", "revoked_at"),
        {"space_id": "space", "user_id": "person", "created_by_id": "person"},
        choices={"kind": ("member", "mail", "link")},
    ),
)  # fmt: skip
