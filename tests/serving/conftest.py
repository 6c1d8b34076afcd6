"""A shell served by uvicorn in this process, before a small WSGI application."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from flask import Flask, Response, request, send_file

from app.serving.bodies import BodyLimits
from app.serving.pages import Pages
from app.serving.shell import Shell
from app.serving.static_files import Assets

BIG = 26 * 1024 * 1024
PAGE = 6 * 1024 * 1024
"""More than the kernel keeps for a connection, so that a reader that stops stalls the sender."""


def small_app(folder: Path) -> Flask:
    """Echoes what it was sent, and answers something big in two ways."""
    app = Flask("small", static_folder=None)
    big = folder / "big.bin"
    big.write_bytes(b"0123456789abcdef" * (BIG // 16))

    @app.get("/page")
    def page() -> str:
        return f"a page for {request.headers.get('X-Role', 'anyone')}"

    @app.post("/echo")
    def echo() -> dict[str, Any]:
        return {"length": len(request.get_data()), "announced": request.content_length, "form": request.form.to_dict()}

    @app.get("/big")
    def big_page() -> Response:
        return Response(b"x" * PAGE, mimetype="text/plain")

    @app.get("/file")
    def big_file() -> Response:
        return send_file(big, conditional=True)

    return app


class Served:
    """A server in a thread of its own."""

    def __init__(self, shell: Any) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port: int = self.listener.getsockname()[1]
        self.server = uvicorn.Server(
            uvicorn.Config(shell, log_level="error", lifespan="on", timeout_graceful_shutdown=1)
        )
        self.thread = threading.Thread(target=lambda: asyncio.run(self.server.serve([self.listener])), daemon=True)

    def start(self) -> None:
        self.thread.start()
        while not self.server.started:
            assert self.thread.is_alive()
            self.thread.join(0.01)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(10)

    def connect(self, request_bytes: bytes, receive_buffer: int = 0) -> socket.socket:
        """A connection on which these bytes were sent."""
        connection = socket.socket()
        if receive_buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.settimeout(20)
        connection.connect(("127.0.0.1", self.port))
        connection.sendall(request_bytes)
        return connection

    def ask(self, request_bytes: bytes) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the answer to a raw request, the connection being closed after it."""
        with self.connect(request_bytes.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)) as connection:
            raw = b"".join(iter(lambda: connection.recv(65536), b""))
        head, _, body = raw.partition(b"\r\n\r\n")
        status_line, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
        return int(status_line.split(" ")[1]), headers, body

    def get(self, path: str, headers: Iterable[tuple[str, str]] = ()) -> tuple[int, dict[str, str], bytes]:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
        return self.ask(f"GET {path} HTTP/1.1\r\nHost: here\r\n{lines}\r\n".encode())


@pytest.fixture
def assets(tmp_path: Path) -> Path:
    """A static folder with one hashed file, its compressed twins, and one plain file."""
    folder = tmp_path / "static"
    (folder / "dist").mkdir(parents=True)
    (folder / "img").mkdir()
    for name, content in {
        "dist/app.0a1b2c3d.js": "plain",
        "dist/app.0a1b2c3d.js.br": "brotli",
        "dist/app.0a1b2c3d.js.gz": "gzip",
    }.items():
        (folder / name).write_text(content)
    (folder / "img" / "mark.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / "secret.txt").write_text("not static")
    return folder


@pytest.fixture
def serve(tmp_path: Path, assets: Path) -> Iterator[Callable[..., Served]]:
    """Start a shell with the body limits given."""
    started: list[Served] = []

    async def no_sockets(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("no socket in these tests")

    def start(limits: BodyLimits | None = None, **options: Any) -> Served:
        app = options.pop("app", None) or small_app(tmp_path)
        served = Served(Shell(Pages(app, threads=4), Assets(assets), no_sockets, limits, **options))
        served.start()
        started.append(served)
        return served

    yield start
    for served in started:
        served.stop()
