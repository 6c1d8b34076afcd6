"""What the bench says of its figures."""

from __future__ import annotations

import pytest

from tests.bench.comparing import rows
from tests.bench.crowd import room_of
from tests.bench.figures import Figure


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
