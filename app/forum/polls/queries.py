"""Reads of polls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import lazyload, selectinload

from app.accounts.models import User
from app.core.db import db, now
from app.core.errors import NotFound
from app.core.policy import Actor
from app.forum.polls.models import Poll, PollOption, PollVote

Votes = dict[int, set[int]]
"""Options that a member chose, by poll."""


def polls_of(post_ids: Collection[int]) -> dict[int, Poll]:
    """Polls with their options, by post; posts without one are absent."""
    query = select(Poll).where(Poll.post_id.in_(post_ids)).options(selectinload(Poll.options))
    found = db.session.scalars(query.execution_options(populate_existing=True)) if post_ids else ()
    return {poll.post_id: poll for poll in found}


def poll_of(post_id: int) -> Poll:
    """The poll of a post. Raises NotFound."""
    try:
        return polls_of([post_id])[post_id]
    except KeyError:
        raise NotFound from None


def own_votes(actor: Actor, poll_ids: Collection[int]) -> Votes:
    """What the actor chose."""
    votes: Votes = defaultdict(set)
    if actor.is_visitor or not poll_ids:
        return votes
    query = select(PollOption.poll_id, PollVote.option_id).join(PollOption, PollOption.id == PollVote.option_id)
    for poll_id, option_id in db.session.execute(
        query.where(PollVote.user_id == actor.actor_id, PollOption.poll_id.in_(poll_ids))
    ):
        votes[poll_id].add(option_id)
    return votes


def voters_of(polls: Iterable[Poll], most: int = 50) -> dict[int, list[User]]:
    """Who chose each option of these named polls, the first to do so first, at most so many of each; in one query."""
    options = [option.id for poll in polls for option in poll.options]
    if not options:
        return {}
    place = func.row_number().over(partition_by=PollVote.option_id, order_by=(PollVote.created_at, User.id))
    voters = (
        select(PollVote.option_id, User.id.label("member_id"), place.label("place"))
        .join(User, User.id == PollVote.user_id)
        .where(PollVote.option_id.in_(options), User.status == "active")
        .subquery()
    )
    query = select(voters.c.option_id, User).join(User, User.id == voters.c.member_id).where(voters.c.place <= most)
    named: dict[int, list[User]] = defaultdict(list)
    for option_id, member in db.session.execute(query.options(lazyload(User.roles)).order_by(voters.c.place)):
        named[option_id].append(member)
    return named


def due_polls() -> list[Poll]:
    """Polls whose date has come and which have not been ended."""
    return list(db.session.scalars(select(Poll).where(Poll.closed_at.is_(None), Poll.closes_at <= now())))
