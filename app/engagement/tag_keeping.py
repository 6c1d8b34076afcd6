"""Keeping the tags in order: new names, merges, withdrawal, groups. What an old name led to is led to the new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, func, select, update

from app.core.audit import audit
from app.core.db import db, lock
from app.core.errors import Conflict, Invalid, NotFound
from app.core.events import record
from app.core.i18n import DEFAULT, INTERFACE, lazy_pgettext
from app.core.policy import Actor, require
from app.core.slugs import slugify
from app.core.subjects import SubjectChanged, SubjectRenamed, kind
from app.core.typed import one_line
from app.core.upsert import insert_into
from app.engagement.events import TagsChanged, TagsKept
from app.engagement.models import Follow, Tag, Tagging, TagGroup, TagGroupMember, TagSynonym
from app.engagement.policy import can_keep_tags
from app.engagement.tag_limits import canonical
from app.engagement.tagging import BAD_TAG, TAG_LENGTH, labels_of
from app.terms.queries import vocabulary

IS_THEME = lazy_pgettext("engagement rule", "This tag is a theme: its names are those of the vocabulary.")
TAKEN = lazy_pgettext("engagement rule", "Another tag has this name: merge the two.")
ITSELF = lazy_pgettext("engagement rule", "Choose another tag to merge this one into.")
NEEDS_TITLE = lazy_pgettext("engagement rule", "Give the group a name in one language at least.")


def tags_for(words: Iterable[str]) -> list[int]:
    """Ids of the tags that these words name, made where there are none. Raises Invalid."""
    wanted = canonical(labels_of(words, vocabulary()))
    if not wanted:
        return []
    rows = [{"slug": slug, "label": wanted[slug]} for slug in sorted(wanted)]
    db.session.execute(insert_into(Tag).values(rows).on_conflict_do_nothing())
    return list(db.session.scalars(select(Tag.id).where(Tag.slug.in_(wanted)).order_by(Tag.slug)))


def rename_tag(actor: Actor, tag: Tag, label: str) -> Tag:
    """Give a free tag another name; its old one leads to it. Raises NotAllowed, Invalid, Conflict."""
    require(can_keep_tags(actor))
    lock(tag)
    named, slug = _name(label)
    if vocabulary().get(tag.slug):
        raise Invalid(IS_THEME, "label")
    other = db.session.scalars(select(Tag).where(Tag.slug == slug, Tag.id != tag.id)).first()
    if other or vocabulary().find(named):
        raise Conflict(TAKEN)
    db.session.execute(delete(TagSynonym).where(TagSynonym.slug == slug))
    if slug != tag.slug:
        db.session.add(TagSynonym(slug=tag.slug, label=tag.label, tag_id=tag.id))
    tag.slug, tag.label = slug, named
    db.session.flush()
    _note(actor, "rename_tag", tag.id)
    _tell(_bearers(tag))
    return tag


def merge_tags(actor: Actor, source: Tag, target: Tag) -> Tag:
    """Let one tag take over another with all that bears it, who follows it and what leads to it.

    Returns the target. Raises NotAllowed, Invalid.
    """
    require(can_keep_tags(actor))
    if source.id == target.id:
        raise Invalid(ITSELF, "target")
    for tag in sorted((source, target), key=lambda one: one.id):  # one order for all writers
        lock(tag)
    touched = _bearers(source)
    taken = [{"tag_id": target.id, "subject_kind": name, "subject_id": subject_id} for name, subject_id in touched]
    if taken:
        db.session.execute(insert_into(Tagging).values(taken).on_conflict_do_nothing())
    carry_follows("tag", source.id, target.id)
    db.session.execute(update(TagSynonym).where(TagSynonym.tag_id == source.id).values(tag_id=target.id))
    db.session.execute(delete(Tagging).where(Tagging.tag_id == source.id))
    slug, label = source.slug, source.label
    db.session.delete(source)
    db.session.flush()
    if not vocabulary().get(slug):
        db.session.add(TagSynonym(slug=slug, label=label, tag_id=target.id))
    _note(actor, "merge_tags", target.id, source=slug)
    _tell(touched)
    return target


def add_synonym(actor: Actor, tag: Tag, word: str) -> None:
    """Let another word lead to a tag. Raises NotAllowed, Invalid, Conflict."""
    require(can_keep_tags(actor))
    named, slug = _name(word)
    taken = db.session.scalar(select(func.count()).select_from(Tag).where(Tag.slug == slug))
    if taken or vocabulary().find(named):
        raise Conflict(TAKEN)
    wanted = insert_into(TagSynonym).values(slug=slug, label=named, tag_id=tag.id)
    db.session.execute(wanted.on_conflict_do_update(index_elements=[TagSynonym.slug], set_={"tag_id": tag.id}))
    _note(actor, "add_synonym", tag.id)


def forget_synonym(actor: Actor, tag: Tag, slug: str) -> None:
    """Let a word lead to a tag no longer. Raises NotAllowed, NotFound."""
    require(can_keep_tags(actor))
    synonym = db.session.get(TagSynonym, slug)
    if synonym is None or synonym.tag_id != tag.id:
        raise NotFound
    db.session.delete(synonym)
    _note(actor, "forget_synonym", tag.id)


def withdraw_tag(actor: Actor, tag: Tag, is_withdrawn: bool = True) -> Tag:
    """Let a tag be put nowhere else, or allow it again; where it is it stays. Raises NotAllowed."""
    require(can_keep_tags(actor))
    lock(tag).is_withdrawn = is_withdrawn
    _note(actor, "withdraw_tag" if is_withdrawn else "allow_tag", tag.id)
    return tag


def keep_for_staff(actor: Actor, tag: Tag, is_staff_only: bool = True) -> Tag:
    """Keep a tag for those who keep order, or open it to all. Raises NotAllowed."""
    require(can_keep_tags(actor))
    lock(tag).is_staff_only = is_staff_only
    _note(actor, "keep_tag" if is_staff_only else "open_tag", tag.id)
    return tag


def save_tag_group(
    actor: Actor, group: TagGroup | None, title: Mapping[str, str], words: Iterable[str], *, is_single: bool
) -> TagGroup:
    """Make a group, or change one: its names by language, its tags, whether a subject bears one at most.

    Raises NotAllowed, Invalid.
    """
    require(can_keep_tags(actor))
    names = {lang: named for lang, text in title.items() if lang in INTERFACE and (named := one_line(text)[:80])}
    if not names:
        raise Invalid(NEEDS_TITLE, "title")
    ids = tags_for(words)
    kept = group or TagGroup()
    kept.title, kept.is_single = names, is_single
    db.session.add(kept)
    db.session.flush()
    db.session.execute(delete(TagGroupMember).where(TagGroupMember.group_id == kept.id))
    db.session.add_all(TagGroupMember(group_id=kept.id, tag_id=tag_id) for tag_id in ids)
    audit(actor, "save_tag_group", "tag_group", kept.id, tags=ids)
    record(TagsKept(0))
    return kept


def drop_tag_group(actor: Actor, group: TagGroup) -> None:
    """Forget a group; its tags stay. Raises NotAllowed."""
    require(can_keep_tags(actor))
    audit(actor, "drop_tag_group", "tag_group", group.id)
    record(TagsKept(0))
    db.session.delete(group)


def carry_follows(kind_name: str, source_id: int, target_id: int) -> None:
    """Let who follows one subject follow another at the same level, unless they chose one there."""
    same = Follow.subject_kind == kind_name
    chosen = select(Follow.user_id).where(same, Follow.subject_id == target_id)
    moving = (same, Follow.subject_id == source_id)
    db.session.execute(update(Follow).where(*moving, Follow.user_id.not_in(chosen)).values(subject_id=target_id))
    db.session.execute(delete(Follow).where(*moving))


def _name(label: str) -> tuple[str, str]:
    named = one_line(label)
    slug = slugify(named, TAG_LENGTH)
    if slug == "-" or len(named) > TAG_LENGTH:
        raise Invalid(BAD_TAG, "label")
    return named, slug


def _note(actor: Actor, action: str, tag_id: int, **facts: Any) -> None:
    audit(actor, action, "tag", tag_id, **facts)
    record(TagsKept(tag_id))


def _bearers(tag: Tag) -> list[tuple[str, int]]:
    query = select(Tagging.subject_kind, Tagging.subject_id).where(Tagging.tag_id == tag.id)
    return [(name, subject_id) for name, subject_id in db.session.execute(query.order_by(Tagging.subject_id))]


def _tell(touched: Iterable[tuple[str, int]]) -> None:
    """Whatever bears the tag looks different, and is found by other words."""
    for name, subject_id in touched:
        room = f"{name}:{subject_id}" if kind(name).has_room else ""
        record(TagsChanged(name, subject_id, room))
        record(SubjectChanged(name, subject_id))
        record(SubjectRenamed(name, subject_id))


def theme_tag(code: str) -> Tag | None:
    """The tag of a theme, made where nothing bears it yet; None for a code that is no theme."""
    theme = vocabulary().get(code)
    if theme is None:
        return None
    label = theme.label(DEFAULT)
    db.session.execute(insert_into(Tag).values(slug=theme.slug, label=label[:TAG_LENGTH]).on_conflict_do_nothing())
    return db.session.scalars(select(Tag).where(Tag.slug == theme.slug)).one()
