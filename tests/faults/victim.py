"""A process that kills itself, as `kill -9` would, at a moment of one act: `python -m tests.faults.victim ACT MOMENT`.

Its settings come from the environment. MOMENT: `before` the first commit, `after` it, or `never`.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from sqlalchemy import event, select

from app import create_app
from app.accounts.models import User
from app.config import load_settings
from app.core.background import background_context
from app.core.db import db
from app.core.events import unit_of_work
from app.core.files import file_store, store_file
from app.engagement.services import attach
from app.forum.drafting.scheduling import publish_due
from app.forum.models import Post
from app.forum.polls.queries import poll_of
from app.forum.polls.services import close_due_polls, vote
from app.moderation.cases import find_case
from app.moderation.deciding import decide
from app.moderation.drafts import DecisionDraft


def member(handle: str) -> User:
    return db.session.scalars(select(User).where(User.handle == handle)).unique().one()


def message() -> Post:
    return db.session.scalars(select(Post).where(Post.number == 2)).one()


def upload() -> None:
    stored = store_file(file_store(load_settings()), "a.pdf", b"%PDF-1 a whole file")
    with unit_of_work():
        attach(member("author"), "post", message().id, stored)


def cast() -> None:
    with unit_of_work():
        vote(member("voter"), message(), [poll_of(message().id).options[0].id])


def end_polls() -> None:
    with unit_of_work():
        close_due_polls()


def publish() -> None:
    publish_due()


def moderate() -> None:
    with unit_of_work():
        decide(member("moderator"), find_case("post", message().id), DecisionDraft("hide", "spam"))


ACTS: dict[str, Callable[[], None]] = {
    "upload": upload, "vote": cast, "end polls": end_polls, "publish": publish, "moderate": moderate,
}  # fmt: skip


def die(*_said: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(act: str, moment: str) -> None:
    app = create_app(load_settings())
    with background_context(app):
        if moment == "before":
            event.listen(db.session(), "before_commit", die)
        elif moment == "after":
            event.listen(db.session(), "after_commit", die)
        ACTS[act]()


if __name__ == "__main__":
    main(*sys.argv[1:])
