"""Looks at everything the platform stands on and says what to do about what it finds."""

from __future__ import annotations

import os
import resource
import shutil
import smtplib
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import exists, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.config import Settings, read_config
from app.core.consumers import ConsumerCursor
from app.core.db import db, is_sqlite, now
from app.core.events import EventRow, log_head
from app.core.identity import OPERATOR
from app.core.mail import OutgoingMail
from app.core.mail_settings import mail_settings
from app.core.options import OptionRow
from app.core.transport import mail_folder, transport_for
from app.operating.backing_up import newest
from app.pages.models import OWN_WORDS_NEEDED
from app.pages.queries import versions_by_language
from app.search.checking import last_report
from app.search.choosing import better_engine, chosen_engine
from app.search.index import CONSUMER, current_index
from app.starting import head_revision

OUTSIDE = {"BEFFROI_CONFIG", "BEFFROI_TEST_DATABASE"}
"""Variables that are no settings."""
OLD_BACKUP = 48 * 3600
LEAST_FREE, LITTLE_FREE = 200 << 20, 2 << 30
FEW_FILES = 4096
LOCAL = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Finding:
    """What a check found; `advice` says what to do, and is empty where all is well."""

    about: str
    said: str
    advice: str = ""
    is_failure: bool = False


def examine(settings: Settings) -> list[Finding]:
    """Every finding, in the order in which one would mend them."""
    checks: list[Callable[[Settings], Iterator[Finding]]] = [check_settings, check_secret, check_disk, check_database]
    findings = [finding for check in checks for finding in check(settings)]
    if not any(finding.is_failure and finding.about == "database" for finding in findings):
        for check in (check_index, check_clock, check_mail, check_pages, check_backup):
            findings += check(settings)
    return findings + list(check_files(settings))


def check_settings(settings: Settings) -> Iterator[Finding]:
    """Names that are no settings are most likely typing errors, which would pass unseen."""
    known = {field.name for field in fields(Settings)}
    variables = {name for name in os.environ if name.startswith("BEFFROI_")} - OUTSIDE
    wrong = sorted(name for name in variables if name.removeprefix("BEFFROI_").lower() not in known)
    wrong += sorted(read_config().keys() - known)
    if wrong:
        yield Finding("settings", f"Unknown: {', '.join(wrong)}.", "Correct or remove these names.", True)
    host = urlsplit(settings.site_url).hostname
    if not settings.is_secure and host not in LOCAL:
        yield Finding("settings", f"{settings.site_url} is not https.", "Serve by https and set BEFFROI_SITE_URL.")
    if not settings.operator and not _chosen_operator():
        yield Finding(
            "settings",
            "No operator is named.",
            "Name the body that runs the site: `beffroi init`, or BEFFROI_OPERATOR.",
        )
    if not wrong:
        yield Finding("settings", f"{len(known)} settings, public address {settings.site_url}.")


def _chosen_operator() -> bool:
    """Whether an operator was named in the browser; not, where the database cannot be read."""
    try:
        return bool(db.session.scalar(select(OptionRow.value).where(OptionRow.name == OPERATOR.name)))
    except SQLAlchemyError:
        return False


def check_secret(settings: Settings) -> Iterator[Finding]:
    """The key signs cookies and links: long, and readable by the platform alone."""
    path = settings.var / "secret.key"
    if len(settings.secret()) < 32:
        yield Finding("secret key", "It is short.", "Set BEFFROI_SECRET_KEY to 48 random characters.", True)
    elif not settings.secret_key and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding("secret key", "Others on this machine can read it.", f"chmod 600 {path}", True)
    else:
        yield Finding("secret key", "Long, and kept from others.")


def check_disk(settings: Settings) -> Iterator[Finding]:
    """Room to write, in the folder of everything that is written."""
    if not os.access(settings.var, os.W_OK):
        yield Finding("disk", f"{settings.var} cannot be written.", "Give it to the user of the platform.", True)
        return
    free = shutil.disk_usage(settings.var).free
    said = f"{free / 2**30:.1f} GB free in {settings.var}."
    if free < LITTLE_FREE:
        yield Finding("disk", said, "Make room: files, index and backups grow.", free < LEAST_FREE)
    else:
        yield Finding("disk", said)


def check_database(settings: Settings) -> Iterator[Finding]:
    """Reachable, up to date, whole."""
    try:
        found = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    except SQLAlchemyError as trouble:
        said = str(trouble).splitlines()[0]
        yield Finding("database", said, "Check BEFFROI_DATABASE_URL, then run `beffroi migrate`.", True)
        return
    if found != head_revision():
        yield Finding("database", f"It is at {found}, not at {head_revision()}.", "Run `beffroi migrate`.", True)
        return
    if is_sqlite():
        yield from _check_sqlite()
    else:
        yield Finding("database", "Reachable and up to date.")


def _check_sqlite() -> Iterator[Finding]:
    broken = [row[0] for row in db.session.execute(text("PRAGMA quick_check")) if row[0] != "ok"]
    dangling = db.session.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        yield Finding("database", f"Damaged: {broken[0]}", "Stop the platform and restore the last backup.", True)
    elif dangling:
        said = f"{len(dangling)} rows point to rows that are gone, first in {dangling[0][0]}."
        yield Finding("database", said, "Restore the last backup, or ask for help with this message.", True)
    else:
        yield Finding("database", "Reachable, up to date, whole.")


