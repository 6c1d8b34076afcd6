"""What the bench says of its figures."""

from __future__ import annotations

import pytest

from app.config import Settings
from tests.bench.__main__ import main
from tests.bench.comparing import rows
from tests.bench.crowd import room_of
from tests.bench.figures import Figure
from tests.bench.lighthouse import lacking
from tests.support.loads import Asked, Load
from tests.support.running import environment


def told(name, value, unit="ms CPU", target=""):
    return {"name": name, "value": value, "unit": unit, "target": target}


@pytest.mark.parametrize(
    ("value", "target", "verdict"),
    [(2.6, "<= 2.5", "MISS"), (2.5, "<= 2.5", "ok"), (0.3, ">= 0.4", "MISS"), (0, "= 0", "ok"), (1, "= 0", "MISS")],
)
def test_a_figure_is_held_against_its_target(value, target, verdict):
    assert Figure("page", value, "ms CPU", target).verdict == verdict


def test_a_figure_without_target_is_neither_good_nor_bad():
    assert Figure("page", 1, "ms CPU").verdict == ""


@pytest.mark.parametrize(
    ("before", "after", "unit", "target", "verdict"),
    [
        (2.0, 1.0, "ms CPU", "<= 2", "better"),
        (1.0, 2.0, "ms CPU", "<= 2", "worse"),
        (100, 200, "/s", "", "better"),
        (0.4, 0.2, "", ">= 0.4", "worse"),
        (1.0, 1.05, "ms CPU", "", ""),
    ],
)
def test_two_runs_stand_side_by_side(before, after, unit, target, verdict):
    (row,) = rows([told("page", before, unit, target)], [told("page", after, unit, target)])
    assert row[0] == "page"
    assert row[-1] == verdict


def test_what_one_run_has_alone_is_shown_without_a_share():
    found = rows([told("old", 1)], [told("new", 0)])
    assert [(row[0], row[1], row[2], row[-2]) for row in found] == [("old", "1", "", ""), ("new", "", "0", "")]


def test_every_room_has_twenty_different_members():
    rooms = {}
    for place in range(1_000):
        rooms.setdefault(room_of(place, 50, 100), set()).add(place % 100)
    assert {len(members) for members in rooms.values()} == {20}
    assert len(rooms) == 50


def test_the_platform_is_served_with_the_search_engine_that_is_measured(tmp_path):
    assert environment(Settings(var=tmp_path, search_engine="fts5"))["BEFFROI_SEARCH_ENGINE"] == "fts5"


def test_an_engine_wants_its_database(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["bench", "--engine", "postgresql"])
    with pytest.raises(SystemExit):
        main()
    assert "--engine postgresql wants --database postgresql" in capsys.readouterr().err


def test_posted_pictures_and_fonts_are_weighed_apart():
    found = Load("http://here")
    found.requests += [
        Asked("http://here/fr/", "Document", 4_000),
        Asked("http://here/static/dist/a.woff2", "Font", 30_000),
        Asked("http://here/static/dist/icons.svg", "Image", 1_000),
        Asked("http://here/files/1", "Image", 90_000),
        Asked("http://there/counter.js", "Script", 2_000),
    ]
    assert (len(found.own), found.without_fonts(), found.posted_kilobytes()) == (4, 7, 90)
    assert (found.kilobytes("Font"), found.kilobytes("Script"), found.kilobytes("Font", "Script")) == (30, 2, 32)
    assert found.outside() == ["http://there/counter.js"]


def test_what_lighthouse_found_lacking_is_named():
    weights = {"contrast": 3, "title": 1, "advice": 0, "none": 1}
    scores = {"contrast": 0.5, "title": 1, "advice": 0, "none": None}
    told = {
        "categories": {"seo": {"auditRefs": [{"id": name, "weight": weight} for name, weight in weights.items()]}},
        "audits": {name: {"score": score} for name, score in scores.items()},
    }
    assert lacking(told, "seo") == "contrast 0.5"
