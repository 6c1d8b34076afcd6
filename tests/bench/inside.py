"""Pages inside the application, without a server: statements, and processor time of one thread.

`python -m tests.bench --only application` measures this alone, in two minutes: what to ask before and after a change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import Context
from itertools import cycle
from statistics import median
from time import thread_time_ns
from typing import Any

from flask import Flask
from werkzeug.test import EnvironBuilder

from app.core.db import db
from app.core.i18n import INTERFACE
from tests.bench.data import Data, opened
from tests.bench.figures import Figure
from tests.bench.pages import Page, pages_of
from tests.support.queries import counted

RUNS, REQUESTS, COLD = 9, 60, 40


class Caller:
    """Calls the application as a server does."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def ask(self, path: str, cookie: str = "", **headers: str) -> tuple[str, dict[str, str]]:
        """Status and headers of the answer, which is read to its end."""
        told: list[Any] = []

        def start_response(status: str, sent: list[tuple[str, str]], error: object = None) -> Callable[[bytes], None]:
            told[:] = [status, dict(sent)]
            return lambda _: None

        sent = {"Accept-Encoding": "gzip, deflate, br, zstd"} | {key.replace("_", "-"): headers[key] for key in headers}
        if cookie:
            sent["Cookie"] = cookie
        environ = EnvironBuilder(path=path, headers=sent, base_url="http://127.0.0.1:8000").get_environ()
        started = thread_time_ns()
        answer: Iterable[bytes] = Context().run(self.app, environ, start_response)
        for _ in answer:
            pass
        answer.close()  # type: ignore[attr-defined]
        self.spent = thread_time_ns() - started
        return told[0], told[1]

    def cost_ms(self, cookies: Iterable[str], path: str, status: str = "200", **headers: str) -> float:
        """Milliseconds per request: the median of runs, each the mean of requests by readers in turn."""
        turn = cycle(cookies)
        runs = []
        for _ in range(RUNS):
            total = 0
            for _ in range(REQUESTS):
                assert self.ask(path, next(turn), **headers)[0].startswith(status)
                total += self.spent
            runs.append(total / REQUESTS / 1e6)
        return median(runs)

    def kept_cookie(self, path: str, cookie: str) -> str:
        """The cookie after a first page, which puts what its forms need into the session."""
        return self.ask(path, cookie)[1].get("Set-Cookie", cookie).partition(";")[0]

    def statements(self, path: str, cookie: str = "") -> int:
        """SQL statements of a page seen before."""
        self.ask(path, cookie)
        with self.app.app_context(), counted(db.engine) as seen:
            self.ask(path, cookie)
        return seen.count


def measure(data: Data) -> list[Figure]:
    """Statements of every page, and its processor time, member and visitor; 304 and cold fragments."""
    with opened(data.settings) as app:
        caller = Caller(app)
        pages = pages_of(data)
        path = pages[0].path
        caller.ask(path)
        tag = caller.ask(path)[1]["ETag"]
        cookies = [caller.kept_cookie(path, cookie) for cookie in data.readers]
        unchanged = caller.cost_ms([""], path, "304", If_None_Match=tag)
        return [
            *_statements(caller, pages, cookies[0]),
            *(figure for page in pages for figure in _costs(caller, page, cookies)),
            Figure("topic page, unchanged (304), application", unchanged, "ms CPU", "<= 0.5"),
            Figure("topic page, cold fragments, application", _cold_ms(caller, data, cookies), "ms CPU", "<= 6"),
        ]


def _costs(caller: Caller, page: Page, cookies: list[str]) -> list[Figure]:
    return [
        Figure(f"{page.name}, signed in, application", caller.cost_ms(cookies, page.path), "ms CPU", page.member),
        Figure(f"{page.name}, anonymous, application", caller.cost_ms([""], page.path), "ms CPU", page.visitor),
    ]


def _cold_ms(caller: Caller, data: Data, cookies: list[str]) -> float:
    """Pages of topics that nobody has opened yet in their language: every fragment is rendered."""
    turn, spent = cycle(cookies), []
    for lang in INTERFACE[1:]:
        caller.ask(f"/{lang}{data.long.path}", next(turn))  # what pages of this language share is there
        for topic in data.topics[:COLD]:
            caller.ask(f"/{lang}{topic.path}", next(turn))
            spent.append(caller.spent / 1e6)
    return median(spent)


def _statements(caller: Caller, pages: list[Page], cookie: str) -> list[Figure]:
    figures = []
    for page in pages:
        target = "<= 4" if "topic page" in page.name else ""
        member, visitor = caller.statements(page.path, cookie), caller.statements(page.path)
        figures.append(Figure(f"statements: {page.name}", member, "SQL", target, f"{visitor} for a visitor"))
    return figures
