"""Attached files are found by name, by what an image shows, and by the text inside."""

from __future__ import annotations

import logging

import pytest

from app.core.consumers import catch_up, consumers
from app.core.db import db
from app.core.events import unit_of_work
from app.core.files import FileStore, file_store
from app.engagement import jobs
from app.engagement.file_texts import read_due, sweep_texts
from app.engagement.models import Attachment, FileText
from app.engagement.oversight import FILE_OVERSIGHT
from app.engagement.shelf import attach_exactly
from app.forum.order import moderating
from tests.engagement.documents import docx, odt, pdf
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.forum.files import on_shelf, picture
from tests.search.conftest import open_topic, reply, signed_in


@pytest.fixture
def store(settings) -> FileStore:
    return file_store(settings)


@pytest.fixture
def world(app, store, index_now):
    """A message with five files, of which one is encrypted."""
    author = UserFactory()
    topic = open_topic(author, CategoryFactory(), "Notre projet", "Voici les papiers.")
    post = reply(author, topic, "Tout est là.")
    sent = {
        "rapport.pdf": pdf("Les tanneries de Marrakech"),
        "notes.odt": odt("Les chaudronniers", "de Fes"),
        "convention.docx": docx("Entre Bethune et Safi"),
        "clos.pdf": pdf("Les orfevres", password="sesame"),
        "moulin.png": picture(),
    }
    files = [on_shelf(author, store, content, name) for name, content in sent.items()]
    with unit_of_work():
        attach_exactly(
            author, "post", post.id, {one.public_id: "Le moulin du pré" for one in files}, f"topic:{topic.id}"
        )
    settle()
    return topic, post


def settle() -> None:
    """Every reader of the log has read it."""
    for _ in range(2):
        for consumer in consumers:
            if consumer.name in {"listeners", "search"}:
                catch_up(consumer)


def file_named(name: str) -> Attachment:
    found = db.session.query(Attachment).filter_by(name=name).one()
    assert isinstance(found, Attachment)
    return found


def test_names_and_pictures_are_found_before_anything_was_read(world, search):
    assert search("rapport").titles == ["rapport.pdf"]
    assert search("moulin").titles == ["moulin.png"]
    assert search("tanneries").titles == []


def test_the_text_inside_is_found_once_it_was_read(world, search, store, caplog):
    with caplog.at_level(logging.WARNING):
        assert read_due(store) == 4
    assert "encrypted" in caplog.text
    assert read_due(store) == 0
    settle()
    assert search("tannerie").titles == ["rapport.pdf"]
    assert search("chaudronnier").words == ["Les chaudronniers de Fes"]
    assert search('"Bethune et Safi"').titles == ["convention.docx"]
    assert search("orfevres").titles == []
    assert search("clos").titles == ["clos.pdf"]
    page = search("tannerie", kind="file", lang="en")
    assert page.texts("span[@class='hit-kind']") == ["File"]
    with unit_of_work():
        sweep_texts()
    assert db.session.query(FileText).count() == 4


def test_only_whoever_sees_the_message_finds_its_files(app, store, search):
    member = UserFactory()
    closed = CategoryFactory(space=SpaceFactory(visibility="members"))
    topic = open_topic(member, closed, "Entre nous", "Voici.")
    files = [on_shelf(member, store, b"Le secret des vanniers", "secret.txt")]
    with unit_of_work():
        attach_exactly(member, "topic", topic.id, {files[0].public_id: ""}, f"topic:{topic.id}")
    settle()
    read_due(store)
    settle()
    assert search("vanniers").titles == []
    assert search("vanniers").tabs == {}
    assert search("vanniers", signed_in(app, member)).titles == ["secret.txt"]


@pytest.mark.parametrize("act", ["hide", "remove"])
def test_a_file_taken_away_is_gone_before_the_indexer_has_run(world, search, act):
    moderator = UserFactory(role="moderator")
    with unit_of_work():
        FILE_OVERSIGHT.acts[act](moderator, file_named("rapport.pdf"), "Non")
    assert search("rapport").titles == []
    settle()
    assert search("rapport").titles == []


def test_the_files_of_a_hidden_message_are_gone_with_it_and_come_back(world, search):
    moderator = UserFactory(role="moderator")
    with unit_of_work():
        moderating.hide_post(moderator, world[1], "Hors sujet")
    assert search("rapport").titles == []
    settle()
    assert search("rapport").titles == []
    with unit_of_work():
        moderating.restore_post(moderator, world[1], "Erreur")
    settle()
    assert search("rapport").titles == ["rapport.pdf"]


def test_a_file_taken_off_is_found_no_more_and_its_text_is_forgotten(world, search, store):
    read_due(store)
    _topic, post = world
    with unit_of_work():
        attach_exactly(post.author, "post", post.id, {}, f"topic:{post.topic_id}")
    assert search("rapport").titles == []
    settle()
    assert search("rapport").titles == []
    jobs.sweep_files()
    assert db.session.query(FileText).count() == 0


def test_a_shelf_is_not_searched(app, store, search):
    on_shelf(UserFactory(), store, b"brouillon", "brouillon.txt")
    settle()
    assert read_due(store) == 0
    assert search("brouillon").titles == []


def test_bytes_that_are_lost_are_passed_over(world, store, caplog):
    store.delete(file_named("rapport.pdf").sha256)
    read_due(store)
    assert "not in the store" in caplog.text


def test_a_document_that_takes_too_long_is_given_up(world, store, monkeypatch, caplog):
    monkeypatch.setattr("app.engagement.file_texts.SECONDS", 0.001)
    assert read_due(store) == 4
    assert "took longer" in caplog.text
