"""What a space is: making one, changing it, archiving it. A change of audience takes effect everywhere at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import aliased

from app.core.audit import audit
from app.core.db import db, lock, now
from app.core.errors import Conflict, Invalid
from app.core.events import record
from app.core.i18n import CONTENT, lazy_pgettext
from app.core.policy import Actor, require
from app.core.subjects import SubjectChanged, SubjectPublished
from app.forum.lifecycle import OUT_OF_STEP
from app.forum.models import (
    POSTINGS,
    PREMODERATIONS,
    VISIBILITIES,
    Category,
    Post,
    PostReference,
    Space,
    Topic,
)
from app.forum.naming import DESCRIPTION_MAX, TITLE_MAX, check_lengths, free_slug
from app.forum.spaces import policy

SLUG_MAX = 40
NO_TITLE = lazy_pgettext("forum rule", "Give the space a title in at least one language.")
NOT_OFFERED = lazy_pgettext("option rule", "Choose one of the values offered.")
SLUG_TAKEN = lazy_pgettext("forum rule", "Another space has this address already.")
CODES = ("visibility", "posting", "premoderation")
"""What the audit log says of a change; it holds no text of members."""


@dataclass(frozen=True)
class SpaceDraft:
    """What a space is to be. Texts by interface language."""

    title: dict[str, str]
    description: dict[str, str]
    visibility: str = "public"
    posting: str = "members"
    premoderation: str = "none"
    langs: tuple[str, ...] = ()


def create_space(actor: Actor, draft: SpaceDraft, slug: str = "", kind: str = "forum") -> Space:
    """Make a space, the last in order. Without a slug its title makes one. Raises NotAllowed, Invalid."""
    require(policy.can_run_spaces(actor))
    _check(draft)
    chosen = free_slug(Space.slug, slug, draft.title, SLUG_MAX, default="space", taken=SLUG_TAKEN)
    last = db.session.scalar(select(func.max(Space.position))) or 0
    space = Space(slug=chosen, kind=kind, position=last + 1, **_fields(draft))
    db.session.add(space)
    db.session.flush()
    audit(actor, "create_space", "space", space.id, space_id=space.id, visibility=space.visibility)
    record(SubjectPublished("space", space.id))
    return space


def edit_space(actor: Actor, space: Space, draft: SpaceDraft) -> Space:
    """Change what a space says of itself and who it is for. Raises NotAllowed, Invalid."""
    require(policy.can_give_visibility(actor, space, draft.visibility))
    _check(draft)
    lock(space)
    before = {name: getattr(space, name) for name in _fields(draft)}
    changed = sorted(name for name, value in _fields(draft).items() if before[name] != value)
    if not changed:
        return space
    for name, value in _fields(draft).items():
        setattr(space, name, value)
    db.session.flush()
    if "visibility" in changed:
        forget_citations(space)
    codes: dict[str, Any] = {name: [before[name], getattr(space, name)] for name in changed if name in CODES}
    audit(actor, "edit_space", "space", space.id, "", space.id, changed=changed, **codes)
    record(SubjectChanged("space", space.id))
    return space


def archive_space(actor: Actor, space: Space) -> None:
    """Keep a space as it is: read by those who could read it, and nothing is added. Raises NotAllowed, Conflict."""
    _archive(actor, space, "archive_space")


def restore_space(actor: Actor, space: Space) -> None:
    """Take an archived space into use again. Raises NotAllowed, Conflict."""
    _archive(actor, space, "restore_space")


def _archive(actor: Actor, space: Space, action: str) -> None:
    require(policy.can_run_spaces(actor))
    lock(space)
    if space.is_archived is (action == "archive_space"):
        raise Conflict(OUT_OF_STEP)
    space.archived_at = now() if action == "archive_space" else None
    audit(actor, action, "space", space.id, space_id=space.id)
    for category in space.categories:
        record(SubjectChanged("category", category.id))
    record(SubjectChanged("space", space.id))


def _fields(draft: SpaceDraft) -> dict[str, Any]:
    return {
        "title": {lang: text for lang, text in draft.title.items() if text},
        "description": {lang: text for lang, text in draft.description.items() if text},
        "visibility": draft.visibility,
        "posting": draft.posting,
        "premoderation": draft.premoderation,
        "langs": list(draft.langs),
    }


def _check(draft: SpaceDraft) -> None:
    if not any(draft.title.values()):
        raise Invalid(NO_TITLE, "title")
    check_lengths({"title": (draft.title, TITLE_MAX), "description": (draft.description, DESCRIPTION_MAX)})
    offered = (("visibility", VISIBILITIES), ("posting", POSTINGS), ("premoderation", PREMODERATIONS))
    for field, values in offered:
        if getattr(draft, field) not in values:
            raise Invalid(NOT_OFFERED, field)
    if not set(draft.langs) <= set(CONTENT):
        raise Invalid(NOT_OFFERED, "langs")


def forget_citations(space: Space) -> None:
    """Messages elsewhere that quote one of this space are rendered anew: they name its author only while they may."""
    target, topic, shelf = aliased(Post), aliased(Topic), aliased(Category)
    cited_here = (
        select(PostReference.post_id)
        .join(target, target.id == PostReference.target_id)
        .join(topic, topic.id == target.topic_id)
        .join(shelf, shelf.id == topic.category_id)
        .where(shelf.space_id == space.id)
    )
    inside = select(Topic.id).join(Category, Category.id == Topic.category_id).where(Category.space_id == space.id)
    elsewhere = Post.topic_id.not_in(inside)
    changed = update(Post).where(Post.id.in_(cited_here), elsewhere).values(version=Post.version + 1)
    db.session.execute(changed.execution_options(synchronize_session=False))
