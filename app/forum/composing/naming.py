"""From names typed in a text to ids: `@handle` is a member, `#word` a tag. What nobody bears stays as it was typed."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from app.accounts.models import User
from app.core.db import db
from app.core.marks import HANDLE, MEMBER, TAG
from app.engagement.models import Tag
from app.forum.models import Post, PostMention
from app.terms.queries import vocabulary

MOST_NAMED = 50
"""Members whom one text may name; the names after them stay as they were typed."""


def resolve_names(html: str) -> str:
    """Rendered HTML with ids in the place of names."""
    handles = list(dict.fromkeys(match[1] for match in HANDLE.finditer(html)))[:MOST_NAMED]
    if handles:
        query = select(User.handle, User.public_id).where(User.handle.in_(handles), User.status == "active")
        named = dict(db.session.execute(query).all())
        html = HANDLE.sub(
            lambda match: f'<span data-member="{named[match[1]]}"></span>' if match[1] in named else match[2], html
        )
    if slugs := {match[1] for match in TAG.finditer(html)}:
        known = set(db.session.scalars(select(Tag.slug).where(Tag.slug.in_(slugs))))
        known |= {slug for slug in slugs if vocabulary().get(slug)}
        html = TAG.sub(lambda match: match[0] if match[1] in known else match[2], html)
    return html


def note_mentions(post: Post) -> None:
    """Remember whom the text of a post, which is written already, names now."""
    named = set(MEMBER.findall(post.html))
    if not named and not post.edits:
        return
    kept = {row.user_id: row for row in db.session.scalars(select(PostMention).where(PostMention.post_id == post.id))}
    wanted = set(db.session.scalars(select(User.id).where(User.public_id.in_(named))))
    for user_id, row in kept.items():
        if user_id not in wanted:
            db.session.delete(row)
    db.session.add_all(PostMention(post_id=post.id, user_id=user_id) for user_id in sorted(wanted - kept.keys()))


def people_named(public_ids: Iterable[str]) -> dict[str, User]:
    """Members by public id."""
    wanted = set(public_ids)
    if not wanted:
        return {}
    query = select(User).where(User.public_id.in_(wanted)).options(lazyload(User.roles))
    return {member.public_id: member for member in db.session.scalars(query)}
