"""Reads: what a page needs to know of its subjects, in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, case, or_, select, text

from app.core.db import IDS, db
from app.core.errors import NotFound
from app.core.policy import Actor
from app.core.subjects import kind
from app.engagement.models import (
    SHELF,
    Attachment,
    Follow,
    Reaction,
    ReactionCount,
    ReadMarker,
    Tag,
    Tagging,
    TagSynonym,
)
from app.engagement.oversight import space_of
from app.terms.queries import vocabulary

FEW = 500
"""Subjects asked about at once, where one that may be seen is enough."""
Counts = dict[str, int]
"""Reactions by code; a code that nobody chose is absent."""


@dataclass(frozen=True)
class TagLabel:
    """A tag as pages show it: a theme in the reader's language, a free word as it was written."""

    slug: str
    label: str
    theme: str = ""
    """Code of the theme that the tag is, or empty."""


@dataclass
class Engagement:
    """What a page shows of its subjects and of the reader's dealings with them."""

    counts: dict[int, Counts] = field(default_factory=lambda: defaultdict(dict))
    """Reactions by subject id, then by code."""
    own: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    """The reader's own reactions by subject id."""
    last_read: int | None = None
    """How far the reader has read the container; None when never opened."""
    level: str | None = None
    """How closely the reader follows the container; None when they never chose."""
    tags: list[TagLabel] = field(default_factory=list)
    """Tags of the container, in order of their labels."""
    tag_ids: set[int] = field(default_factory=set)
    """Their ids."""
    levels: dict[tuple[str, int], str] = field(default_factory=dict)
    """How closely the reader follows the container, and spaces, categories, tags and members: by kind and id."""
    bookmarked: set[tuple[str, int]] = field(default_factory=set)
    """Kind and id of what the reader bookmarked, of the subjects and their container."""


_SHARED = """
SELECT 'count' AS what, subject_id AS id, code AS word, '' AS label, count AS number FROM reaction_count
 WHERE subject_kind = :kind AND subject_id IN :ids AND count > 0
UNION ALL
SELECT 'tag', tag.id, tag.slug, tag.label, 0 FROM tagging JOIN tag ON tag.id = tagging.tag_id
 WHERE tagging.subject_kind = :container AND tagging.subject_id = :container_id
"""
_OWN = """
UNION ALL
SELECT 'own', subject_id, code, '', 0 FROM reaction
 WHERE subject_kind = :kind AND subject_id IN :ids AND user_id = :me
UNION ALL
SELECT 'read', subject_id, '', '', last_number FROM read_marker
 WHERE user_id = :me AND subject_kind = :container AND subject_id = :container_id
UNION ALL
SELECT 'follow', subject_id, level, subject_kind, 0 FROM follow
 WHERE user_id = :me AND (subject_kind IN ('space', 'category', 'tag', 'member')
  OR (subject_kind = :container AND subject_id = :container_id))
UNION ALL
SELECT 'bookmark', subject_id, subject_kind, '', 0 FROM bookmark
 WHERE user_id = :me AND ((subject_kind = :kind AND subject_id IN :ids)
  OR (subject_kind = :container AND subject_id = :container_id))
"""
_FOR_VISITOR = text(_SHARED).bindparams(IDS)
_FOR_MEMBER = text(_SHARED + _OWN).bindparams(IDS)


def engagement_of(actor: Actor, kind_name: str, ids: Collection[int], container: tuple[str, int]) -> Engagement:
    """Reactions to some subjects, and tags, read marker and follow level of what contains them: one query.

    The caller has checked that the actor may see them.
    """
    values: dict[str, Any] = {"kind": kind_name, "ids": list(ids), "container": container[0]}
    values |= {"container_id": container[1], "me": actor.actor_id}
    found = Engagement()
    for what, subject_id, word, label, number in db.session.execute(
        _FOR_VISITOR if actor.is_visitor else _FOR_MEMBER, values
    ):
        if what == "count":
            found.counts[subject_id][word] = number
        elif what == "own":
            found.own[subject_id].add(word)
        elif what == "tag":
            found.tags.append(tag_label(word, label))
            found.tag_ids.add(subject_id)
        elif what == "read":
            found.last_read = number
        elif what == "bookmark":
            found.bookmarked.add((word, subject_id))
        else:
            found.levels[label, subject_id] = word
    found.level = found.levels.get(container)
    found.tags.sort(key=lambda tag: tag.label)
    return found


