"""The table of words: counted once however often, mended at night, made anew with the index."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import delete, func, select, update

from app.core.consumers import consumers, move_cursor
from app.core.db import db
from app.core.events import record, unit_of_work
from app.forum.models import Post
from app.privacy import closing
from app.search.index import CONSUMER, current_index
from app.search.jobs import look_after_index
from app.search.services import only_writer, rebuild_index
from app.search.words.keeping import recount
from app.search.words.models import SearchCounted, SearchWord
from app.terms.events import TermChanged
from app.terms.models import Term
from tests.factories import CategoryFactory, UserFactory
from tests.search.conftest import open_topic, reply


def table() -> set[tuple[str, str, str, str, int]]:
    """What the table says now."""
    row = SearchWord
    return {
        tuple(each) for each in db.session.execute(select(row.kind, row.folded, row.shown, row.scope, row.frequency))
    }


def frequency(word: str) -> int:
    return sum(count for kind, folded, _shown, _scope, count in table() if (kind, folded) == ("word", word))


@pytest.fixture
def again():
    index = current_index()
    return partial(recount, partial(only_writer, index.lock_file))


@pytest.fixture
def topic(app, index_now):
    topic = open_topic(UserFactory(), CategoryFactory(), "Le carnaval", "Carnaval, carnaval !", "fête")
    reply(UserFactory(), topic, "Vive le carnaval.")
    index_now()
    return topic


def test_a_document_counts_once_for_a_word(topic):
    assert frequency("carnaval") == 2
    assert frequency("le") == 0, "small words say nothing"


def test_reading_the_log_twice_counts_nothing_twice(topic, index_now):
    before = table()
    move_cursor(CONSUMER, (0, 0))
    assert index_now() > 0
    assert table() == before


def test_a_night_mends_what_was_wrong_and_changes_nothing_else(topic, again, app, caplog):
    again()
    before = table()
    assert again() == 0
    with unit_of_work():
        db.session.execute(update(SearchWord).where(SearchWord.kind == "word").values(frequency=77))
        db.session.add(SearchCounted(kind="topic", subject_id=topic.id - 1, words=b""))
    look_after_index()
    assert "counts of the table of words were wrong" in caplog.text
    assert table() == before


def test_what_is_gone_from_the_database_is_gone_from_the_table(topic, again):
    last = db.session.scalar(select(func.max(Post.id)))
    reply(UserFactory(), topic, "Bonjour.")
    with unit_of_work():
        db.session.execute(delete(Post).where(Post.id == last))
    again()
    assert frequency("carnaval") == 1


def test_a_rebuild_makes_the_same_table(topic, again):
    again()
    before = table()
    with unit_of_work():
        db.session.execute(delete(SearchWord))
    index = current_index()
    rebuild_index(index.engine, index.lock_file)
    assert table() == before


def test_an_index_older_than_the_table_is_counted_at_the_start(topic):
    with unit_of_work():
        db.session.execute(delete(SearchCounted))
        db.session.execute(delete(SearchWord))
    (indexer,) = [consumer for consumer in consumers if consumer.name == CONSUMER]
    indexer.prepare()
    assert frequency("carnaval") == 2


def test_a_term_with_another_name_is_offered_by_it(topic, index_now):
    with unit_of_work():
        term = db.session.scalars(select(Term).where(Term.is_active)).first()
        term.labels = {**term.labels, "fr": "Ornithologie"}
        record(TermChanged(term.id))
    index_now()
    assert ("term", "ornithologie", "Ornithologie", "public", 1) in table()


def test_nothing_of_a_name_outlives_the_account(app, index_now):
    member = UserFactory(display_name="Zéphyrine Dubois", handle="zephyrine")
    open_topic(member, CategoryFactory(), "Bonjour", "Tous.")
    with unit_of_work():
        from app.core.subjects import SubjectChanged

        record(SubjectChanged("member", member.id))
    index_now()
    assert any("Zéphyrine" in shown for _kind, _folded, shown, *_ in table())
    with unit_of_work():
        member.status = "closed"
    with unit_of_work():
        closing.anonymise(member)
    assert not any("phyrine" in f"{shown} {folded}" for _kind, folded, shown, *_ in table())
