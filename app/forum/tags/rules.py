"""What a category asks of the tags of its topics: at least so many, and perhaps only some."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.audit import audit
from app.core.db import Base, db
from app.core.errors import Invalid
from app.core.i18n import lazy_pgettext
from app.core.policy import Actor, require
from app.engagement import services as engagement
from app.engagement import tag_keeping
from app.engagement.models import Tag
from app.engagement.policy import can_keep_tags
from app.engagement.queries import TagLabel, tag_label, tags_of
from app.engagement.tagging import MOST_TAGS
from app.forum.models import Category, Topic

TOO_FEW = lazy_pgettext("forum rule", "In this category a topic has at least this many tags or themes: %(least)s.")
NOT_HERE = lazy_pgettext("forum rule", "In this category only these tags are used: %(tags)s.")
NO_SUCH_NUMBER = lazy_pgettext("forum rule", "A category can ask for eight tags at most.")


class CategoryTagRule(Base):
    """What one category asks; without a row it asks nothing."""

    __tablename__ = "category_tag_rule"

    category_id: Mapped[int] = mapped_column(ForeignKey("category.id", ondelete="CASCADE"), primary_key=True)
    least: Mapped[int] = mapped_column(default=0)
    is_closed_set: Mapped[bool] = mapped_column(default=False)
    """Whether topics bear no other tags than those of the category."""


class CategoryTag(Base):
    """A tag of a category's own set."""

    __tablename__ = "category_tag"

    category_id: Mapped[int] = mapped_column(ForeignKey("category.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True, index=True)


@dataclass(frozen=True)
class TagRules:
    """The rules of a category as forms and services use them."""

    least: int = 0
    is_closed_set: bool = False
    allowed: tuple[TagLabel, ...] = ()
    """The category's own set, in order of labels; offered first where the set is not closed."""


def tag_rules_of(category_id: int) -> TagRules:
    """What a category asks of tags."""
    rule = db.session.get(CategoryTagRule, category_id, populate_existing=True)
    if rule is None:
        return TagRules()
    query = select(Tag.slug, Tag.label).join(CategoryTag, CategoryTag.tag_id == Tag.id)
    found = db.session.execute(query.where(CategoryTag.category_id == category_id))
    labels = sorted((tag_label(slug, label) for slug, label in found), key=lambda tag: tag.label)
    return TagRules(rule.least, rule.is_closed_set, tuple(labels))


def every_tag_rule() -> dict[int, TagRules]:
    """What categories ask of tags, by category, read together; those that ask nothing are absent."""
    allowed: dict[int, list[TagLabel]] = defaultdict(list)
    query = select(CategoryTag.category_id, Tag.slug, Tag.label).join(Tag, Tag.id == CategoryTag.tag_id)
    for category_id, slug, label in db.session.execute(query):
        allowed[category_id].append(tag_label(slug, label))
    return {
        rule.category_id: TagRules(
            rule.least, rule.is_closed_set, tuple(sorted(allowed[rule.category_id], key=lambda tag: tag.label))
        )
        for rule in db.session.scalars(select(CategoryTagRule))
        if rule.least or allowed[rule.category_id]
    }


def put_tags(actor: Actor, topic: Topic, words: Sequence[str]) -> list[str]:
    """Give a topic these tags, as its category asks; tags it has are left to it. Returns slugs. Raises Invalid."""
    rules = tag_rules_of(topic.category_id)
    before = {tag.slug for tag in tags_of("topic", [topic.id])[topic.id]} if rules.is_closed_set else set()
    is_overseer = actor.moderates(topic.category.space_id)
    slugs = engagement.set_tags(actor, "topic", topic.id, words, is_overseer=is_overseer)
    if len(slugs) < rules.least:
        raise Invalid(TOO_FEW % {"least": rules.least}, "tags")
    own = {tag.slug for tag in rules.allowed}
    if rules.is_closed_set and not own.issuperset(set(slugs) - before):
        raise Invalid(NOT_HERE % {"tags": ", ".join(tag.label for tag in rules.allowed)}, "tags")
    return slugs


def set_tag_rules(
    actor: Actor, category: Category, least: int, words: Iterable[str], *, is_closed_set: bool
) -> TagRules:
    """Say what a category asks: so many tags, its own set of them, whether others are used. Raises NotAllowed, Invalid.

    An empty set is never closed: nothing could be chosen.
    """
    require(can_keep_tags(actor))
    if not 0 <= least <= MOST_TAGS:
        raise Invalid(NO_SUCH_NUMBER, "least")
    ids = tag_keeping.tags_for(words)
    db.session.execute(delete(CategoryTag).where(CategoryTag.category_id == category.id))
    db.session.add_all(CategoryTag(category_id=category.id, tag_id=tag_id) for tag_id in ids)
    rule = db.session.get(CategoryTagRule, category.id) or CategoryTagRule(category_id=category.id)
    rule.least, rule.is_closed_set = least, is_closed_set and bool(ids)
    db.session.add(rule)
    db.session.flush()
    audit(actor, "set_tag_rules", "category", category.id, "", category.space_id, least=least, tags=ids)
    return tag_rules_of(category.id)