def reaction_counts(kind_name: str, ids: Collection[int]) -> dict[int, Counts]:
    """Reactions by subject id, then by code; a subject without any is an empty map."""
    counts: dict[int, Counts] = {subject_id: {} for subject_id in ids}
    for subject_id, code, count in db.session.execute(_COUNTS, {"kind": kind_name, "ids": list(ids)}):
        counts[subject_id][code] = count
    return counts


def own_reactions(actor: Actor, kind_name: str, subject_id: int) -> set[str]:
    """The codes with which the actor reacted to a subject."""
    return set(db.session.scalars(_OWN_REACTIONS, {"kind": kind_name, "id": subject_id, "actor": actor.actor_id}))


_COUNTS = select(ReactionCount.subject_id, ReactionCount.code, ReactionCount.count).where(
    ReactionCount.subject_kind == bindparam("kind"), ReactionCount.subject_id.in_(IDS), ReactionCount.count > 0
)
_OWN_REACTIONS = select(Reaction.code).where(
    Reaction.subject_kind == bindparam("kind"),
    Reaction.subject_id == bindparam("id"),
    Reaction.user_id == bindparam("actor"),
)


_TAGS = (
    select(Tagging.subject_id, Tag.slug, Tag.label)
    .join(Tag, Tag.id == Tagging.tag_id)
    .where(Tagging.subject_kind == bindparam("kind"), Tagging.subject_id.in_(IDS))
)


def tags_of(kind_name: str, ids: Collection[int]) -> dict[int, list[TagLabel]]:
    """Tags by subject id, in order of their labels; a subject without tags is an empty list."""
    tags: dict[int, list[TagLabel]] = {subject_id: [] for subject_id in ids}
    for subject_id, slug, label in db.session.execute(_TAGS, {"kind": kind_name, "ids": list(ids)}) if ids else ():
        tags[subject_id].append(tag_label(slug, label))
    for found in tags.values():
        found.sort(key=lambda tag: tag.label)
    return tags


def tag_named(slug: str) -> TagLabel | None:
    """The tag with that slug, or None."""
    found = db.session.execute(select(Tag.slug, Tag.label).where(Tag.slug == slug)).first()
    return tag_label(*found) if found else None


def tag_label(slug: str, written: str) -> TagLabel:
    """A tag as the reader in hand is shown it."""
    theme = vocabulary().get(slug)
    return TagLabel(slug, theme.label(), theme.code) if theme else TagLabel(slug, written)


def tag_of_slug(slug: str) -> Tag | None:
    """The tag with that slug or, of a synonym, the tag that it stands for."""
    stands_for = select(TagSynonym.tag_id).where(TagSynonym.slug == slug).scalar_subquery()
    query = select(Tag).where(or_(Tag.slug == slug, Tag.id == stands_for))
    return db.session.scalars(query.order_by(case((Tag.slug == slug, 0), else_=1))).first()


def visible_tag_ids(actor: Actor, ids: Collection[int]) -> set[int]:
    """Which of these tags the actor may know of: themes, and those that something they may see bears."""
    tags = db.session.execute(select(Tag.id, Tag.slug).where(Tag.id.in_(ids))).all()
    return {tag_id for tag_id, slug in tags if vocabulary().get(slug) or _is_borne(actor, tag_id)}


def _is_borne(actor: Actor, tag_id: int) -> bool:
    bearers: dict[str, list[int]] = defaultdict(list)
    query = select(Tagging.subject_kind, Tagging.subject_id).where(Tagging.tag_id == tag_id)
    for kind_name, subject_id in db.session.execute(query.order_by(Tagging.subject_id.desc())):
        bearers[kind_name].append(subject_id)
    return any(
        kind(name).visible_to(actor, subject_ids[start : start + FEW])
        for name, subject_ids in bearers.items()
        for start in range(0, len(subject_ids), FEW)
    )


def public_name(subject: Any) -> str:
    """What names a subject of any kind in addresses and forms, as its kind's `by_public_id` takes it."""
    return str(getattr(subject, "public_id", "") or subject.slug)


