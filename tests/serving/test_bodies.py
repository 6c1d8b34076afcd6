"""Bodies are taken whole before a page thread is taken, and refused beyond their limits."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from flask import Flask, abort, request

from app.serving.bodies import BodyLimits
from app.serving.pages import REFUSED

PART = b"POST /echo HTTP/1.1\r\nHost: here\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\nonly this"


def test_a_chunked_body_is_read_whole(serve: Any) -> None:
    chunks = (
        b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (b"title=Bonjour", b"&text=", b"x" * 5000))
        + b"0\r\n\r\n"
    )
    head = b"POST /echo HTTP/1.1\r\nHost: here\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    head += b"Transfer-Encoding: chunked\r\n\r\n"
    status, _, body = serve().ask(head + chunks)
    answer = json.loads(body)
    assert (status, answer["form"]["title"], len(answer["form"]["text"]), answer["announced"]) == (
        200,
        "Bonjour",
        5000,
        5019,
    )


def test_a_body_larger_than_memory_arrives_whole(serve: Any) -> None:
    size = 3 * 1024 * 1024
    head = b"POST /echo HTTP/1.1\r\nHost: here\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % size
    status, _, body = serve().ask(head + b"y" * size)
    assert (status, json.loads(body)["length"]) == (200, size)


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5000\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n1388\r\n" + b"z" * 5000 + b"\r\n0\r\n\r\n",
    ],
    ids=["announced", "chunked"],
)
def test_a_body_too_large_is_refused(serve: Any, head: bytes) -> None:
    status, headers, _ = serve(BodyLimits(largest=4000)).ask(b"POST /echo HTTP/1.1\r\nHost: here\r\n" + head)
    assert (status, headers["connection"]) == (413, "close")


def test_silence_in_the_middle_of_a_body_is_refused(serve: Any) -> None:
    status, headers, _ = serve(BodyLimits(patience=0.2)).ask(PART)
    assert (status, headers["connection"]) == (408, "close")


def test_a_body_that_trickles_is_refused_and_a_slow_steady_one_is_taken(serve: Any) -> None:
    def send_by(served: Any, size: int) -> bytes:
        connection = served.connect(PART.removesuffix(b"only this"))
        with connection:
            for _ in range(1000 // size):
                try:
                    connection.sendall(b"v" * size)
                except OSError:
                    break
                time.sleep(0.05)
            answer: bytes = connection.recv(4096)
            return answer

    assert send_by(serve(BodyLimits(patience=0.3, slowest=5000)), 20).startswith(b"HTTP/1.1 408")
    assert send_by(serve(BodyLimits(patience=0.3, slowest=500)), 100).startswith(b"HTTP/1.1 200")


def test_a_hundred_stalled_uploads_hold_no_thread(serve: Any) -> None:
    served = serve()
    stalled = [served.connect(PART) for _ in range(100)]
    answers = [served.get("/page")[0] for _ in range(20)]
    for connection in stalled:
        connection.close()
    assert answers == [200] * 20


@pytest.mark.parametrize("path", ["/big", "/file"])
def test_a_hundred_stalled_downloads_hold_no_thread(serve: Any, path: str) -> None:
    served = serve()
    get = f"GET {path} HTTP/1.1\r\nHost: here\r\n\r\n".encode()
    stalled = [served.connect(get, receive_buffer=4096) for _ in range(100)]
    started = [connection.recv(12) for connection in stalled]
    answers = [served.get("/page")[0] for _ in range(20)]
    for connection in stalled:
        connection.close()
    assert started == [b"HTTP/1.1 200"] * 100
    assert answers == [200] * 20


def test_the_application_may_say_why_a_body_was_refused(serve: Any) -> None:
    app = Flask("explains")

    @app.before_request
    def refuse() -> None:
        if status := request.environ[REFUSED]:
            abort(status)

    app.post("/echo")(lambda: "done")
    app.register_error_handler(413, lambda error: ("Trop grand", 413))
    served = serve(BodyLimits(largest=4000), app=app, app_explains_refusals=True)
    status, headers, body = served.ask(b"POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 5000\r\n\r\n")
    assert (status, headers["connection"], body) == (413, "close", b"Trop grand")
