"""Writes of polls. The caller opens the unit of work."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, func, select

from app.accounts.models import User
from app.core.audit import audit
from app.core.db import db, lock, now
from app.core.errors import Conflict, Invalid
from app.core.events import record
from app.core.i18n import lazy_pgettext
from app.core.policy import require
from app.forum.models import Post
from app.forum.polls import policy, queries
from app.forum.polls.drafts import PollDraft
from app.forum.polls.events import PollChanged, VoteCast
from app.forum.polls.models import Poll, PollOption, PollVote

ONE_POLL = lazy_pgettext("forum rule", "This message has a poll already.")
NO_SUCH_OPTION = lazy_pgettext("forum rule", "Choose one of the answers of the poll.")
ONE_ANSWER = lazy_pgettext("forum rule", "Choose one answer only.")


def put_poll(actor: User, post: Post, draft: PollDraft) -> Poll:
    """Put a poll into a post that is new or locked. Raises NotAllowed; Conflict where it has one."""
    require(policy.can_add_poll(actor, post))
    if post.has_poll:
        raise Conflict(ONE_POLL)
    poll = Poll(
        post_id=post.id, question=draft.question, lang=post.lang, is_multiple=draft.is_multiple,
        is_named=draft.is_named, results=draft.results, closes_at=draft.closes_at,
        options=[PollOption(position=place, label=label) for place, label in enumerate(draft.options, 1)],
    )  # fmt: skip
    db.session.add(poll)
    post.has_poll = True
    db.session.flush()
    record(PollChanged(post.topic_id, post.id))
    return poll


def vote(actor: User, post: Post, chosen: Collection[int]) -> Poll:
    """Choose these options, by id, and no others; none at all takes the vote back.

    Raises NotFound, NotAllowed; Invalid for options of another poll, or several where one may be chosen.
    """
    poll = lock(queries.poll_of(post.id))
    require(policy.can_vote(actor, post, poll))
    options = {option.id: option for option in poll.options}
    wanted = set(chosen)
    if not wanted <= options.keys():
        raise Invalid(NO_SUCH_OPTION, "option")
    if len(wanted) > 1 and not poll.is_multiple:
        raise Invalid(ONE_ANSWER, "option")
    before = queries.own_votes(actor, [poll.id])[poll.id]
    if wanted == before:
        return poll
    gone = before - wanted
    if gone:
        db.session.execute(delete(PollVote).where(PollVote.user_id == actor.id, PollVote.option_id.in_(gone)))
    db.session.add_all(PollVote(option_id=option_id, user_id=actor.id) for option_id in sorted(wanted - before))
    db.session.flush()
    _count_again(poll)
    record(VoteCast(post.topic_id, post.id))
    return poll


def _count_again(poll: Poll) -> None:
    """Counts are taken from the votes themselves: they never drift apart."""
    ids = [option.id for option in poll.options]
    counted = select(PollVote.option_id, func.count()).where(PollVote.option_id.in_(ids)).group_by(PollVote.option_id)
    counts = dict(db.session.execute(counted).all())
    for option in poll.options:
        option.votes = counts.get(option.id, 0)
    voters = select(func.count(PollVote.user_id.distinct())).where(PollVote.option_id.in_(ids))
    poll.voters = db.session.scalar(voters) or 0
    db.session.flush()


def close_poll(actor: User, post: Post) -> Poll:
    """End a poll now. Raises NotFound, NotAllowed."""
    poll = lock(queries.poll_of(post.id))
    require(policy.can_close_poll(actor, post, poll))
    if post.author_id != actor.id:
        audit(actor, "close_poll", "post", post.id, "", post.topic.category.space_id)
    _end(poll, post)
    return poll


def close_due_polls() -> int:
    """End every poll whose date has come, so that kept pages and live readers learn of it. Returns how many."""
    due = queries.due_polls()
    for poll in due:
        post = db.session.get(Post, poll.post_id)
        assert post is not None, "a poll goes with its post"
        _end(lock(poll), post)
    return len(due)


def _end(poll: Poll, post: Post) -> None:
    poll.closed_at = min(now(), poll.closes_at) if poll.closes_at else now()
    db.session.flush()
    record(PollChanged(post.topic_id, post.id))
