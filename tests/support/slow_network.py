"""A bad network between a browser and the platform: little through-put, connections that break, or none at all."""

from __future__ import annotations

import random
import socket
import threading
import time
from contextlib import suppress

PIECE = 512


class BadNetwork:
    """Passes bytes on at so many bits a second in each direction; of the connections that carry data, some break.

    `loss` is the share of connections cut, at a random point of their answer or of their request. With `is_down` none
    gets through. Draws are seeded: a test that fails, fails again.
    """

    def __init__(self, target: tuple[str, int], bits_per_second: int, loss: float, seed: int = 1) -> None:
        self.target = target
        self.rate = bits_per_second / 8
        self.loss = loss
        self.is_down = False
        self.broken = 0
        self._draws = random.Random(seed)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._free_at = {"up": 0.0, "down": 0.0}
        self._open: set[socket.socket] = set()
        self._is_stopped = False

    @property
    def url(self) -> str:
        """Where a browser finds the platform through this network."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def start(self) -> None:
        """Begin to pass on."""
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        """Close everything."""
        self._is_stopped = True
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Break every connection that is open."""
        for one in list(self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while not self._is_stopped:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.is_down:
                client.close()
                continue
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with suppress(OSError), client, socket.create_connection(self.target) as server:
            self._open |= {client, server}
            with self._lock:
                breaks = self._draws.random() < self.loss
                after = (
                    {"up": self._draws.randrange(200, 3000), "down": self._draws.randrange(0, 4000)} if breaks else {}
                )
            up = threading.Thread(target=self._pass, args=(client, server, "up", after.get("up")), daemon=True)
            up.start()
            self._pass(server, client, "down", after.get("down"))
            up.join()
            self._open -= {client, server}

    def _pass(self, source: socket.socket, sink: socket.socket, way: str, limit: int | None) -> None:
        """Pass bytes on until an end closes, or until the connection breaks after so many of them."""
        passed = 0
        with suppress(OSError):
            while piece := source.recv(PIECE):
                self._wait(way, len(piece))
                passed += len(piece)
                if self.is_down or (limit is not None and passed > limit):
                    self.broken += 1
                    break
                sink.sendall(piece)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _wait(self, way: str, size: int) -> None:
        """All connections share one line."""
        with self._lock:
            begins = max(time.monotonic(), self._free_at[way])
            self._free_at[way] = ends = begins + size / self.rate
        time.sleep(max(0.0, ends - time.monotonic()))
