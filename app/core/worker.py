"""The jobs process: every durable consumer of the event log, the mails and the periodic tasks, in threads.

Of all processes that want to do this work, the one that holds the lock file does it; another takes over when it ends.
"""

from __future__ import annotations

import fcntl
import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from flask import Flask
from huey.consumer import Consumer as HueyConsumer

from app.config import Settings
from app.core.background import background_context
from app.core.consumers import Consumer, catch_up, consumers
from app.core.jobs import Jobs
from app.core.wake import wake_for

log = logging.getLogger(__name__)

BATCH_EVERY = 0.2
"""Seconds a consumer rests after a batch: what comes meanwhile is dealt with together."""
LOOK_EVERY = 1.0
"""Seconds until a consumer looks again though nothing woke it."""
LONGEST_PAUSE = 30.0
"""Seconds between two tries of a consumer that keeps failing."""
STOP_WITHIN = 5.0


def run_worker(app: Flask, stop: threading.Event) -> None:
    """Do the background work until told to stop; waits first for the process that has the lock file."""
    settings = cast(Settings, app.extensions["settings"])
    with _only_one(settings.var / "worker.lock", stop) as has_lock:
        if not has_lock:
            return
        threads = [
            threading.Thread(
                target=_read_on,
                args=(app, consumer, settings.database, stop),
                name=f"consumer-{consumer.name}",
                daemon=True,
            )
            for consumer in consumers
        ]
        tasks = Tasks(cast(Jobs, app.extensions["jobs"]).huey)
        tasks.start()
        for thread in threads:
            thread.start()
        stop.wait()
        tasks.stop(graceful=True)
        for thread in threads:
            thread.join(STOP_WITHIN)


def stop_on_signals() -> threading.Event:
    """What is set when the process is told to stop, by SIGTERM or Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


@contextmanager
def _only_one(path: Path, stop: threading.Event) -> Iterator[bool]:
    """Hold the lock file; False when told to stop while waiting. It is free again however the process ends."""
    with path.open("a") as file:
        while not stop.is_set():
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                stop.wait(LOOK_EVERY)
            else:
                yield True
                return
        yield False


def _read_on(app: Flask, consumer: Consumer, database: str, stop: threading.Event) -> None:
    """Let a consumer follow the log; what it raises is logged and tried again, later and later."""
    wake, failures, is_prepared = wake_for(database), 0, False
    while not stop.is_set():
        try:
            with background_context(app):
                if not is_prepared:
                    consumer.prepare()
                    is_prepared = True
                done = catch_up(consumer)
            failures = 0
        except Exception:  # whatever a consumer raises must not end it
            failures += 1
            log.exception("consumer %s failed, try %s", consumer.name, failures)
            stop.wait(min(0.5 * 2**failures, LONGEST_PAUSE))
        else:
            if done:
                stop.wait(BATCH_EVERY)
            wake.wait(LOOK_EVERY)
    wake.close()


class Tasks(HueyConsumer):  # type: ignore[misc]
    """Huey's consumer inside a thread: signals belong to the process, not to it."""

    def __init__(self, huey: Any) -> None:
        super().__init__(
            huey, workers=1, max_delay=LOOK_EVERY, check_worker_health=False, shutdown_timeout=STOP_WITHIN
        )  # fmt: skip

    def _set_signal_handlers(self) -> None:
        """Leave them alone."""


def start_inline(app: Flask, stop: threading.Event | None = None) -> None:
    """Do the work beside the requests, in threads started at the first request (so that servers may fork before)."""
    started, told = threading.Lock(), stop or threading.Event()

    def start() -> None:
        if started.acquire(blocking=False):
            threading.Thread(target=run_worker, args=(app, told), name="jobs", daemon=True).start()

    app.before_request(start)
