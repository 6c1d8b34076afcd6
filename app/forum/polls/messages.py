"""What live readers are told of polls: never more than the one who may see least."""

from __future__ import annotations

from flask import url_for

from app.core.db import db
from app.core.i18n import speaking
from app.core.live import Message, pushes
from app.forum.models import Post
from app.forum.polls.cards import public_counts
from app.forum.polls.events import PollChanged, VoteCast
from app.forum.polls.queries import polls_of


@pushes(VoteCast)
def show_votes(event: VoteCast, lang: str) -> Message | None:
    """`{post, voters, counts}`; counts are null where some readers may not see them yet."""
    post = db.session.get(Post, event.post_id, populate_existing=True)
    poll = polls_of([event.post_id]).get(event.post_id)
    if post is None or poll is None or post.state != "visible":
        return None
    return Message("poll", {"post": post.public_id, **public_counts(poll)})


@pushes(PollChanged)
def show_poll(event: PollChanged, lang: str) -> Message | None:
    """`{post, url}`: the poll began or ended, each reader asks for their own view of it."""
    post = db.session.get(Post, event.post_id, populate_existing=True)
    if post is None or post.state != "visible":
        return None
    with speaking(lang):
        url = url_for("forum.show_poll", public_id=post.public_id)
    return Message("poll", {"post": post.public_id, "url": url})
