"""Figures for Prometheus. Every process writes its own into `var/metrics`; whichever is asked adds them up.

What the database knows better (mails that wait, how far consumers are, posts, members) is read when it is asked for.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import User
from app.config import Settings
from app.core.consumers import ConsumerCursor, consumers
from app.core.db import db, now
from app.core.events import EventRow
from app.core.mail import OutgoingMail
from app.forum.models import Category
from app.live.hub import hub_of
from app.operating.backing_up import newest
from app.search.checking import last_report
from app.search.index import current_index

FOLDER = "metrics"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


class Figures:
    """What this process counts."""

    def __init__(self, settings: Settings) -> None:
        folder = os.environ.setdefault(VARIABLE, str(settings.var / FOLDER))
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - the library reads the variable when it is imported
        from prometheus_client import Counter, Gauge, Histogram

        self.requests = Counter("beffroi_requests", "Requests answered", ["endpoint", "status"], registry=None)
        self.seconds = Histogram("beffroi_request_seconds", "Time to answer", ["room"], buckets=BUCKETS, registry=None)
        self.sockets = Gauge("beffroi_sockets", "Live connections", multiprocess_mode="livesum", registry=None)

    def note(self, app: Flask, endpoint: str, status: int, seconds: float) -> None:
        """One more request."""
        self.requests.labels(endpoint, status).inc()
        self.seconds.labels(endpoint.partition(".")[0]).observe(seconds)
        self.sockets.set(len(hub_of(app).roster))


_made: list[Figures] = []


def figures(settings: Settings) -> Figures:
    """The figures of this process, whichever application it asks for."""
    if not _made:
        _made.append(Figures(settings))
    return _made[0]


def written(settings: Settings) -> tuple[bytes, str]:
    """All figures in the form that Prometheus reads, and its content type."""
    figures(settings)  # before the library is imported, which then looks where figures are written
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=os.environ[VARIABLE])  # type: ignore[no-untyped-call]
    registry.register(Kept(settings))
    return generate_latest(registry), CONTENT_TYPE_LATEST


def _index(family: Any) -> Iterator[Any]:
    """What the last comparison of the search index with the database found, and mended."""
    if (report := last_report(current_index().folder)) is None:
        return
    differing = family("beffroi_index_differences", "Documents of the index that differed", labels=["how"])
    for how in ("missing", "outdated", "surplus"):
        differing.add_metric([how], getattr(report, how))
    yield differing
    yield family("beffroi_index_documents", "Documents compared with the database", value=report.compared)
    age = max((now() - report.moment).total_seconds(), 0)
    yield family("beffroi_index_check_age_seconds", "Since the last comparison", value=age)


class Kept:
    """What the database and the disk know."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def collect(self) -> Iterator[Any]:
        """One family of figures after the other."""
        from prometheus_client.core import GaugeMetricFamily

        mails = GaugeMetricFamily("beffroi_mails", "Mails that wait, or were given up", labels=["state"])
        counted = db.session.execute(
            select(func.count(OutgoingMail.due_at), func.count() - func.count(OutgoingMail.due_at)).select_from(
                OutgoingMail
            )
        ).one()
        for state, count in zip(("waiting", "given_up"), counted, strict=True):
            mails.add_metric([state], count)
        yield mails
        yield from self._consumers(GaugeMetricFamily)
        posts = db.session.scalar(select(func.sum(Category.post_count))) or 0
        yield GaugeMetricFamily("beffroi_posts", "Posts that are shown", value=posts)
        members = db.session.scalar(select(func.count()).select_from(User).where(User.status == "active")) or 0
        yield GaugeMetricFamily("beffroi_members", "Members", value=members)
        yield from _index(GaugeMetricFamily)
        free = shutil.disk_usage(self._settings.var).free
        yield GaugeMetricFamily("beffroi_disk_free_bytes", "Room where everything is written", value=free)
        if path := newest(self._settings):
            age = now().timestamp() - path.stat().st_mtime
            yield GaugeMetricFamily("beffroi_backup_age_seconds", "Since the newest backup", value=max(age, 0))

    def _consumers(self, family: Any) -> Iterator[Any]:
        waiting = family("beffroi_consumer_events", "Events a consumer has not read", labels=["consumer"])
        late = family("beffroi_consumer_lag_seconds", "Age of the oldest of them", labels=["consumer"])
        cursors = {row.name: row.event_id for row in db.session.scalars(select(ConsumerCursor))}
        for consumer in consumers:
            unread = EventRow.id > cursors.get(consumer.name, 0)
            count, oldest = db.session.execute(select(func.count(), func.min(EventRow.created_at)).where(unread)).one()
            waiting.add_metric([consumer.name], count)
            late.add_metric([consumer.name], max((now() - oldest).total_seconds(), 0) if count else 0)
        yield waiting
        yield late
