"""Several processes, and processes that die."""

import os
import random
import signal
import threading
import time
from multiprocessing import get_context

import pytest

from app.search.rebuilding import Source, rebuild
from tests.search.engines.conftest import ENGINES, document, fill, find, ids

spawn = get_context("spawn")


def write_one(name, place, number):
    fill(ENGINES[name](place), document(number, "Poterie"))


def write_for_ever(name, place, acknowledged):
    engine = ENGINES[name](place)
    for number in range(10_000):
        fill(engine, *(document(number * 10 + each, "Poterie", "mot " * 50) for each in range(10)))
        acknowledged.send(number * 10 + 9)


def test_writers_wait_for_each_other(engine, engine_name, place):
    fill(engine, document(0, "Poterie"))
    writers = [spawn.Process(target=write_one, args=(engine_name, place, number)) for number in (1, 2, 3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert sorted(ids(find(engine, "poterie"))) == [0, 1, 2, 3]


@pytest.mark.parametrize("attempt", range(4))
def test_a_writer_killed_at_any_moment_leaves_a_readable_index(engine, engine_name, place, attempt):
    fill(engine, document(99_999, "Poterie"))
    hears, speaks = spawn.Pipe(duplex=False)
    writer = spawn.Process(target=write_for_ever, args=(engine_name, place, speaks))
    writer.start()
    last = hears.recv()
    time.sleep(random.Random(attempt).uniform(0.02, 0.4))
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    while hears.poll():
        last = hears.recv()
    found = find(engine, "poterie", limit=1)
    # Each commit is whole or absent, and none that was acknowledged is missing.
    assert found.total % 10 == 1
    assert found.total >= last + 2
    fill(engine, document(88_888, "Poterie"))
    assert find(engine, "poterie", limit=1).total == found.total + 1


def rebuild_for_ever(name, place, acknowledged):
    engine = ENGINES[name](place)
    for number in range(10_000):
        documents = [document(each, "Poterie", f"mot {number}") for each in range(20)]
        rebuild(engine, [Source(each.key, number, lambda each=each: each) for each in documents], lambda draft: None)
        acknowledged.send(number)


@pytest.mark.parametrize("attempt", range(3))
def test_a_rebuild_killed_at_any_moment_leaves_the_index_in_service(engine, engine_name, place, attempt):
    hears, speaks = spawn.Pipe(duplex=False)
    rebuilder = spawn.Process(target=rebuild_for_ever, args=(engine_name, place, speaks))
    rebuilder.start()
    hears.recv()
    time.sleep(random.Random(attempt).uniform(0.02, 0.3))
    os.kill(rebuilder.pid, signal.SIGKILL)
    rebuilder.join()
    assert find(engine, "poterie", limit=1).total == 20
    fresh = [document(each, "Verrerie", revision=77_777) for each in range(5)]
    assert rebuild(engine, [Source(each.key, 77_777, lambda each=each: each) for each in fresh], lambda _: None) == 5
    assert find(engine, "poterie").total == 0
    assert find(engine, "verrerie").total == 5


def wait_for_two_more(seen):
    """However busy the machine is, everyone who searches has seen what was there when this was called."""
    wanted, until = [len(totals) + 2 for totals in seen], time.monotonic() + 30
    while time.monotonic() < until and any(len(totals) < more for totals, more in zip(seen, wanted, strict=True)):
        time.sleep(0.01)


# A merge may remove files while Whoosh opens them: it then forgets to close those it has, and the engine tries again.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_searches_go_on_during_commits_and_rebuilds(engine, open_engine):
    reader = open_engine()
    fill(engine, document(0, "Poterie"))
    failures, stop = [], threading.Event()
    seen = [[], [], []]

    def keep_searching(totals):
        while not stop.is_set():
            try:
                totals.append(find(reader, "poterie safi", limit=5).total)
            except Exception as failure:  # noqa: BLE001 - whatever fails is what this test is about
                failures.append(failure)
                return

    searchers = [threading.Thread(target=keep_searching, args=(totals,)) for totals in seen]
    for searcher in searchers:
        searcher.start()
    kept = [document(0, "Poterie")]
    for number in range(1, 25):
        kept.append(document(number, "Poterie", "de Safi"))
        fill(engine, kept[-1])
        if number % 8 == 0:
            rebuild(engine, [Source(each.key, 1, lambda each=each: each) for each in kept], lambda draft: None)
            wait_for_two_more(seen)
    stop.set()
    for searcher in searchers:
        searcher.join()
    assert failures == []
    for totals in seen:
        assert totals == sorted(totals)
        assert len(set(totals)) > 2
    assert find(reader, "poterie safi").total == 24
