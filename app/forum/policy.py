"""Who may do what in the forum. Pure functions of the actor and the thing; the lists of `queries` sit beside them."""

from __future__ import annotations

from app.accounts.trust import effects
from app.core.i18n import lazy_pgettext
from app.core.policy import YES, Actor, Ruling, no
from app.forum.models import JOINED, UNPUBLISHED, Category, Post, Space, Topic

SIGN_IN = lazy_pgettext("forum rule", "Sign in to take part.")
MODERATORS = lazy_pgettext("forum rule", "Only the moderators of this space may do this.")
PARTICIPANTS = lazy_pgettext("forum rule", "Only the participants of this space may see it.")
JOIN_FIRST = lazy_pgettext("forum rule", "Join this space to write in it.")
ARCHIVED = lazy_pgettext("forum rule", "This space is archived: it can be read, and nothing can be added to it.")
EXCLUDED = lazy_pgettext("forum rule", "You were excluded from this space: you can read it, and write nothing in it.")
STAFF_POST = lazy_pgettext("forum rule", "Only staff write in this space.")
CATEGORY_CLOSED = lazy_pgettext("forum rule", "This category is closed to new topics.")
CATEGORY_ARCHIVED = lazy_pgettext("forum rule", "This category is archived: nothing can be added to it.")
TOPIC_CLOSED = lazy_pgettext("forum rule", "This topic is closed: nothing can be added to it.")
NOT_YOURS = lazy_pgettext("forum rule", "Only its author may change this message.")
NEW_HERE = lazy_pgettext("forum rule", "This is for members who have been here for a while.")
NOT_SHOWN = lazy_pgettext("forum rule", "This message is no longer shown.")
NO_QUESTION = lazy_pgettext("forum rule", "Only a question has an accepted answer.")
NOT_ITSELF = lazy_pgettext("forum rule", "The question itself cannot be its answer.")
ANNOUNCERS = lazy_pgettext("forum rule", "Only the moderators of this space make announcements.")
ASKER_ACCEPTS = lazy_pgettext("forum rule", "Only the person who asked accepts an answer.")


def can_see_space(actor: Actor, space: Space) -> Ruling:
    """What is in a space: public ones are everyone's, members' ones need a sign-in, those by request and closed ones
    are their participants', staff ones their moderators'."""
    if space.visibility == "public" or actor.moderates(space.id):
        return YES
    if actor.is_visitor:
        return no(SIGN_IN)
    if space.visibility in JOINED:
        return YES if actor.belongs_to(space.id) else no(PARTICIPANTS)
    return YES if space.visibility == "members" else no(MODERATORS)


def can_know_space(actor: Actor, space: Space) -> Ruling:
    """That a space is there, its title and description: members may ask to enter one that is by request."""
    if space.visibility == "request" and not actor.is_visitor:
        return YES
    return can_see_space(actor, space)


def can_see_topic(actor: Actor, topic: Topic) -> Ruling:
    """A hidden topic is seen by the moderators of its space alone; one that is removed or not published, by nobody."""
    space = topic.category.space
    if topic.state in {"removed", *UNPUBLISHED} or (topic.state == "hidden" and not actor.moderates(space.id)):
        return no(MODERATORS)
    return can_see_space(actor, space)


def can_write(actor: Actor, space: Space) -> Ruling:
    """Whether the actor writes in a space at all."""
    if actor.is_visitor:
        return no(SIGN_IN)
    if not (seen := can_see_space(actor, space)):
        return seen
    if space.is_archived:
        return no(ARCHIVED)
    if actor.is_excluded(space.id):
        return no(EXCLUDED)
    if space.posting == "staff" and not actor.moderates(space.id):
        return no(STAFF_POST)
    if space.posting == "participants" and not actor.belongs_to(space.id):
        return no(JOIN_FIRST)
    return YES


def can_open_topic(actor: Actor, category: Category) -> Ruling:
    """Members open topics where they write; in a closed category its moderators do."""
    if category.is_locked and not actor.moderates(category.space_id):
        return no(SIGN_IN if actor.is_visitor else CATEGORY_CLOSED)
    if category.archived_at is not None:
        return no(CATEGORY_ARCHIVED)
    return can_write(actor, category.space)


