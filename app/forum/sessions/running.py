"""Which topics are live at this moment, for lists of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, select

from app.core.db import IDS, db
from app.core.policy import Actor
from app.forum.models import Category, Topic
from app.forum.queries import listed_topic_for
from app.forum.reach import Reach, reach_of
from app.forum.reading.rows import TopicHead
from app.forum.sessions.models import LiveSession

KIND = "live_session"


def running_ids(topics: Iterable[Topic | TopicHead]) -> set[int]:
    """Those of these topics whose live session runs; one query for all, none where no topic has a session."""
    ids = [topic.id for topic in topics if topic.kind == KIND]
    if not ids:
        return set()
    return set(db.session.scalars(_RUNNING, {"ids": ids}))


_RUNNING = select(LiveSession.topic_id).where(LiveSession.topic_id.in_(IDS), LiveSession.phase == "live")


def running_topics(actor: Actor, most: int = 3) -> list[Topic]:
    """The topics live now that the actor may see, the latest to begin first."""
    return list(db.session.scalars(_running(reach_of(actor), most)).unique())


@lru_cache(maxsize=512)
def _running(reach: Reach, most: int) -> Select[Any]:
    query = select(Topic).join(LiveSession, LiveSession.topic_id == Topic.id).join(Topic.category).join(Category.space)
    live = query.where(LiveSession.phase == "live", listed_topic_for(reach))
    return live.order_by(LiveSession.phase_at.desc(), Topic.id).limit(most)
