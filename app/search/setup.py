"""Gives the application its index, and the indexer its place among the readers of the event log."""

from __future__ import annotations

from typing import cast

from flask import Flask

from app.config import Settings
from app.core.consumers import consumers
from app.core.subjects import ports
from app.search.choosing import open_engine
from app.search.index import Index
from app.search.indexer import Indexer
from app.search.likeness import similar_topics, topics_like


def init_app(app: Flask) -> None:
    """Open nothing yet: the index is made by the first commit and read by the first search."""
    settings = cast(Settings, app.extensions["settings"])
    folder = settings.var / "index"
    index = Index(open_engine(settings), folder)
    app.extensions["search"] = index
    consumers.append(Indexer(index))
    ports.similar_topics = similar_topics
    ports.topics_like = topics_like
