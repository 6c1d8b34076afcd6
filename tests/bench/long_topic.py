"""One topic of 5,000 posts, the same on every scale: what a page costs must not grow with the pages before it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, select

from app.accounts.models import User
from app.core.db import Base, db, new_public_id, now
from app.core.events import unit_of_work
from app.demo.bulk.wording import Wording
from app.demo.tables import highest_ids, move_sequence
from app.forum.models import Category, Post, Space, Topic

LONG = 5_000
TITLE = "Le fil des cinq mille messages"


def add_long_topic() -> None:
    """Add the topic, its counters right; the search index is made afterwards."""
    until = now().replace(microsecond=0)
    plain = select(User.id).where(~User.roles.any(), User.status == "active").order_by(User.id).limit(100)
    authors = list(db.session.scalars(plain))
    shelf = db.session.scalars(select(Category).join(Space).where(Space.visibility == "public")).first()
    assert shelf
    taken = highest_ids(db.session(), [Post])[Post]
    times = [until - timedelta(minutes=20 * (LONG - number)) for number in range(1, LONG + 1)]
    writers = [authors[number * 7 % len(authors)] for number in range(LONG)]
    wording = Wording("fr", 0, until)
    with unit_of_work() as session:
        topic = Topic(
            category_id=shelf.id, author_id=writers[0], title=TITLE, lang="fr", created_at=times[0], post_count=LONG,
            last_post_at=times[-1], last_author_id=writers[-1],
        )  # fmt: skip
        session.add(topic)
        shelf.topic_count, shelf.post_count = shelf.topic_count + 1, shelf.post_count + LONG
        session.flush()
        shelf.last_topic_id = topic.id
        rows = []
        for place, (at, author) in enumerate(zip(times, writers, strict=True)):
            body, html = wording.reply(place)
            rows.append(
                {"id": taken + place + 1, "public_id": new_public_id(), "created_at": at, "topic_id": topic.id,
                 "number": place + 1, "author_id": author, "lang": "fr", "body": body, "html": html,
                 "client_token": f"long-{place}"}
            )  # fmt: skip
        session.execute(insert(Base.metadata.tables["post"]), rows)
        if session.get_bind().dialect.name == "postgresql":
            session.execute(move_sequence(Post), {"last": rows[-1]["id"]})