def check_index(settings: Settings) -> Iterator[Finding]:
    """Readable, and in step with the log: behind means that the jobs process does not run."""
    try:
        stats = current_index().engine.stats()
    except Exception as trouble:  # noqa: BLE001 - whatever an engine raises, the index cannot be read
        yield Finding("index", f"It cannot be read: {trouble}", "Run `beffroi search rebuild`.", True)
        return
    if not stats.generation:
        yield Finding("index", "There is none yet.", "Run `beffroi search rebuild`.", True)
        return
    waiting = _waiting_events()
    said = f"{stats.documents} documents in {chosen_engine(settings)}, {waiting} events to read."
    oldest = db.session.scalar(select(func.min(EventRow.created_at)).where(EventRow.id > _cursor()))
    is_late = waiting and oldest is not None and oldest < now() - timedelta(minutes=5)
    yield Finding("index", said, "See that `beffroi serve` runs: its jobs process follows the log." if is_late else "")
    if better := better_engine(settings, stats.documents):
        said = f"{stats.documents} documents are many for {chosen_engine(settings)}."
        yield Finding("index", said, f"Set BEFFROI_SEARCH_ENGINE={better}, then run `beffroi search rebuild`.")
    report = last_report(current_index().folder)
    if report and report.differences:
        said = f"{report.differences} of {report.compared} documents differed from the database and were mended."
        yield Finding(
            "index", said, "Run `beffroi search check`; should it find more, read the log of the jobs process."
        )


def _cursor() -> int:
    return db.session.scalar(select(ConsumerCursor.event_id).where(ConsumerCursor.name == CONSUMER)) or 0


def _waiting_events() -> int:
    if not is_sqlite() and log_head()[0] == 0:
        return 0
    return db.session.scalar(select(func.count()).where(EventRow.id > _cursor())) or 0


def check_clock(settings: Settings) -> Iterator[Finding]:
    """Nothing happened in the future: else the clock was set back, or the database's machine has another time."""
    ahead = db.session.scalar(select(exists().where(EventRow.created_at > now() + timedelta(seconds=30))))
    if ahead:
        yield Finding("clock", "The log holds events of the future.", "Set the clock by NTP on every machine.", True)
    else:
        yield Finding("clock", f"{now():%Y-%m-%d %H:%M:%S} UTC.")


def check_mail(settings: Settings) -> Iterator[Finding]:
    """The server answers, or the folder can be written; nothing was given up."""
    given_up = db.session.scalar(select(func.count()).where(OutgoingMail.due_at.is_(None))) or 0
    if given_up:
        yield Finding("mail", f"Mails given up: {given_up}.", "Mend what `outgoing_mail.last_error` says.")
    settings = mail_settings(settings)
    if not settings.smtp_url:
        said = f"Mails land in {mail_folder(settings)}."
        is_public = urlsplit(settings.site_url).hostname not in LOCAL
        yield Finding("mail", said, "Set BEFFROI_SMTP_URL so that members get them." if is_public else "")
        return
    try:
        with transport_for(settings) as transport:
            transport.open()
        yield Finding("mail", f"{urlsplit(settings.smtp_url).hostname} answers.")
    except (OSError, smtplib.SMTPException, ValueError) as trouble:
        yield Finding("mail", f"The server does not answer: {trouble}", "Check BEFFROI_SMTP_URL and the network.", True)


def check_pages(settings: Settings) -> Iterator[Finding]:
    """The operator's own words stand where they answer for what is said."""
    written = versions_by_language()
    if lacking := [slug for slug in OWN_WORDS_NEEDED if not written[slug]]:
        said = f"Still the common text: {', '.join(lacking)}."
        yield Finding("pages", said, "Write your own in the administration, under Pages.")
    else:
        yield Finding("pages", "All in the operator's own words.")


def check_backup(settings: Settings) -> Iterator[Finding]:
    """There is one, and it is not old."""
    path = newest(settings)
    if path is None:
        wanting = "" if settings.backups_kept else "Set `backups_kept`, or run `beffroi backup` by a timer."
        yield Finding("backup", f"None in {settings.backups} yet.", wanting)
        return
    age = now().timestamp() - path.stat().st_mtime
    late = "See that the jobs process or the timer runs, or run `beffroi backup`." if age > OLD_BACKUP else ""
    yield Finding("backup", f"{path.name}, {max(age, 0) / 3600:.0f} hours old. Copy it to another machine.", late)


def check_files(settings: Settings) -> Iterator[Finding]:
    """Each live reader holds an open file."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    said = f"{soft} files may be open at once."
    yield Finding("files", said, f"Raise the limit: ulimit -n {FEW_FILES * 16}." if soft < FEW_FILES else "")


def show(findings: list[Finding]) -> None:
    """Print the findings as a table."""
    from rich.console import Console
    from rich.table import Table

    table = Table("", "What", "Found", "Do")
    for finding in findings:
        mark = "[red]✗[/]" if finding.is_failure else "[yellow]![/]" if finding.advice else "[green]✓[/]"
        table.add_row(mark, finding.about, finding.said, finding.advice)
    Console().print(table)
