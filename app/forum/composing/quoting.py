"""What an answer starts with: the message it answers, and the words it quotes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.core.db import db
from app.core.errors import NotFound
from app.core.i18n import pgettext
from app.core.policy import Actor
from app.forum import queries
from app.forum.models import Post, Topic
from app.forum.reading.filling import author_name


@dataclass(frozen=True)
class Start:
    """The beginning of an answer."""

    reply_to: str = ""
    label: str = ""
    """Names the message answered: "In reply to Awa, message 3"."""
    body: str = ""


def start_of(actor: Actor, topic: Topic, reply_to: str, quoted: str) -> Start:
    """The beginning of an answer to a message of a topic, quoting another or the same. Raises NotFound."""
    answered = _shown(actor, reply_to) if reply_to else None
    if answered and answered.topic_id != topic.id:
        raise NotFound
    body = quotation(_shown(actor, quoted)) if quoted else ""
    return Start(reply_to, label_of(answered) if answered else "", body)


def label_of(post: Post) -> str:
    """How an answer says which message it answers."""
    return pgettext("forum", "In reply to %(name)s, message %(number)s", name=author_name(post), number=post.number)


def quotation(post: Post) -> str:
    """A message as a block quote that cites it, without what it quotes itself, and the empty line to write on."""
    kept = [line for line in post.body.splitlines() if not line.lstrip().startswith(">")]
    lines = "\n".join(kept).strip().splitlines() or post.body.splitlines()
    quoted = "\n".join(f"> {line}".rstrip() for line in [f"[post:{post.public_id}]", *lines])
    return f"{quoted}\n\n"


def reply_label(topic: Topic, reply_to: str) -> str:
    """The label of the message that a form answers; empty where there is none of that id in the topic."""
    if not reply_to:
        return ""
    query = select(Post).where(Post.public_id == reply_to, Post.topic_id == topic.id)
    post = db.session.scalars(query.options(joinedload(Post.author).lazyload(User.roles))).first()
    return label_of(post) if post else ""


def _shown(actor: Actor, public_id: str) -> Post:
    post = queries.get_post(actor, public_id)
    if post.state != "visible":
        raise NotFound
    return post
