"""Who may do what with a poll; seeing it is seeing its post."""

from __future__ import annotations

from app.core.i18n import lazy_pgettext
from app.core.policy import YES, Actor, Ruling, no
from app.forum.models import Post
from app.forum.policy import NOT_SHOWN, NOT_YOURS, can_reply, can_see_topic
from app.forum.polls.models import Poll

ENDED = lazy_pgettext("forum rule", "This poll has ended: no more votes are taken.")
NOT_YET = lazy_pgettext("forum rule", "The results of this poll are not shown to you yet.")


def can_add_poll(actor: Actor, post: Post) -> Ruling:
    """The author of a post, while its topic takes replies; one that waits for approval too."""
    if actor.is_visitor or post.author_id != actor.actor_id:
        return no(NOT_YOURS)
    return can_reply(actor, post.topic) if post.state in {"visible", "pending"} else no(NOT_SHOWN)


def can_vote(actor: Actor, post: Post, poll: Poll) -> Ruling:
    """Who may answer in the topic votes, and votes again, until the poll ends."""
    if post.state != "visible":
        return no(NOT_SHOWN)
    if poll.is_ended:
        return no(ENDED)
    return can_reply(actor, post.topic)


def can_close_poll(actor: Actor, post: Post, poll: Poll) -> Ruling:
    """Its author and the moderators end a poll before its date."""
    if actor.is_visitor or (post.author_id != actor.actor_id and not actor.moderates(post.topic.category.space_id)):
        return no(NOT_YOURS)
    if post.state != "visible":
        return no(NOT_SHOWN)
    return no(ENDED) if poll.is_ended else can_see_topic(actor, post.topic)


def can_see_results(_actor: Actor, poll: Poll, has_voted: bool) -> Ruling:
    """As the poll rules, moderators and its author like everyone else: a look at a secret count is a look."""
    if poll.results == "always" or poll.is_ended or (poll.results == "voted" and has_voted):
        return YES
    return no(NOT_YET)
