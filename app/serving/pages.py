"""The Flask application on a few threads: a thread is held while a page is made, never while bytes travel.

The request body is whole before (`bodies`), the answer is whole after: a slow reader costs the loop some memory or a
temporary file. A view answers a file with Flask's own `send_file`: `wsgi.file_wrapper` (PEP 3333) marks it, and the
loop sends it once the view has checked the rights.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from a2wsgi.wsgi import build_environ
from werkzeug.wsgi import FileWrapper

from app.serving.bodies import IN_MEMORY, Body, Scope, Send

PIECE = 64 * 1024
WAITING_AT_MOST = 512
"""Requests that may wait for a thread; beyond, a 503 is kinder than a long silence."""

TURN_WITHIN = 0.25
"""Seconds a request waits for its turn; then it is made beside the others: they wait for something else."""

REFUSED = "beffroi.refused"
"""Key of the WSGI environment: the status to answer instead of doing the work, or 0."""

Environ = dict[str, Any]
WsgiApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class SentFile(FileWrapper):
    """What `wsgi.file_wrapper` makes of an open file: iterable as any answer, recognised by the shell."""


@dataclass
class Answer:
    """A whole answer: what `start_response` was told, and the bytes as an open file."""

    file: IO[bytes]
    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)


class Pages:
    """Runs a WSGI application for the ASGI shell.

    Of its threads `at_once` work at a time: more would only take the interpreter from each other, and from the loop.
    """

    def __init__(self, app: WsgiApp, threads: int = 16, at_once: int = 16) -> None:
        self.app = app
        self.executor = ThreadPoolExecutor(threads, thread_name_prefix="page")
        self.under_way = 0
        self.turns = asyncio.Semaphore(at_once)

    async def __call__(self, scope: Scope, body: Body, send: Send, refused: int = 0) -> None:
        """Answer one request whose body is whole, or let the application say why its body was refused."""
        if self.under_way >= WAITING_AT_MOST:
            await answer_plainly(send, 503, [(b"retry-after", b"2")])
            return
        environ = request_environ(scope, body)
        environ[REFUSED] = refused
        self.under_way += 1
        try:
            async with self._turn():
                answer = await asyncio.get_running_loop().run_in_executor(self.executor, collect, self.app, environ)
        finally:
            self.under_way -= 1
        await send_answer(answer, send)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Hold one of the turns, if there is one within TURN_WITHIN seconds."""
        has_turn = True
        try:
            async with asyncio.timeout(TURN_WITHIN):
                await self.turns.acquire()
        except TimeoutError:
            has_turn = False
        try:
            yield
        finally:
            if has_turn:
                self.turns.release()

    def close(self) -> None:
        self.executor.shutdown(wait=False, cancel_futures=True)


def request_environ(scope: Scope, body: Body) -> Environ:
    """The WSGI environment of an ASGI request; names with an underscore are dropped: they could pose as others."""
    replaced = {b"transfer-encoding", b"content-length"}
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name and name not in replaced]
    if body.length:
        headers.append((b"content-length", str(body.length).encode()))
    environ: Environ = dict(build_environ({**scope, "headers": headers}, body.file))  # type: ignore[arg-type, typeddict-item]
    environ["wsgi.errors"] = sys.stderr
    environ["wsgi.multiprocess"] = False
    environ["wsgi.file_wrapper"] = SentFile
    return environ


def collect(app: WsgiApp, environ: Environ) -> Answer:
    """Run the application to its end. Called on a page thread."""
    spool: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed once sent
    answer = Answer(file=spool)

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
        answer.status = int(status.split(" ", 1)[0])
        answer.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return spool.write

    try:
        result = app(environ, start_response)
        if isinstance(result, SentFile):
            answer.file = result.file
        else:
            _drain(result, spool)
    except BaseException:
        spool.close()
        raise
    if answer.file is not spool:
        spool.close()
    return answer


def _drain(result: Iterable[bytes], spool: IO[bytes]) -> None:
    try:
        for piece in result:
            spool.write(piece)
    finally:
        if close := getattr(result, "close", None):
            close()
    spool.seek(0)


async def send_answer(answer: Answer, send: Send) -> None:
    """Send a whole answer piece by piece; a reader that takes nothing for a minute is left."""
    file = answer.file
    try:
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        piece = file.read(PIECE)
        while True:
            following = file.read(PIECE) if len(piece) == PIECE else b""
            async with asyncio.timeout(60):
                await send({"type": "http.response.body", "body": piece, "more_body": bool(following)})
            if not following:
                break
            piece = following
    finally:
        with suppress(OSError):
            file.close()


async def answer_plainly(send: Send, status: int, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    """An answer of the shell itself: a status, no words."""
    await send({"type": "http.response.start", "status": status, "headers": [*headers, (b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
