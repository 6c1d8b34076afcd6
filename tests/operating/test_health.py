"""Health and figures: for machines, telling no stranger what is wrong."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.config import Settings
from app.core.events import record, unit_of_work
from app.core.mail import OutgoingMail
from app.core.subjects import SubjectChanged
from app.core.worker import _only_one
from app.operating import readiness
from app.operating.metrics import VARIABLE
from tests.factories import PostFactory

MakeApp = Callable[..., Flask]


@pytest.fixture
def working(settings: Settings) -> Any:
    """A jobs process holds its lock."""
    import threading

    with _only_one(settings.var / "worker.lock", threading.Event()) as held:
        assert held
        yield


def test_the_process_lives_without_a_database(make_app: MakeApp, tmp_path: Any) -> None:
    app = make_app(database_url=f"sqlite:///{tmp_path}/no/such/folder.db")
    assert app.test_client().get("/health/live").json == {"status": "ok"}
    answer = app.test_client().get("/health/ready")
    assert answer.status_code == 503
    assert answer.json["checks"]["database"] == "failing"
    assert str(tmp_path) not in answer.text


def test_ready_when_everything_works(client: FlaskClient, working: None) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, set(answer.json["checks"].values())) == (200, {"ok"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get("/health").json == {"status": "ok"}


def test_not_ready_without_a_jobs_process(client: FlaskClient, settings: Settings, clock: Any) -> None:
    with unit_of_work():
        record(SubjectChanged("topic", 1))
    clock.advance(minutes=6)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json["checks"]["jobs"]) == (503, "failing")


@pytest.mark.parametrize("broken", ["migrations", "disk"])
def test_not_ready_when_something_lacks(
    broken: str, client: FlaskClient, working: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if broken == "disk":
        monkeypatch.setattr(readiness, "LEAST_FREE", 1 << 60)
    else:
        monkeypatch.setattr(readiness, "known_revisions", lambda: ["of a later version"])
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert {name for name, said in answer.json["checks"].items() if said != "ok"} == {broken}


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({}, "192.0.2.7"),
        ({"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1"),
        ({"Forwarded": "for=127.0.0.1"}, "127.0.0.1"),
        ({"Authorization": "Bearer guess"}, "192.0.2.7"),
    ],
)
def test_figures_are_for_this_machine(headers: dict[str, str], address: str, client: FlaskClient) -> None:
    found = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert found.status_code == 404


def test_figures_are_for_who_has_the_token(make_app: MakeApp) -> None:
    client = make_app(metrics_token="a long token").test_client()
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 404
    told = client.get(
        "/metrics", headers={"Authorization": "Bearer a long token"}, environ_base={"REMOTE_ADDR": "192.0.2.7"}
    )
    assert told.status_code == 200


def figure(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_figures_tell_what_happens(client: FlaskClient) -> None:
    PostFactory()
    with unit_of_work() as session:
        mails = [OutgoingMail(to="x@example.org", lang="fr", subject="x", text="x", html="x") for _ in range(2)]
        session.add_all(mails)
        session.flush()
        mails[0].due_at = None
    before = client.get("/metrics").text
    client.get("/fr/")
    client.get("/fr/nowhere")
    told = client.get("/metrics")
    text = told.text
    assert told.headers["Content-Type"].startswith("text/plain")
    for name in (
        'beffroi_requests_total{endpoint="site.home",status="200"}',
        'beffroi_requests_total{endpoint="none",status="404"}',
    ):
        assert figure(text, name) == figure(before, name) + 1, name
    assert figure(text, 'beffroi_request_seconds_count{room="site"}') > figure(
        before, 'beffroi_request_seconds_count{room="site"}'
    )
    assert figure(text, 'beffroi_mails{state="waiting"}') == 1
    assert figure(text, 'beffroi_mails{state="given_up"}') == 1
    assert figure(text, "beffroi_posts") == 1
    assert figure(text, "beffroi_members") == 2
    assert 'beffroi_consumer_lag_seconds{consumer="search"}' in text
    assert figure(text, "beffroi_disk_free_bytes") > 0
    assert "beffroi_sockets" in text


def test_processes_are_added_up(app: Flask, settings: Settings, tmp_path: Any) -> None:
    """Two processes write, a third one reads both."""
    import subprocess
    import sys

    from app.config import PROJECT

    clean = {name: value for name, value in os.environ.items() if name != VARIABLE}
    count = (
        "import sys, pathlib\nfrom app.config import Settings\nfrom app.operating.metrics import Figures\n"
        "Figures(Settings(var=pathlib.Path(sys.argv[1]))).requests.labels('x', 200).inc(int(sys.argv[2]))"
    )
    for number in ("2", "3"):
        subprocess.run([sys.executable, "-c", count, str(tmp_path), number], cwd=PROJECT, env=clean, check=True)
    read = (
        "import sys\nfrom prometheus_client import CollectorRegistry, generate_latest\n"
        "from prometheus_client.multiprocess import MultiProcessCollector\nregistry = CollectorRegistry()\n"
        "MultiProcessCollector(registry, path=sys.argv[1])\nprint(generate_latest(registry).decode())"
    )
    folder = str(tmp_path / "metrics")
    told = subprocess.run(
        [sys.executable, "-c", read, folder], capture_output=True, text=True, env=clean, check=True
    ).stdout
    assert figure(told, 'beffroi_requests_total{endpoint="x",status="200"}') == 5


def test_noting_a_request_costs_little(app: Flask) -> None:
    from time import process_time

    from app.operating.metrics import figures

    noted = figures(app.extensions["settings"])
    begun = process_time()
    for _ in range(2_000):
        noted.note(app, "site.home", 200, 0.01)
    assert (process_time() - begun) / 2_000 < 0.000_2