def can_give_kind(actor: Actor, space_id: int, kind: str) -> Ruling:
    """Announcements are made, and live sessions opened, by the moderators of the space."""
    if kind not in {"announcement", "live_session"} or actor.moderates(space_id):
        return YES
    return no(ANNOUNCERS if kind == "announcement" else MODERATORS)


def can_reply(actor: Actor, topic: Topic) -> Ruling:
    """An open topic takes replies of all who write there; a closed one takes none, a moderator reopens it first."""
    if not (seen := can_see_topic(actor, topic)):
        return seen
    if topic.state != "open":
        return no(TOPIC_CLOSED)
    if topic.category.archived_at is not None:
        return no(CATEGORY_ARCHIVED)
    return can_write(actor, topic.category.space)


def can_edit_post(actor: Actor, post: Post) -> Ruling:
    """A visible post while its topic takes replies: its author, and all who may answer where it is a wiki."""
    if actor.is_visitor or (post.author_id != actor.actor_id and not post.is_wiki):
        return no(NOT_YOURS)
    if post.state != "visible":
        return no(NOT_SHOWN)
    if post.author_id != actor.actor_id and not effects(actor).edits_wiki:
        return no(NEW_HERE)
    return can_reply(actor, post.topic)


def can_make_wiki(actor: Actor, post: Post) -> Ruling:
    """Whether all may edit a post is for its author to say, once trusted to edit such posts, or for a moderator."""
    if actor.is_visitor or (post.author_id != actor.actor_id and not actor.moderates(post.topic.category.space_id)):
        return no(NOT_YOURS)
    if post.state != "visible":
        return no(NOT_SHOWN)
    if not effects(actor).edits_wiki:
        return no(NEW_HERE)
    return can_reply(actor, post.topic)


def can_withdraw_post(actor: Actor, post: Post) -> Ruling:
    """An author takes a visible post back at any time, in a closed topic too."""
    if actor.is_visitor or post.author_id != actor.actor_id:
        return no(NOT_YOURS)
    if post.state != "visible":
        return no(NOT_SHOWN)
    return can_see_topic(actor, post.topic)


def can_edit_topic(actor: Actor, topic: Topic) -> Ruling:
    """Its author, while it is open, or a moderator at any time."""
    if actor.moderates(topic.category.space_id):
        return can_see_topic(actor, topic)
    if actor.is_visitor or topic.author_id != actor.actor_id:
        return no(NOT_YOURS)
    return can_reply(actor, topic)


def can_accept_answer(actor: Actor, post: Post) -> Ruling:
    """The person who asked, or a moderator, accepts a visible reply to a question."""
    topic = post.topic
    if topic.kind != "question":
        return no(NO_QUESTION)
    if post.number == 1:
        return no(NOT_ITSELF)
    if post.state != "visible":
        return no(NOT_SHOWN)
    is_asker = not actor.is_visitor and topic.author_id == actor.actor_id
    if not is_asker and not actor.moderates(topic.category.space_id):
        return no(ASKER_ACCEPTS)
    return can_see_topic(actor, topic)


def can_moderate(actor: Actor, topic: Topic) -> Ruling:
    """Hide, restore, lock, pin: the moderators of the space, on what is not removed."""
    if not actor.moderates(topic.category.space_id):
        return no(MODERATORS)
    return can_see_topic(actor, topic)


def can_reinstate(actor: Actor, topic: Topic) -> Ruling:
    """What was removed is seen by nobody; the moderators of its space bring it back."""
    return YES if actor.moderates(topic.category.space_id) else no(MODERATORS)


def can_read_log(actor: Actor) -> Ruling:
    """Whoever keeps order somewhere reads the decisions taken there."""
    held = [role for role in getattr(actor, "roles", ()) if role.name in {"moderator", "facilitator"}]
    if actor.is_staff or any(role.is_in_force for role in held):
        return YES
    return no(MODERATORS)
