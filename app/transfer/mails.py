"""One mail of an archive: who, when, about what, and its words in whatever charset and encoding they came."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr

from app.core.files import LARGEST, sniff
from app.core.typed import one_line
from app.transfer.addresses import without_addresses
from app.transfer.html_words import words_of

MOST_FILES = 5
_PREFIX = re.compile(
    r"^\s*(?:\[[^\]]{1,40}\]\s*|(?:re|ré|aw|sv|antw|antwort|rif|res|odp|fw|fwd|tr|wg|enc|rv|doorst)(?:\[\d+\])?\s?:\s*)",
    re.IGNORECASE,
)
_REPLY = re.compile(r"(?:^|\])\s*(?:re|ré|aw|sv|antw|antwort|rif|res|odp)(?:\[\d+\])?\s?:", re.IGNORECASE)
_SPELT_FROM = re.compile(r"^\s*\S+ (?:at|chez) \S+ \(([^)]*)\)\s*$")


def decoded(value: str | None) -> str:
    """A header in letters, whatever words are encoded in it."""
    said = []
    try:
        parts = decode_header(value or "")
    except (HeaderParseError, ValueError):
        parts = [(value or "", None)]
    for part, charset in parts:
        said.append(in_letters(part, charset or "") if isinstance(part, bytes) else _mended(part))
    return one_line("".join(said))


def _mended(text: str) -> str:
    """A header that holds raw bytes against the rules."""
    try:
        return in_letters(text.encode("ascii", "surrogateescape"), "") if not text.isascii() else text
    except UnicodeEncodeError:
        return text


def in_letters(content: bytes, charset: str) -> str:
    """Bytes in the charset they claim, else in UTF-8, else in Windows-1252, which takes anything."""
    for name in (charset, "utf-8"):
        try:
            return content.decode(name)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def bare_subject(subject: str) -> str:
    """A subject without `Re:` and the name of the list."""
    while (cut := _PREFIX.sub("", subject, count=1)) != subject:
        subject = cut
    return subject.strip()


def is_reply(subject: str) -> bool:
    """Whether a subject says that it answers."""
    return bool(_REPLY.search(subject[:80]))


def sender(value: str | None) -> tuple[str, str]:
    """Name and address of who wrote. Who gave no name is shown by initials: an address is not."""
    text = decoded(value)
    if spelt := _SPELT_FROM.match(text):
        return _name(spelt[1], text), " ".join(text.partition("(")[0].split()).lower()
    name, address = parseaddr(text)
    return _name(name, address), (address or text).strip().lower()


def _name(name: str, address: str) -> str:
    if "@" in name or " at " in name:
        name = without_addresses(name)
    shown = one_line(name.strip("\"' ,"))[:60].strip()
    if shown and "@" not in shown:
        return shown
    parts = [part for part in re.split(r"[^\w]+", address.partition("@")[0]) if part][:3]
    return " ".join(f"{part[0].upper()}." for part in parts) or "?"


def parsed(content: bytes) -> Message:
    """A mail; the library takes whatever is badly made."""
    return message_from_bytes(content)


def words(mail: Message) -> str:
    """What a mail says: its plain text, or the words of its HTML where there is no other."""
    html = ""
    for part in mail.walk():
        if part.is_multipart() or part.get_filename() or part.get_content_disposition() == "attachment":
            continue
        kind = part.get_content_type()
        if kind == "text/plain" and (said := _letters(part)).strip():
            return _reflowed(said, part)
        if kind == "text/html" and not html:
            html = _letters(part)
    return words_of(html) if html else ""


def _letters(part: Message) -> str:
    content = part.get_payload(decode=True)
    return in_letters(content, str(part.get_content_charset() or "")) if isinstance(content, bytes) else ""


def _reflowed(text: str, part: Message) -> str:
    """Lines that were broken for old screens, joined again (RFC 3676)."""
    if part.get_param("format") != "flowed":
        return text
    lines: list[str] = []
    for line in text.splitlines():
        is_soft = bool(lines) and lines[-1].endswith(" ") and lines[-1] != "-- "
        if is_soft and not line.startswith(">") and not lines[-1].startswith(">"):
            lines[-1] += line
        else:
            lines.append(line)
    return "\n".join(lines)


def _file_name(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return without_addresses(stem)[:100] + dot + ending[:10] if stem else without_addresses(name)[:100]


def files(mail: Message) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of the files in a mail whose kind is taken here, the first of them."""
    count = 0
    for part in mail.walk():
        name = part.get_filename()
        if part.is_multipart() or not name:
            continue
        content = part.get_payload(decode=True)
        shown = _file_name(decoded(name))
        if isinstance(content, bytes) and 0 < len(content) <= LARGEST and sniff(content, shown):
            yield shown, content
            count += 1
            if count == MOST_FILES:
                return
