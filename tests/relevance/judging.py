"""Asks the judged queries of an engine, through the same door as the search page, as a visitor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from statistics import fmean

from flask import Flask
from sqlalchemy import select

from app.accounts.actor import VISITOR
from app.core.db import db
from app.core.i18n import speaking
from app.forum.models import Post, Topic
from app.search.engine import Engine, Filters, key_of
from app.search.queries import search
from tests.relevance.judged import Judged, Wanted, judged_queries
from tests.relevance.measures import ndcg, recall

EVERY = "all"


@dataclass(frozen=True)
class Measured:
    """What became of one query."""

    query: Judged
    ndcg: float
    recall: float


@dataclass(frozen=True)
class Quality:
    """The means over some queries: nDCG of the first 10 hits, recall of the first 20."""

    name: str
    queries: int
    ndcg: float
    recall: float


def run(app: Flask, engine: Engine) -> list[Quality]:
    """The quality of an engine that holds the demonstration set, language by language, then of every query."""
    return grouped(judge(app, engine), lambda query: query.lang)


def judge(app: Flask, engine: Engine, queries: Iterable[Judged] | None = None) -> list[Measured]:
    """Ask each query in its own interface language."""
    measured = []
    with app.test_request_context(), _searching_with(app, engine):
        for query in judged_queries() if queries is None else queries:
            with speaking(query.lang):
                ranking = [hit.key for hit in search(VISITOR, query.text, Filters()).result.hits]
            grades = {key_in_index(wanted): grade for wanted, grade in query.expected.items()}
            measured.append(Measured(query, ndcg(ranking, grades), recall(ranking, grades)))
    return measured


def grouped(measured: list[Measured], by: Callable[[Judged], str]) -> list[Quality]:
    """Means of each group in the order of its first query, then of all, under the name EVERY."""
    groups: dict[str, list[Measured]] = defaultdict(list)
    for one in measured:
        groups[by(one.query)].append(one)
    return [_mean(name, group) for name, group in [*groups.items(), (EVERY, measured)]]


def key_in_index(wanted: Wanted) -> str:
    """The name of a document in the index. Raises where the set has no such message, or several such topics."""
    topic_id = db.session.scalars(select(Topic.id).where(Topic.title == wanted.topic)).one()
    if wanted.number == 1:
        return key_of("topic", topic_id)
    post = select(Post.id).where(Post.topic_id == topic_id, Post.number == wanted.number)
    return key_of("post", db.session.scalars(post).one())


def _mean(name: str, group: list[Measured]) -> Quality:
    return Quality(name, len(group), fmean(one.ndcg for one in group), fmean(one.recall for one in group))


@contextmanager
def _searching_with(app: Flask, engine: Engine) -> Iterator[None]:
    index = app.extensions["search"]
    app.extensions["search"] = replace(index, engine=engine)
    try:
        yield
    finally:
        app.extensions["search"] = index