def subjects_with_tag(kind_name: str, slug: str) -> Any:
    """A subquery of the ids of subjects of a kind that carry a tag, for `Topic.id.in_(...)`."""
    return (
        select(Tagging.subject_id)
        .join(Tag, Tag.id == Tagging.tag_id)
        .where(Tagging.subject_kind == kind_name, Tag.slug == slug)
    )


def read_markers(actor: Actor, kind_name: str, ids: Collection[int]) -> dict[int, int]:
    """How far the actor has read each subject; those never opened are absent, and all are for a visitor."""
    if actor.is_visitor or not ids:
        return {}
    query = select(ReadMarker.subject_id, ReadMarker.last_number).where(
        ReadMarker.user_id == actor.actor_id, ReadMarker.subject_kind == kind_name, ReadMarker.subject_id.in_(ids)
    )
    return dict(db.session.execute(query).all())


def unread(actor: Actor, kind_name: str, lengths: Mapping[int, int]) -> dict[int, int]:
    """How many parts the actor has not read of each subject that they once opened; `lengths` by subject id."""
    markers = read_markers(actor, kind_name, lengths.keys())
    return {subject_id: max(0, lengths[subject_id] - number) for subject_id, number in markers.items()}


def follow_level(actor: Actor, kind_name: str, subject_id: int) -> str | None:
    """How closely the actor follows a subject; None when they never chose."""
    if actor.is_visitor:
        return None
    found = db.session.get(Follow, (actor.actor_id, kind_name, subject_id), populate_existing=True)
    return found.level if found else None


def followers(kind_name: str, subject_id: int, level: str = "watching") -> list[int]:
    """Ids of the members who follow a subject at a level."""
    query = select(Follow.user_id).where(
        Follow.subject_kind == kind_name, Follow.subject_id == subject_id, Follow.level == level
    )
    return list(db.session.scalars(query.order_by(Follow.user_id)))


def subject_id_of(actor: Actor, kind_name: str, public_id: str) -> int:
    """The id of a subject named by its public id. Raises NotFound for what does not exist or may not be seen."""
    declared = kind(kind_name)
    found = declared.by_public_id(public_id) if declared.by_public_id else None
    if found is None or found.id not in declared.visible_to(actor, [found.id]):
        raise NotFound
    return int(found.id)


def get_attachment(actor: Actor, public_id: str) -> Attachment:
    """A file whose subject the actor may see, or one of the actor's own shelf. Raises NotFound.

    What moderators hid, the file or its subject, they still open to decide on it.
    """
    found = db.session.scalars(select(Attachment).where(Attachment.public_id == public_id)).first()
    if found is None or found.state == "removed":
        raise NotFound
    if found.id not in visible_attachment_ids(actor, [found.id]) and not _oversees(actor, found):
        raise NotFound
    return found


def _oversees(actor: Actor, found: Attachment) -> bool:
    if found.subject_kind == SHELF:
        return False
    space_id = space_of(found)
    return actor.is_staff if space_id is None else actor.moderates(space_id)


def visible_attachment_ids(actor: Actor, ids: Collection[int]) -> set[int]:
    """Which of these files the actor may see: those of subjects that they may see, and of their own shelf."""
    owners: dict[str, dict[int, int]] = defaultdict(dict)
    columns = (Attachment.id, Attachment.subject_kind, Attachment.subject_id)
    shown = select(*columns).where(Attachment.id.in_(ids), Attachment.state == "shown")
    for file_id, name, subject_id in db.session.execute(shown):
        owners[name][file_id] = subject_id
    seen = {file_id for file_id, owner in owners.pop(SHELF, {}).items() if owner == actor.actor_id}
    for name, files in owners.items():
        visible = kind(name).visible_to(actor, set(files.values()))
        seen |= {file_id for file_id, subject_id in files.items() if subject_id in visible}
    return seen


def attachments_of(kind_name: str, ids: Collection[int]) -> dict[int, list[Attachment]]:
    """Files that are shown by subject id, oldest first; a subject without files is absent."""
    query = (
        select(Attachment)
        .where(Attachment.subject_kind == kind_name, Attachment.subject_id.in_(ids), Attachment.state == "shown")
        .order_by(Attachment.id)
    )
    files: dict[int, list[Attachment]] = defaultdict(list)
    for found in db.session.scalars(query.execution_options(populate_existing=True)):
        files[found.subject_id].append(found)
    return dict(files)
