"""A text that must wait is written down without a number: nothing is counted, nobody is told but its author."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.accounts.models import User
from app.core.db import db
from app.core.events import record
from app.core.sieve import Writing
from app.forum.drafts import PostDraft
from app.forum.events import TextHeld
from app.forum.models import Post, Space
from app.forum.order import carried
from app.forum.order.held import HeldText

Causes = Sequence[dict[str, Any]]


def writing(kind: str, space: Space, draft: PostDraft, title: str = "") -> Writing:
    """What the sieve is asked about."""
    return Writing(
        kind=kind, body=draft.body, html=draft.html, lang=draft.lang, space_id=space.id,
        premoderation=space.premoderation, title=title,
    )  # fmt: skip


def title_alone(space: Space, title: str, lang: str) -> Writing:
    """A title that changes: what the space holds back was held when the topic was opened."""
    return Writing(kind="edit", body="", html="", lang=lang, space_id=space.id, title=title)


def keep(post: Post, causes: Causes) -> HeldText:
    """Have a post wait that was just written, with its topic where it would open one."""
    opens = post.topic.post_count == 0
    post.state = "pending"
    if opens:
        post.topic.state = "pending"
    return _add(post, "topic" if opens else "post", post.author_id, post.lang, causes)


def keep_edit(actor: User, post: Post, draft: PostDraft, causes: Causes) -> HeldText:
    """Have an edit wait; the post says what it said. An edit of the same member that waits already gives way."""
    drop_edits(actor, post)
    held = _add(post, "edit", actor.id, draft.lang, causes)
    held.body, held.html, held.extras = draft.body, draft.html, carried.kept(draft.extras)
    return held


def drop_edits(actor: User, post: Post) -> None:
    """Edits of this member that wait give way to a later one."""
    for earlier in _waiting(actor, post):
        earlier.state = "withdrawn"


def is_edit_waiting(actor: User, post: Post) -> bool:
    """Whether what the member made of a post waits."""
    return bool(_waiting(actor, post))


def _waiting(actor: User, post: Post) -> list[HeldText]:
    query = db.session.query(HeldText)
    return query.filter_by(post_id=post.id, author_id=actor.id, kind="edit", state="waiting").all()


def _add(post: Post, kind: str, author_id: int | None, lang: str, causes: Causes) -> HeldText:
    held = HeldText(
        post=post, kind=kind, author_id=author_id, space_id=post.topic.category.space_id, lang=lang, causes=list(causes)
    )
    db.session.add(held)
    db.session.flush()
    record(TextHeld(held.id, held.space_id))
    return held
