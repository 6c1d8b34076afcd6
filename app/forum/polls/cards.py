"""A poll as one reader sees it: the form, or the results where its rule lets them see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from flask import current_app
from markupsafe import Markup

from app.accounts.models import User
from app.core.policy import Actor
from app.forum.models import Post, Topic
from app.forum.polls import policy, queries
from app.forum.polls.models import Poll
from app.forum.reading.bars import Asked
from app.forum.reading.thread import PostHead

Named = Mapping[int, Sequence[User]]
"""Who voted, by answer."""


class Row(NamedTuple):
    """One answer of a poll; `votes` and `percent` are None where the reader may not see them."""

    id: int
    label: str
    is_own: bool
    votes: int | None
    percent: int | None
    people: Sequence[User] = ()
    more: int = 0
    """How many voted for it besides those named."""


def poll_cards(actor: Actor, topic: Topic, heads: Sequence[PostHead]) -> dict[int, Markup]:
    """The polls of the posts of one topic, by post: no query where there is none."""
    shown = {head.id: head for head in heads if head.has_poll and head.state == "visible"}
    if not shown:
        return {}
    polls = queries.polls_of(shown)
    own = queries.own_votes(actor, [poll.id for poll in polls.values()])
    named = queries.voters_of(poll for poll in polls.values() if _names_voters(actor, poll, own[poll.id]))
    return {post_id: _card(actor, topic, shown[post_id], poll, own[poll.id], named) for post_id, poll in polls.items()}


def _names_voters(actor: Actor, poll: Poll, own: set[int]) -> bool:
    return poll.is_named and not actor.is_visitor and bool(policy.can_see_results(actor, poll, bool(own)))


def _card(actor: Actor, topic: Topic, head: PostHead, poll: Poll, own: set[int], named: Named) -> Markup:
    post = cast(Post, Asked(head.author_id, head.state, head.number, topic))
    may_see = bool(policy.can_see_results(actor, poll, bool(own)))
    template = current_app.jinja_env.get_template("forum/_poll.html")
    html = template.render(
        poll=poll,
        public_id=head.public_id,
        rows=_rows(poll, own, may_see, named if _names_voters(actor, poll, own) else {}),
        may_see=may_see,
        may_vote=bool(policy.can_vote(actor, post, poll)),
        may_close=bool(policy.can_close_poll(actor, post, poll)),
        has_voted=bool(own),
        actor=actor,
    )
    return Markup(html)  # noqa: S704 - rendered by a template


def _rows(poll: Poll, own: set[int], may_see: bool, named: Named) -> list[Row]:
    return [
        Row(
            option.id, option.label, option.id in own,
            option.votes if may_see else None,
            percent_of(option.votes, poll.voters) if may_see else None,
            named.get(option.id, ()),
            max(0, option.votes - len(named.get(option.id, ()))) if named else 0,
        )
        for option in poll.options
    ]  # fmt: skip


def percent_of(votes: int, voters: int) -> int:
    """How many in a hundred of those who voted chose an answer."""
    return round(100 * votes / voters) if voters else 0


def public_counts(poll: Poll) -> dict[str, Any]:
    """What everyone may be told live: how many voted, and what for where everyone may see that at any time."""
    counts = poll.results == "always" or poll.is_ended
    return {
        "voters": poll.voters,
        "counts": {str(option.id): [option.votes, percent_of(option.votes, poll.voters)] for option in poll.options}
        if counts
        else None,
    }
