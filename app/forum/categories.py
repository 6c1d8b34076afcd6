"""The shelves of the forum: making them, naming them, their order, their space, putting one away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select, update

from app.core.audit import audit
from app.core.db import db, lock, now
from app.core.errors import Conflict, Invalid, NotFound
from app.core.events import record
from app.core.i18n import lazy_pgettext
from app.core.policy import Actor, require
from app.core.subjects import SubjectChanged
from app.forum.events import TopicRefiled
from app.forum.lifecycle import OUT_OF_STEP
from app.forum.models import Category, Post, Space, Topic
from app.forum.moving import carrying
from app.forum.moving.policy import audience_grows
from app.forum.moving.relocating import MORE_READERS
from app.forum.naming import DESCRIPTION_MAX, TITLE_MAX, check_lengths, free_slug
from app.forum.order.held import HeldText
from app.forum.spaces.policy import can_run_spaces

SLUG_MAX, TEMPLATE_MAX = 60, 4_000
NO_TITLE = lazy_pgettext("forum rule", "Give the category a title in at least one language.")
SLUG_TAKEN = lazy_pgettext("forum rule", "Another category has this address already.")


@dataclass(frozen=True)
class CategoryDraft:
    """What a category is to be. Texts by interface language."""

    title: dict[str, str]
    description: dict[str, str] = field(default_factory=dict)
    template: dict[str, str] = field(default_factory=dict)
    is_locked: bool = False


def create_category(actor: Actor, space: Space, draft: CategoryDraft, slug: str = "") -> Category:
    """Add a category to a space, the last in order. Raises NotAllowed, Invalid."""
    require(can_run_spaces(actor))
    _check(draft)
    chosen = free_slug(Category.slug, slug, draft.title, SLUG_MAX, default="category", taken=SLUG_TAKEN)
    last = db.session.scalar(select(func.max(Category.position)).where(Category.space_id == space.id)) or 0
    category = Category(space_id=space.id, slug=chosen, position=last + 1, **_fields(draft))
    db.session.add(category)
    db.session.flush()
    db.session.expire(space, ["categories"])
    _tell(actor, "create_category", category)
    return category


def edit_category(actor: Actor, category: Category, draft: CategoryDraft) -> Category:
    """Change what a category says of itself. Raises NotAllowed, Invalid."""
    require(can_run_spaces(actor))
    _check(draft)
    lock(category)
    changed = sorted(name for name, value in _fields(draft).items() if getattr(category, name) != value)
    for name in changed:
        setattr(category, name, _fields(draft)[name])
    if changed:
        db.session.flush()
        _tell(actor, "edit_category", category, changed=changed)
    return category


def archive_category(actor: Actor, category: Category) -> None:
    """Put a category away: it is read, and nothing is added. Raises NotAllowed, Conflict."""
    _archive(actor, category, "archive_category")


def restore_category(actor: Actor, category: Category) -> None:
    """Take a category into use again. Raises NotAllowed, Conflict."""
    _archive(actor, category, "restore_category")


def _archive(actor: Actor, category: Category, action: str) -> None:
    require(can_run_spaces(actor))
    lock(category)
    is_away = category.archived_at is not None
    if is_away is (action == "archive_category"):
        raise Conflict(OUT_OF_STEP)
    category.archived_at = None if is_away else now()
    record(SubjectChanged("category", category.id))
    _tell(actor, action, category)


def move_category(actor: Actor, category: Category, space: Space, *, accepts_readers: bool = False) -> None:
    """Put a category and all in it into another space, the last in order. Raises NotAllowed, Invalid(space)."""
    require(can_run_spaces(actor))
    before = category.space
    if before.id == space.id:
        return
    if audience_grows(before, space) and not accepts_readers:
        raise Invalid(MORE_READERS, "accepts_readers")
    lock(category)
    last = db.session.scalar(select(func.max(Category.position)).where(Category.space_id == space.id)) or 0
    category.space, category.position = space, last + 1
    db.session.flush()
    topics = db.session.scalars(select(Topic.id).where(Topic.category_id == category.id)).all()
    posts = db.session.scalars(select(Post.id).where(Post.topic_id.in_(topics))).all()
    carrying.refresh_around(posts)
    held = update(HeldText).where(HeldText.post_id.in_(posts)).values(space_id=space.id)
    db.session.execute(held.execution_options(synchronize_session=False))
    for topic_id in topics:
        record(TopicRefiled(topic_id, space.id))
        record(SubjectChanged("topic", topic_id))
    for post_id in posts:
        record(SubjectChanged("post", post_id))
    _tell(actor, "move_category", category, before=before.id, after=space.id)


def order_spaces(actor: Actor, slugs: Sequence[str]) -> None:
    """Give the spaces this order; those not named keep theirs, after these. Raises NotAllowed, NotFound."""
    require(can_run_spaces(actor))
    spaces = list(db.session.scalars(select(Space).order_by(Space.position, Space.id)))
    if _ordered(spaces, slugs):
        audit(actor, "order_spaces", "space", 0, order=[space.id for space in sorted(spaces, key=_position)])
        for space in spaces:
            record(SubjectChanged("space", space.id))


def order_categories(actor: Actor, space: Space, slugs: Sequence[str]) -> None:
    """Give the categories of a space this order. Raises NotAllowed, NotFound."""
    require(can_run_spaces(actor))
    shelves = list(
        db.session.scalars(
            select(Category).where(Category.space_id == space.id).order_by(Category.position, Category.id)
        )
    )
    if _ordered(shelves, slugs):
        db.session.flush()
        db.session.expire(space, ["categories"])
        order = [shelf.id for shelf in sorted(shelves, key=_position)]
        audit(actor, "order_categories", "space", space.id, space_id=space.id, order=order)
        record(SubjectChanged("space", space.id))


def moved(slugs: Sequence[str], slug: str, steps: int) -> list[str]:
    """The order in which one has gone some steps up (below zero) or down. Raises NotFound."""
    if slug not in slugs:
        raise NotFound
    rest = [one for one in slugs if one != slug]
    place = max(0, min(len(rest), list(slugs).index(slug) + steps))
    return [*rest[:place], slug, *rest[place:]]


def _position(row: Any) -> int:
    return int(row.position)


def _ordered(rows: Sequence[Any], slugs: Sequence[str]) -> bool:
    """Number the rows anew; whether that changed anything."""
    known = {row.slug: row for row in rows}
    if not set(slugs) <= known.keys():
        raise NotFound
    named = list(dict.fromkeys(slugs))
    order = [*named, *(row.slug for row in rows if row.slug not in named)]
    is_new = order != [row.slug for row in rows]
    for place, slug in enumerate(order):
        if known[slug].position != place:
            known[slug].position = place
    return is_new


def _fields(draft: CategoryDraft) -> dict[str, Any]:
    texts = {name: getattr(draft, name) for name in ("title", "description", "template")}
    kept = {name: {lang: text for lang, text in said.items() if text.strip()} for name, said in texts.items()}
    return kept | {"is_locked": draft.is_locked}


def _check(draft: CategoryDraft) -> None:
    if not any(text.strip() for text in draft.title.values()):
        raise Invalid(NO_TITLE, "title")
    most = {"title": TITLE_MAX, "description": DESCRIPTION_MAX, "template": TEMPLATE_MAX}
    check_lengths({name: (getattr(draft, name), length) for name, length in most.items()})


def _tell(actor: Actor, action: str, category: Category, **detail: Any) -> None:
    audit(actor, action, "category", category.id, "", category.space_id, **detail)
    record(SubjectChanged("space", category.space_id))
