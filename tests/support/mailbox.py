"""A mail server that keeps what it is sent."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.ports import free_port


class Mailbox:
    """An SMTP server on a free port of this machine; `messages` are in order of arrival."""

    def __init__(self, **options: Any) -> None:
        self.messages: list[EmailMessage] = []
        self.refuses = False
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port(), **options)

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        """The address for `Settings.smtp_url`."""
        return f"smtp://127.0.0.1:{self._controller.port}"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the message, or refuse it when the test says so."""
        if self.refuses:
            return "451 try again later"
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 kept"


def part(message: EmailMessage, subtype: str) -> str:
    """The text of a message's `plain` or `html` part."""
    body = message.get_body((subtype,))
    assert body is not None, f"no {subtype} part"
    return str(body.get_content())


def first_link(message: EmailMessage) -> str:
    """The first address in the plain text."""
    found = re.search(r"https?://\S+", part(message, "plain"))
    assert found, "no link in the message"
    return found.group()
