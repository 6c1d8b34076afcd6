"""Adding, replacing, removing, and what other processes see of it."""

import pytest

from app.search.rebuilding import Source, rebuild
from tests.search.engines.conftest import document, fill, find, ids


def test_an_empty_index_finds_nothing(engine):
    assert find(engine, "poterie").total == 0
    assert list(engine.revisions()) == []
    assert engine.stats().documents == 0


def test_what_was_added_is_found_after_the_commit_only(engine):
    engine.upsert([document(1, "Poterie")])
    assert find(engine, "poterie").total == 0
    engine.commit()
    assert ids(find(engine, "poterie")) == [1]


def test_a_newer_version_replaces_the_older(engine):
    fill(engine, document(1, "Poterie"), document(2, "Poterie"))
    fill(engine, document(1, "Verrerie", revision=2))
    assert ids(find(engine, "poterie")) == [2]
    assert ids(find(engine, "verrerie")) == [1]
    assert dict(engine.revisions()) == {"post:1": 2, "post:2": 1}


def test_the_last_of_several_versions_in_one_commit_counts(engine):
    engine.upsert([document(1, "Poterie"), document(1, "Verrerie", revision=2)])
    engine.commit()
    assert find(engine, "poterie").total == 0
    assert find(engine, "verrerie").total == 1


def test_kinds_do_not_share_numbers(engine):
    fill(engine, document(1, "Poterie", kind="post"), document(1, "Poterie", kind="topic"))
    engine.delete(["post:1"])
    engine.commit()
    assert [hit.key for hit in find(engine, "poterie").hits] == ["topic:1"]


def test_what_was_removed_is_gone(engine):
    fill(engine, document(1, "Poterie"), document(2, "Poterie"))
    engine.delete(["post:1", "post:99"])
    engine.commit()
    result = find(engine, "poterie")
    assert ids(result) == [2]
    assert result.total == 1
    assert result.facets["kind"] == {"post": 1}


def test_removing_everything_leaves_an_index_that_works(engine):
    fill(engine, document(1, "Poterie"))
    engine.delete(["post:1"])
    engine.commit()
    assert find(engine, "poterie").total == 0
    fill(engine, document(2, "Poterie"))
    assert ids(find(engine, "poterie")) == [2]


def test_another_process_sees_each_commit(engine, open_engine):
    reader = open_engine()
    for number in range(1, 6):
        fill(engine, document(number, "Poterie"))
        assert find(reader, "poterie").total == number
    engine.delete(["post:3"])
    engine.commit()
    assert 3 not in ids(find(reader, "poterie"))


def test_stats_tell_size_and_generation(engine):
    fill(engine, document(1, "Poterie"))
    first = engine.stats()
    fill(engine, document(2, "Poterie"))
    second = engine.stats()
    assert (first.documents, second.documents) == (1, 2)
    assert first.size > 0
    assert first.generation != second.generation


def sources(*documents):
    return [Source(each.key, each.revision, lambda each=each: each) for each in documents]


def test_a_rebuild_replaces_everything_and_readers_notice(engine, open_engine):
    fill(engine, document(1, "Poterie"), document(2, "Poterie"))
    reader = open_engine()
    assert find(reader, "poterie").total == 2
    seen_meanwhile = []

    def before_publishing(draft):
        seen_meanwhile.append(find(reader, "poterie").total)
        draft.upsert([document(9, "Poterie")])

    rebuild(engine, sources(document(2, "Poterie"), document(3, "Poterie")), before_publishing)
    assert seen_meanwhile == [2]
    assert sorted(ids(find(reader, "poterie"))) == [2, 3, 9]
    assert sorted(ids(find(engine, "poterie"))) == [2, 3, 9]
    fill(engine, document(4, "Poterie"))
    assert find(reader, "poterie").total == 4


def test_an_interrupted_rebuild_goes_on_where_it_was(engine, open_engine):
    fill(engine, document(1, "Poterie"))
    draft = engine.draft()
    draft.upsert([document(2, "Poterie"), document(3, "Poterie"), document(4, "Poterie")])
    draft.commit()
    loaded = []

    def source(each):
        return Source(each.key, each.revision, lambda: loaded.append(each.id) or each)

    restarted = open_engine()
    wanted = [document(2, "Poterie"), document(3, "Poterie", revision=2), document(5, "Poterie")]
    assert rebuild(restarted, map(source, wanted), lambda draft: None) == 2
    assert loaded == [3, 5]
    assert dict(engine.revisions()) == {"post:2": 1, "post:3": 2, "post:5": 1}


@pytest.mark.parametrize("engine_name", ["whoosh", "fts5"])  # PostgreSQL publishes in one transaction
def test_a_rebuild_that_died_while_publishing_begins_again(engine, place):
    fill(engine, document(1, "Poterie"))
    draft = engine.draft()
    fill(draft, document(2, "Poterie"))
    (moved,) = [path for path in place.glob("*draft/*") if path.is_dir()]
    moved.rename(place / moved.name)
    assert rebuild(engine, sources(document(3, "Poterie")), lambda draft: None) == 1
    assert ids(find(engine, "poterie")) == [3]
    assert [path.name for path in place.iterdir() if path.is_dir()] == [(place / "current").read_text()]
