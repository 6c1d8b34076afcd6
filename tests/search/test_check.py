"""The comparison of every night: what differs is mended and told, what is still to be read is left alone."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

import pytest
from sqlalchemy import delete, update

from app import doctor
from app.core.db import db
from app.core.events import EventRow, unit_of_work
from app.forum.models import Post
from app.search import choosing, jobs
from app.search.checking import check_index, last_report
from app.search.index import current_index
from app.search.services import rebuild_index
from tests.factories import CategoryFactory, UserFactory
from tests.search.conftest import open_topic, reply


@pytest.fixture(params=["whoosh", "fts5"])
def app(make_app, request):
    app = (
        make_app(search_engine=request.param)
        if "postgresql" not in make_app().extensions["settings"].database
        else make_app()
    )
    with app.app_context():
        yield app
        db.session.remove()


@pytest.fixture
def topic(app, index_now):
    topic = open_topic(UserFactory(), CategoryFactory(), "Le carnaval", "Chahut.")
    reply(UserFactory(), topic, "Vive le carnaval.")
    index_now()
    index = current_index()
    rebuild_index(index.engine, index.lock_file)
    return topic


def keys():
    return dict(current_index().engine.revisions())


def found():
    report = check_index(current_index())
    return report.missing, report.outdated, report.surplus


def test_where_nothing_differs_nothing_is_written(topic):
    generation = current_index().engine.stats().generation
    report = check_index(current_index())
    assert (report.compared, report.differences) == (len(keys()), 0)
    assert current_index().engine.stats().generation == generation
    assert last_report(current_index().folder) == report


def test_what_differs_is_mended(topic, search):
    whole, engine = keys(), current_index().engine
    engine.delete([f"topic:{topic.id}"])
    engine.commit()
    with unit_of_work():
        db.session.execute(delete(EventRow))
        db.session.execute(update(Post).where(Post.number == 2).values(html="<p>Une verrerie.</p>"))
    assert search("verrerie").titles == []
    assert found() == (1, 1, 0)
    assert keys().keys() == whole.keys()
    assert search("verrerie").words[0] == "Une verrerie."
    assert found() == (0, 0, 0)


def test_what_the_database_has_not_leaves_the_index(topic):
    engine = current_index().engine
    (kept,) = [key for key in keys() if key.startswith("topic:")]
    document = indexed(kept)
    engine.upsert([replace(document, id=9_999), replace(document, kind="bygone", id=3)])
    engine.commit()
    assert found() == (0, 0, 2)
    assert not {"topic:9999", "bygone:3"} & keys().keys()


def indexed(key):
    from app.search.documents import analysed, documents_of, indexed_kinds, read

    name, _, number = key.partition(":")
    return analysed(read(documents_of(indexed_kinds()[name], [int(number)])[int(number)]))


def test_what_the_indexer_has_still_to_read_is_no_difference(topic, index_now):
    reply(topic.author, topic, "Encore le carnaval.")
    assert found() == (0, 0, 0)
    assert index_now() > 0
    assert found() == (0, 0, 0)


def test_at_night_it_is_told_in_the_log_and_by_the_doctor(app, topic, caplog):
    settings, engine = app.extensions["settings"], current_index().engine
    with caplog.at_level(logging.INFO, "app.search.jobs"):
        jobs.look_after_index()
        assert "agrees with the database" in caplog.text
        assert advice(settings) == []
        engine.delete([f"topic:{topic.id}"])
        engine.commit()
        jobs.look_after_index()
    assert "1 missing, 0 outdated, 0 too many" in caplog.text
    assert advice(settings) == ["Run `beffroi search check`; should it find more, read the log of the jobs process."]


def advice(settings):
    return [finding.advice for finding in doctor.check_index(settings) if finding.advice]


def test_at_night_a_platform_without_an_index_is_left_to_the_indexer(app):
    jobs.look_after_index()
    assert last_report(current_index().folder) is None


def test_a_broken_report_is_no_report(topic):
    check_index(current_index())
    path = current_index().folder / "check.json"
    for broken in ("{", json.dumps({"at": 1}), "[]"):
        path.write_text(broken)
        assert last_report(current_index().folder) is None


def test_the_command_compares_and_says_what_it_mended(app, topic):
    outcome = app.test_cli_runner().invoke(args=["search", "check"])
    assert outcome.exit_code == 0, outcome.output
    assert "the index agrees with the database" in outcome.output
    current_index().engine.delete([f"topic:{topic.id}"])
    current_index().engine.commit()
    outcome = app.test_cli_runner().invoke(args=["search", "check"])
    assert "mended: 1 missing, 0 outdated, 0 too many" in " ".join(outcome.output.split())


def test_metrics_tell_what_the_last_comparison_found(app, topic, clock):
    from prometheus_client.core import GaugeMetricFamily

    from app.operating.metrics import _index

    assert list(_index(GaugeMetricFamily)) == []
    current_index().engine.delete([f"topic:{topic.id}"])
    current_index().engine.commit()
    check_index(current_index())
    clock.advance(minutes=5)
    told = {
        (each.name, *sample.labels.values()): sample.value
        for each in _index(GaugeMetricFamily)
        for sample in each.samples
    }
    assert told["beffroi_index_differences", "missing"] == 1
    assert told["beffroi_index_differences", "surplus"] == 0
    assert told["beffroi_index_check_age_seconds",] == 300


def test_the_doctor_says_when_another_engine_would_be_better(app, topic, monkeypatch):
    settings = app.extensions["settings"]
    monkeypatch.setattr(choosing, "GOOD_TO", {"whoosh": 2})
    wanted = choosing.better_engine(settings, 3)
    assert advice(settings) == (
        [f"Set BEFFROI_SEARCH_ENGINE={wanted}, then run `beffroi search rebuild`."] if wanted else []
    )
    assert bool(wanted) == (choosing.chosen_engine(settings) == "whoosh")


@pytest.mark.parametrize(
    ("engine", "database", "chosen", "better"),
    [
        ("auto", "", "whoosh", "fts5"),
        ("auto", "postgresql+psycopg://x@y/z", "postgresql", ""),
        ("whoosh", "postgresql+psycopg://x@y/z", "whoosh", "postgresql"),
        ("fts5", "postgresql+psycopg://x@y/z", "fts5", ""),
        ("fts5", "", "fts5", ""),
        ("postgresql", "postgresql://x@y/z", "postgresql", ""),
    ],
)
def test_which_engine_is_in_force(settings, engine, database, chosen, better):
    settings = replace(settings, search_engine=engine, database_url=database)
    assert choosing.chosen_engine(settings) == chosen
    assert choosing.better_engine(settings, 20_001) == better
    assert choosing.better_engine(settings, 20_000) == ""
    assert type(choosing.open_engine(settings)).__name__.lower().startswith(chosen.removesuffix("5"))


@pytest.mark.parametrize(("engine", "said"), [("lucene", "must be one of"), ("postgresql", "the database is not")])
def test_a_setting_that_cannot_be_meant_is_refused(settings, engine, said):
    with pytest.raises(ValueError, match=said):
        choosing.chosen_engine(replace(settings, search_engine=engine, database_url=""))
