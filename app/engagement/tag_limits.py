"""What may be put on a subject: one word for each thing, what is not withdrawn nor kept for others, one of a group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from sqlalchemy import and_, select

from app.core.db import db
from app.core.errors import Invalid
from app.core.i18n import lazy_pgettext, translated
from app.engagement.models import Tag, TagGroup, TagGroupMember, TagSynonym
from app.engagement.queries import tag_label

WITHDRAWN = lazy_pgettext("engagement rule", "This tag is no longer used: %(tag)s.")
KEPT = lazy_pgettext("engagement rule", "Only moderators use this tag: %(tag)s.")
ONE_OF_GROUP = lazy_pgettext("engagement rule", "Choose one tag at most of this group: %(group)s.")


def canonical(labels: Mapping[str, str]) -> dict[str, str]:
    """The same tags with synonyms replaced by what they stand for: label by slug."""
    if not labels:
        return {}
    query = select(TagSynonym.slug, Tag.slug, Tag.label).join(Tag, Tag.id == TagSynonym.tag_id)
    stands_for = {
        old: (slug, label) for old, slug, label in db.session.execute(query.where(TagSynonym.slug.in_(labels)))
    }
    return dict(stands_for.get(slug, (slug, label)) for slug, label in labels.items())


def usable_tags(wanted: Mapping[str, str], before: Collection[str], *, is_overseer: bool) -> list[int]:
    """Ids of these tags, which are rows already. What the subject bore `before` stays with it. Raises Invalid."""
    query = (
        select(Tag, TagGroup)
        .outerjoin(TagGroupMember, TagGroupMember.tag_id == Tag.id)
        .outerjoin(TagGroup, and_(TagGroup.id == TagGroupMember.group_id, TagGroup.is_single))
        .where(Tag.slug.in_(wanted))
    )
    fresh = query.execution_options(populate_existing=True)
    rows: list[tuple[Tag, TagGroup | None]] = [(tag, group) for tag, group in db.session.execute(fresh)]
    tags = {tag.id: tag for tag, _group in rows}
    for tag in tags.values():
        if tag.slug in before:
            continue
        if tag.is_withdrawn:
            raise Invalid(WITHDRAWN % {"tag": tag_label(tag.slug, tag.label).label}, "tags")
        if tag.is_staff_only and not is_overseer:
            raise Invalid(KEPT % {"tag": tag_label(tag.slug, tag.label).label}, "tags")
    groups = [group for _tag, group in rows if group is not None]
    held = Counter(group.id for group in groups)
    for group in (group for group in groups if held[group.id] > 1):
        raise Invalid(ONE_OF_GROUP % {"group": translated(group.title)}, "tags")
    return list(tags)
