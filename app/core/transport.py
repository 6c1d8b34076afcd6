"""How a mail leaves: by an SMTP server, or as a file where there is none."""

from __future__ import annotations

import smtplib
import ssl
from abc import ABC, abstractmethod
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self
from urllib.parse import unquote, urlsplit

from app.config import Settings

TIMEOUT = 20.0
"""Seconds to wait for any answer of the server."""


class Letter(Protocol):
    """What a transport needs of a mail."""

    id: Any
    to: Any
    subject: Any
    text: Any
    html: Any
    headers: Any
    created_at: Any


def message_of(letter: Letter, sender: str) -> EmailMessage:
    """The mail as text with an HTML alternative."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, letter.to, letter.subject
    moment: datetime = letter.created_at
    message["Date"] = format_datetime(moment)
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    for name, value in letter.headers.items():  # after the content, which takes Content-* headers for its own
        message[name] = value
    return message


class Transport(ABC):
    """Carries mails; opened once for a batch."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self) -> None:  # noqa: B027 - a folder needs no opening
        """Reach the server now rather than with the first mail. Raises OSError or ValueError."""

    @abstractmethod
    def carry(self, letter: Letter) -> None:
        """Send a mail. Raises OSError (smtplib's errors are such) or ValueError when it did not go."""

    def close(self) -> None:  # noqa: B027
        """End the batch."""


class SmtpTransport(Transport):
    """By `smtp://` (STARTTLS where the server offers it) or `smtps://`."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._server: smtplib.SMTP | None = None

    def open(self) -> None:
        """Connect and sign in."""
        self._server = self._server or self._connect()

    def carry(self, letter: Letter) -> None:
        """Send, connecting first if needed; after any trouble the next mail starts with a new connection."""
        try:
            self._server = self._server or self._connect()
            self._server.send_message(message_of(letter, self.settings.mail_from))
        except BaseException:
            self.close()
            raise

    def _connect(self) -> smtplib.SMTP:
        address = urlsplit(self.settings.smtp_url)
        host, context = address.hostname or "localhost", ssl.create_default_context()
        server: smtplib.SMTP
        if address.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, address.port or 465, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(host, address.port or 587, timeout=TIMEOUT)
        try:
            server.ehlo()
            if address.scheme != "smtps" and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            if address.username:
                server.login(unquote(address.username), unquote(address.password or ""))
        except BaseException:
            server.close()
            raise
        return server

    def close(self) -> None:
        """Say goodbye, if the server still listens."""
        server, self._server = self._server, None
        if server is not None:
            try:
                server.quit()
            except OSError:
                server.close()


class FileTransport(Transport):
    """Into `<var>/mail/`, one `.eml` file each, which any mail program opens."""

    def carry(self, letter: Letter) -> None:
        """Write the file whole or not at all."""
        folder = mail_folder(self.settings)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{letter.created_at:%Y%m%d-%H%M%S}-{letter.id:06d}.eml"
        draft = path.with_suffix(".part")
        draft.write_bytes(bytes(message_of(letter, self.settings.mail_from)))
        draft.rename(path)


def mail_folder(settings: Settings) -> Path:
    """Where mails land when there is no SMTP server."""
    return settings.var / "mail"


def transport_for(settings: Settings) -> Transport:
    """The transport these settings ask for."""
    return SmtpTransport(settings) if settings.smtp_url else FileTransport(settings)
