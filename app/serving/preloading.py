"""What both processes need, read before they part, so that it is in memory once."""

from __future__ import annotations

import gc

from sqlalchemy.orm import configure_mappers

from app.serving.supervisor import Main
from app.setup import read_rooms


def preload() -> tuple[Main, Main]:
    """The work of the web process and of the jobs process, with all their code read.

    No connection, no file and no thread is opened: those would be shared too. What is there now stays: the collector
    need not walk over it, which would write to it.
    """
    from app.serving.jobs import work
    from app.serving.web import serve

    read_rooms()
    configure_mappers()
    gc.collect()
    gc.freeze()
    return serve, work
