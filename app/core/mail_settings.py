"""How mail leaves: what the operator's file says wins; what it leaves out is chosen in the browser."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from app.config import Settings
from app.core import options
from app.core.i18n import lazy_pgettext
from app.core.options import Option, declare

_DEFAULT_SENDER = Settings.mail_from

SERVER = declare(
    Option("mail.server", "text", "", lazy_pgettext("option", "Mail server"), "mail",
           lazy_pgettext("option", "Such as smtp.example.org. Without one, mails land in a folder of this machine."),
           most=200)
)  # fmt: skip
PORT = declare(
    Option("mail.port", "int", 587, lazy_pgettext("option", "Port"), "mail", least=1, most=65_535)
)  # fmt: skip
SECURITY = declare(
    Option("mail.security", "choice", "starttls", lazy_pgettext("option", "Encryption"), "mail",
           choices=(("starttls", lazy_pgettext("option", "STARTTLS, where the server offers it")),
                    ("tls", lazy_pgettext("option", "TLS from the first byte"))))
)  # fmt: skip
USER = declare(
    Option("mail.user", "text", "", lazy_pgettext("option", "Account on the mail server"), "mail", most=200)
)  # fmt: skip
PASSWORD = declare(
    Option("mail.password", "text", "", lazy_pgettext("option", "Password on the mail server"), "mail",
           lazy_pgettext("option", "Never shown again. Empty keeps the present one."), most=200, is_secret=True)
)  # fmt: skip
SENDER = declare(
    Option("mail.sender", "text", "", lazy_pgettext("option", "Sender of every mail"), "mail",
           lazy_pgettext("option", "An address that the mail server may send for."), most=254)
)  # fmt: skip


def is_set_by_file(settings: Settings) -> bool:
    """Whether the operator's file names a mail server, so that the browser has nothing to choose."""
    return bool(settings.smtp_url)


def mail_settings(settings: Settings) -> Settings:
    """The settings with the mail server and the sender in force."""
    sender = settings.mail_from
    if sender == _DEFAULT_SENDER:
        sender = str(options.value(SENDER.name)) or sender
    return replace(settings, mail_from=sender, smtp_url=settings.smtp_url or _chosen_server())


def _chosen_server() -> str:
    host, port, security, user, password = (
        options.value(option.name) for option in (SERVER, PORT, SECURITY, USER, PASSWORD)
    )
    return server_url(str(host), int(port), str(security), str(user), str(password))


def server_url(host: str, port: int, security: str, user: str, password: str) -> str:
    """The address of a mail server as settings write it; empty without a host."""
    if not host:
        return ""
    scheme = "smtps" if security == "tls" else "smtp"
    account = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
    return f"{scheme}://{account}{host}:{port}"
