"""A websocket that takes a whole frame: made once for all readers of a room, written without waking a task for each.

Uvicorn lets a server-specific act be offered as an extension of the ASGI scope; `app.live.fanout` looks for it there.
"""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from app.live.fanout import FRAMES


class FramedWebSocket(WebSocketsSansIOProtocol):
    """Uvicorn's websocket with the extension FRAMES in its scope."""

    scope: Any

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:  # the application starts at the next turn of the loop and finds it there
            self.scope["extensions"][FRAMES] = self.take_frame

    def take_frame(self, frame: bytes) -> bool:
        """Write a whole frame at once. False where the reader does not keep up or the socket is not open: queue it."""
        if not (self.is_open() and self.writable.is_set()):
            return False
        self.transport.write(frame)
        return True

    def is_open(self) -> bool:
        """Whether messages may be written: after the handshake, before either side closes."""
        is_over = self.close_sent or self.disconnected or self.transport.is_closing()
        return self.handshake_complete and self.initial_response is None and not is_over
