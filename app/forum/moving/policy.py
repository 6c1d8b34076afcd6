"""Who moves topics and messages, and where to. Pure functions, as in `policy`."""

from __future__ import annotations

from app.core.i18n import lazy_pgettext
from app.core.policy import YES, Actor, Ruling, no
from app.forum.models import Category, Post, Space, Topic
from app.forum.policy import ARCHIVED, can_moderate

SHOWN_STATES = ("open", "locked")
"""States of topics that readers see."""

BOTH_SPACES = lazy_pgettext("forum rule", "You can move this only to spaces that you moderate.")
SAME_TOPIC = lazy_pgettext("forum rule", "Choose another topic: this is the same one.")
NOT_SHOWN = lazy_pgettext("forum rule", "A hidden topic takes part in no merge: show it again first.")
SESSION_STAYS = lazy_pgettext("forum rule", "A live session keeps its topic: split messages off instead.")
FIRST_STAYS = lazy_pgettext("forum rule", "The first message stays with its topic. Move or merge the topic itself.")
NOTHING_THERE = lazy_pgettext("forum rule", "There is no message to move under this number: %(number)s.")


def can_move_topic(actor: Actor, topic: Topic, category: Category) -> Ruling:
    """A topic is moved by who moderates where it is and where it goes."""
    if not (here := can_moderate(actor, topic)):
        return here
    if not actor.moderates(category.space_id):
        return no(BOTH_SPACES)
    return no(ARCHIVED) if category.space.is_archived else YES


def can_take_posts(actor: Actor, source: Topic, target: Topic) -> Ruling:
    """Messages go from one topic to another that is shown, by who moderates both spaces."""
    if not (here := can_moderate(actor, source)):
        return here
    if not actor.moderates(target.category.space_id):
        return no(BOTH_SPACES)
    if source.id == target.id:
        return no(SAME_TOPIC)
    if target.category.space.is_archived:
        return no(ARCHIVED)
    return YES if target.state in SHOWN_STATES else no(NOT_SHOWN)


def can_merge_topics(actor: Actor, source: Topic, target: Topic) -> Ruling:
    """A topic becomes part of another where both are shown."""
    if not (ruling := can_take_posts(actor, source, target)):
        return ruling
    if source.kind == "live_session":
        return no(SESSION_STAYS)
    return YES if source.state in SHOWN_STATES else no(NOT_SHOWN)


def can_split_off(actor: Actor, post: Post) -> Ruling:
    """A message leaves its topic unless it is the first, removed, or gone already."""
    if not (here := can_moderate(actor, post.topic)):
        return here
    if post.number == 1:
        return no(FIRST_STAYS)
    if post.number is None or post.state in {"moved", "removed"}:
        return no(NOTHING_THERE % {"number": post.number or "–"})
    return YES


def audience_grows(source: Space, target: Space) -> bool:
    """Whether people read it there who do not read it here."""
    if source.id == target.id or source.visibility == "public":
        return False
    if source.visibility == "members":
        return target.visibility == "public"
    return True


def is_read_beside(post: Post, other: Post | None) -> bool:
    """Whether all who read a post may be told of another, which it answers or quotes and which may have moved since."""
    if other is None or other.state == "removed":
        return False
    if other.topic_id == post.topic_id:
        return True
    here, there = post.topic.category.space, other.topic.category.space
    return other.topic.state in SHOWN_STATES and (there.id == here.id or there.visibility == "public")
