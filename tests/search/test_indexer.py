"""The index follows the log: once or twice makes no difference, and nothing is lost for good."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, update

from app.core.consumers import consumers, move_cursor
from app.core.db import db, now
from app.core.events import EventRow, record, unit_of_work
from app.core.subjects import Link, SearchDocument, SubjectKind, SubjectPublished, register, unregister
from app.core.worker import run_worker
from app.forum.order import moderating
from app.search.index import CONSUMER, current_index
from app.search.services import rebuild_index
from tests.factories import CategoryFactory, UserFactory
from tests.search.conftest import open_topic, reply


@pytest.fixture
def indexer(app):
    """The indexer of the application."""
    return next(consumer for consumer in consumers if consumer.name == CONSUMER)


@pytest.fixture
def topic(app):
    """A topic with a reply, not indexed yet."""
    topic = open_topic(UserFactory(), CategoryFactory(), "Le carnaval", "Chahut.")
    reply(UserFactory(), topic, "Vive le carnaval.")
    return topic


def lose(*keys):
    """What a power cut may do to an index that was not yet on the disk."""
    engine = current_index().engine
    engine.delete(keys)
    engine.commit()


def test_reading_the_log_twice_changes_nothing(topic, search, index_now):
    index_now()
    before = dict(current_index().engine.revisions())
    move_cursor(CONSUMER, (0, 0))
    assert index_now() > 0
    assert dict(current_index().engine.revisions()) == before
    assert len(search("carnaval").titles) == 2


def test_an_indexer_that_died_before_moving_its_cursor_loses_nothing(topic, search, indexer, index_now, monkeypatch):
    def die(*_):
        raise RuntimeError("killed")

    monkeypatch.setattr("app.core.consumers.move_cursor", die)
    with pytest.raises(RuntimeError):
        index_now()
    monkeypatch.undo()
    assert index_now() > 0
    assert len(search("carnaval").titles) == 2


def test_where_there_is_no_index_it_is_made_from_the_database(topic, search, indexer, index_now):
    with unit_of_work():
        db.session.execute(delete(EventRow))
    indexer.prepare()
    assert len(search("carnaval").titles) == 2
    assert index_now() == 0


def test_after_a_start_of_the_machine_the_last_day_is_read_again(topic, search, indexer, index_now):
    index_now()
    indexer.prepare()
    lose(f"topic:{topic.id}")
    indexer.prepare()
    assert len(search("carnaval").titles) == 1, "the machine is still the same: nothing to repair"
    (current_index().folder / "boot").write_text("another start")
    indexer.prepare()
    assert len(search("carnaval").titles) == 2


def test_what_is_older_than_a_day_was_on_the_disk(topic, search, indexer, index_now):
    index_now()
    lose(f"topic:{topic.id}")
    with unit_of_work():
        db.session.execute(update(EventRow).values(created_at=now() - timedelta(hours=25)))
    indexer.prepare()
    assert len(search("carnaval").titles) == 1


def test_a_rebuild_adds_what_happens_meanwhile(topic, search, index_now, client):
    index_now()
    index, added = current_index(), []
    moderator = UserFactory(role="moderator")

    def meanwhile(_count):
        if not added:
            added.append(open_topic(UserFactory(), CategoryFactory(), "Un autre carnaval", "Bis."))
            with unit_of_work():
                moderating.change_topic_state(moderator, topic, "hide", "Spam")

    rebuild_index(index.engine, index.lock_file, meanwhile)
    assert f"topic:{topic.id}" not in dict(index.engine.revisions())
    assert "Un autre carnaval" in search("carnaval").titles
    index_now()
    assert "Le carnaval" not in search("carnaval").titles


def test_the_command_rebuilds_and_says_how_much(app, topic, search):
    outcome = app.test_cli_runner().invoke(args=["search", "rebuild"])
    assert outcome.exit_code == 0, outcome.output
    assert "4 documents" in outcome.output  # the topic, the reply and the two members
    assert len(search("carnaval").titles) == 2
    assert app.test_cli_runner().invoke(args=["search", "rebuild"]).exit_code == 0
    assert len(search("carnaval").titles) == 2


@pytest.fixture
def toys():
    """Toys of another room, which search has never heard of."""
    shelf = {1: "Un cerf-volant rouge", 2: "Un cerf-volant bleu"}

    def document(toy_id):
        if toy_id not in shelf:
            return None
        return SearchDocument("toy", toy_id, "fr", shelf[toy_id], "Pour le vent.", None, None, now(), ("public",), 1)

    register(
        SubjectKind(
            name="toy",
            label="Jouets",
            load=lambda ids: {each: SimpleNamespace(title=shelf[each]) for each in ids if each in shelf},
            visible_to=lambda _actor, ids: {each for each in ids if each in shelf},
            link=lambda row: Link("/toys", row.title, "fr"),
            search_document=document,
            ids=lambda after, limit: [each for each in sorted(shelf) if each > after][:limit],
        )
    )
    yield shelf
    unregister("toy")


def test_a_kind_of_another_room_is_found_without_a_word_from_it(toys, search, index_now):
    with unit_of_work():
        for toy_id in (1, 2, 3):
            record(SubjectPublished("toy", toy_id))
    index_now()
    page = search("cerfs-volants")
    assert sorted(page.titles) == ["Un cerf-volant bleu", "Un cerf-volant rouge"]
    assert page.tabs["Jouets"] == 2
    del toys[1]
    assert search("cerf volant").titles == ["Un cerf-volant bleu"]
    assert list(search("cerf volant").tabs.values()) == [1, 1]


def test_a_kind_of_another_room_is_rebuilt_too(toys, search, app):
    index = current_index()
    rebuild_index(index.engine, index.lock_file)
    assert len(search("cerf volant").titles) == 2


def test_a_kind_that_cannot_be_gone_through_is_named(toys, app):
    index = current_index()
    kind = SubjectKind("toy", "Jouets", dict, set, str, search_document=lambda _id: None)  # type: ignore[arg-type]
    register(kind)
    with pytest.raises(TypeError, match="'toy'"):
        rebuild_index(index.engine, index.lock_file)


def test_a_message_is_found_within_five_seconds_of_being_posted(app, topic, search):
    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(app, stop))
    worker.start()
    try:
        reply(UserFactory(), topic, "Rendez-vous à la gare maritime.")
        posted = time.monotonic()
        while not search("maritime").titles:
            assert time.monotonic() - posted < 5
            time.sleep(0.05)
    finally:
        stop.set()
        worker.join(20)
