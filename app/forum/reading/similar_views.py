"""Topics like one that is being read, on a page of their own: the topic's page stays as it is kept."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address

from app.accounts.actor import current_actor
from app.core.subjects import ports
from app.engagement.queries import tags_of
from app.extensions import limiter
from app.forum import queries
from app.forum.blueprint import bp
from app.forum.moving.merged import follows_merges
from app.forum.reading.listing import topic_rows
from app.terms.queries import label

MOST = 5


def _whoever() -> str:
    actor = current_actor()
    return f"member:{actor.actor_id}" if actor.actor_id else get_remote_address()


@bp.get("/topics/<public_id>/similar")
@limiter.limit("60 per minute", key_func=_whoever)
@follows_merges
def list_similar(public_id: str) -> ResponseReturnValue:
    """At most five topics that the reader may list, the likest first."""
    actor = current_actor()
    topic = queries.get_topic(actor, public_id)
    tags = tags_of("topic", [topic.id])[topic.id]
    words = " ".join((topic.title, *(label(tag.theme, topic.lang) if tag.theme else tag.label for tag in tags)))
    ids = ports.topics_like(actor, topic.id, words, topic.lang, MOST)
    rows = topic_rows(actor, ids) if ids else {}
    return render_template("forum/list_similar.html", topic=topic, rows=[rows[one] for one in ids if one in rows])
