"""The supervisor keeps its children alive, and none survives it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

PROJECT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
from app.serving.supervisor import RENEW, Child, Supervisor, listen
from tests.serving.child import answer, rest
children = [Child("answers", answer, listens=True), Child("rests", rest)]
listener = listen("127.0.0.1", 0)
code = Supervisor(listener, children, lambda line: print(line, flush=True)).run()
if code == RENEW:
    print("a socket is left", flush=True)
    listener.accept()
    code = 0
sys.exit(code)
"""


class Tree:
    """A supervisor with two small children."""

    def __init__(self, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT], cwd=PROJECT, stdout=subprocess.PIPE, text=True, env=os.environ | environment
        )

    def ready_line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def web_pid(self, port: int) -> int:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            return int(connection.recv(64))

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


def port_of(line: str) -> int:
    return int(line.split("http://127.0.0.1:")[1].split(maxsplit=1)[0])


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def tree() -> Iterator[Tree]:
    running = Tree()
    yield running
    if running.process.poll() is None:
        running.process.terminate()
    running.process.wait(10)
    assert running.process.stdout is not None
    running.process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_line_when_ready_and_all_stopped_by_a_signal(tree: Tree, number: signal.Signals) -> None:
    assert "ready on http://127.0.0.1:" in tree.ready_line()
    children = tree.children()
    assert len(children) == 2
    started = time.monotonic()
    tree.process.send_signal(number)
    assert tree.process.wait(5) == 0
    assert time.monotonic() - started < 5
    assert not any(child.is_running() for child in children)


def test_a_killed_child_comes_back_and_no_connection_is_refused_meanwhile(tree: Tree) -> None:
    port = port_of(tree.ready_line())
    first = psutil.Process(tree.web_pid(port))
    first.kill()
    first.wait(10)  # a signal is sent before it is taken: the dying one may still accept
    assert tree.web_pid(port) != first.pid


def test_told_to_renew_it_ends_both_and_keeps_the_socket(tree: Tree) -> None:
    port, children = port_of(tree.ready_line()), tree.children()
    assert {child.name() for child in children} == {"answers", "rests"}
    tree.process.send_signal(signal.SIGHUP)
    wait_until(lambda: not any(child.is_running() for child in children))
    assert tree.process.stdout is not None
    assert tree.process.stdout.readline() == "a socket is left\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10):
        pass
    assert tree.process.wait(10) == 0


def test_a_child_has_nothing_of_the_others(tree: Tree) -> None:
    """Were another's lifeline open in it, that one would outlive the supervisor for as long as it."""
    port_of(tree.ready_line())
    supervisor = {str(file.readlink()) for file in Path(f"/proc/{tree.process.pid}/fd").iterdir()}
    for child in tree.children():
        shared = supervisor & {str(file.readlink()) for file in Path(f"/proc/{child.pid}/fd").iterdir()}
        sockets = {name for name in shared if name.startswith("socket:")}
        assert len(sockets) == (1 if child.name() == "answers" else 0), "the listener, where it listens"


def test_a_supervisor_killed_hard_leaves_no_orphan(tree: Tree) -> None:
    tree.ready_line()
    children = tree.children()
    tree.process.kill()
    wait_until(lambda: not any(child.is_running() for child in children))


def test_children_that_never_start_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = Tree(CHILD_FAILS="1")
    started = time.monotonic()
    assert tree.process.wait(60) == 1
    assert time.monotonic() - started > 3, "no pause between the tries"
    assert tree.process.stdout is not None
    assert tree.process.stdout.read() == ""
    tree.process.stdout.close()
