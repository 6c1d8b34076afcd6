"""A mailing-list archive as topics and posts.

The file is read twice: once for the headers, which say what answers what, and once in the order of time, a mail in
memory at a time. What is kept of each mail meanwhile are some hundred bytes.
"""

from __future__ import annotations

import hmac
import re
from array import array
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import mktime_tz, parsedate_tz
from hashlib import blake2b, sha256
from pathlib import Path
from typing import IO, Any

from app.core.db import now
from app.core.languages import detect
from app.transfer import mails
from app.transfer.addresses import without_addresses
from app.transfer.form import BODY_MOST, filled
from app.transfer.letters import markdown_of
from app.transfer.reading import Read
from app.transfer.writing import Line

LARGEST = 40 << 20
MANY = 500
SAME_SUBJECT_WITHIN = 90 * 86_400
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC).timestamp()
_FROM = re.compile(rb"^From .{0,300}\d\d:\d\d")
_WANTED = {b"message-id", b"references", b"in-reply-to", b"subject", b"date"}
_ID = re.compile(rb"<([^<>\s]{1,500})>")


@dataclass
class Archive:
    """What the first reading found of each mail, in the order of the file."""

    offsets: array[int] = field(default_factory=lambda: array("q"))
    sizes: array[int] = field(default_factory=lambda: array("q"))
    lines: array[int] = field(default_factory=lambda: array("q"))
    dates: array[int] = field(default_factory=lambda: array("q"))
    parents: array[int] = field(default_factory=lambda: array("q"))
    """The mail that each answers, or -1."""
    roots: array[int] = field(default_factory=lambda: array("q"))
    names: list[bytes] = field(default_factory=list)
    """Digests of the ids of the mails."""


Known = Callable[[list[str]], Collection[str]]
"""Which of some posts are here already."""


def read_mails(path: Path, category: str, key: str, lang: str, known: Known) -> Iterator[Read]:
    """People, topics and posts of an archive, in the order of time. `key` keeps addresses from being guessed.

    Of mails that are here already nothing is read again.
    """
    archive = scan(path)
    seen: set[bytes] = set()
    opened: set[int] = set()
    likely = lang
    order = sorted(range(len(archive.offsets)), key=lambda n: (archive.dates[n], n))
    total = sum(archive.sizes)
    behind = 0
    with path.open("rb") as file:
        for n, is_known in _with_known(order, archive, known):
            behind += archive.sizes[n]
            if is_known:
                told = {"id": archive.names[n].hex()}
                yield Read(archive.lines[n], min(behind, total), Line(archive.lines[n], "post", told))
                continue
            mail = _Mail(archive, n, file, key)
            number, place = archive.lines[n], min(behind, total)
            if archive.sizes[n] > LARGEST:
                yield Read(number, place, None, f"is a mail of more than {LARGEST >> 20} MB")
                continue
            person = mail.person()
            digest = blake2b(person["id"].encode(), digest_size=8).digest()
            if digest not in seen:
                seen.add(digest)
                yield Read(number, place, Line(number, "person", person))
            post, likely = mail.post(person["id"], likely if archive.parents[n] >= 0 else lang)
            root = archive.roots[n]
            if root not in opened:
                opened.add(root)
                yield Read(number, place, Line(number, "topic", mail.topic(category, person["id"], post["lang"])))
            yield Read(number, place, Line(number, "post", post))


def _with_known(order: list[int], archive: Archive, known: Known) -> Iterator[tuple[int, bool]]:
    """Each mail, and whether it is here already: asked for some hundred at once."""
    for start in range(0, len(order), MANY):
        part = order[start : start + MANY]
        here = set(known([archive.names[n].hex() for n in part]))
        yield from ((n, archive.names[n].hex() in here) for n in part)


class _Mail:
    """One mail of the second reading."""

    def __init__(self, archive: Archive, n: int, file: IO[bytes], key: str) -> None:
        self._archive = archive
        self._n = n
        self._key = key
        file.seek(archive.offsets[n])
        content = file.read(min(archive.sizes[n], LARGEST))
        self._mail = mails.parsed(content.partition(b"\n")[2].replace(b"\n>From ", b"\nFrom "))
        self._at = datetime.fromtimestamp(archive.dates[n], UTC)

    def person(self) -> dict[str, Any]:
        name, address = mails.sender(self._mail.get("From"))
        digest = hmac.new(self._key.encode(), address.encode(), sha256).hexdigest()[:40]
        return filled("person", id=f"mail-{digest}", name=name, joined=self._at)

    def topic(self, category: str, author: str, lang: str) -> dict[str, Any]:
        subject = mails.bare_subject(mails.decoded(self._mail.get("Subject")))
        title = without_addresses(subject)[:160].strip() or "…"
        name = self._archive.names[self._archive.roots[self._n]].hex()
        return filled("topic", id=name, category=category, title=title, author=author, time=self._at, lang=lang)

    def post(self, author: str, likely: str) -> tuple[dict[str, Any], str]:
        archive, parent = self._archive, self._archive.parents[self._n]
        markdown, own = markdown_of(mails.words(self._mail), answers=parent >= 0)
        lang = detect(own or markdown, likely)
        values = filled(
            "post", id=archive.names[self._n].hex(), topic=archive.names[archive.roots[self._n]].hex(), author=author,
            time=self._at, lang=lang, markdown=_clean(markdown), files=[], enclosed=list(mails.files(self._mail)),
            reply_to=archive.names[parent].hex() if parent >= 0 else None,
        )  # fmt: skip
        return values, lang


def _clean(text: str) -> str:
    kept = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", "", text)
    return kept if len(kept) <= BODY_MOST else kept[:BODY_MOST].rstrip() + "\n\n[…]"


def scan(path: Path) -> Archive:
    """Read the headers of every mail, and find out which one each answers."""
    archive, threads = Archive(), _Threads()
    latest = int(EARLIEST)
    for offset, size, line, head in split(path):
        headers = _headers(head)
        number = len(archive.offsets)
        name = _name_of(headers, head)
        if name in threads.known:  # the same mail twice: archives that were put together have such
            continue
        latest = _date(headers, head) or latest
        archive.offsets.append(offset)
        archive.sizes.append(size)
        archive.lines.append(line)
        archive.dates.append(latest)
        archive.names.append(name)
        threads.note(number, name, headers, latest)
    threads.settle(archive)
    return archive


class _Threads:
    """Which mail answers which: by what it refers to, else by its subject."""

    def __init__(self) -> None:
        self.known: dict[bytes, int] = {}
        self._referring: list[tuple[bytes, ...]] = []
        self._subjects: list[tuple[int, bool]] = []

    def note(self, number: int, name: bytes, headers: dict[bytes, bytes], date: int) -> None:
        self.known[name] = number
        named = _ID.findall(headers.get(b"references", b"")) + _ID.findall(headers.get(b"in-reply-to", b""))[:1]
        self._referring.append(tuple(_digest(one) for one in reversed(named[-12:])))
        subject = mails.decoded(headers.get(b"subject", b"").decode("ascii", "surrogateescape"))
        bare = mails.bare_subject(subject).casefold()
        self._subjects.append((hash(bare) if bare else 0, mails.is_reply(subject)))

    def settle(self, archive: Archive) -> None:
        """Fill parents and roots, in the order of time; nobody answers what is to come."""
        count = len(archive.offsets)
        archive.parents = array("q", [-1]) * count
        archive.roots = array("q", range(count))
        spoken: dict[int, int] = {}
        for n in range(count):  # a clock that goes wrong does not turn question and answer around
            answered = next((self.known[name] for name in self._referring[n] if name in self.known), n)
            if answered != n and archive.dates[n] <= archive.dates[answered]:
                archive.dates[n] = archive.dates[answered] + 1
        for n in sorted(range(count), key=lambda n: (archive.dates[n], n)):
            parent = self._parent(n, archive, spoken)
            if parent >= 0:
                archive.parents[n], archive.roots[n] = parent, archive.roots[parent]
            if self._subjects[n][0]:
                spoken[self._subjects[n][0]] = n

    def _parent(self, n: int, archive: Archive, spoken: dict[int, int]) -> int:
        here = (archive.dates[n], n)
        for name in self._referring[n]:
            found = self.known.get(name, -1)
            if found >= 0 and (archive.dates[found], found) < here:
                return found
        subject, answers = self._subjects[n]
        found = spoken.get(subject, -1) if answers and subject else -1
        return found if found >= 0 and here[0] - archive.dates[found] <= SAME_SUBJECT_WITHIN else -1


def split(path: Path) -> Iterator[tuple[int, int, int, bytes]]:
    """Offset, size, line and head of each mail. One begins at a `From ` after an empty line."""
    offset = start = number = first = 0
    head: list[bytes] = []
    in_head, was_empty, begun = False, True, False
    with path.open("rb") as file:
        for line in file:
            number += 1
            if was_empty and line.startswith(b"From ") and _FROM.match(line):
                if begun:
                    yield start, offset - start, first, b"".join(head)
                begun, start, first, head, in_head = True, offset, number, [line], True
            elif in_head:
                in_head = bool(line.strip())
                if len(head) < 1000:
                    head.append(line)
            was_empty = not line.strip(b"\r\n")
            offset += len(line)
    if begun:
        yield start, offset - start, first, b"".join(head)


def _headers(head: bytes) -> dict[bytes, bytes]:
    """The headers that matter, the first of each name, their lines joined."""
    found: dict[bytes, bytes] = {}
    current = b""
    for line in head.splitlines()[1:]:
        if line[:1] in {b" ", b"\t"}:
            if current:
                found[current] += b" " + line.strip()
            continue
        name, _, value = line.partition(b":")
        current = name.lower()
        if current in _WANTED and current not in found:
            found[current] = value.strip()
        else:
            current = b""
    return found


def _name_of(headers: dict[bytes, bytes], head: bytes) -> bytes:
    named = _ID.search(headers.get(b"message-id", b""))
    return _digest(named[1] if named else head)


def _digest(name: bytes) -> bytes:
    return blake2b(name, digest_size=16).digest()


def _date(headers: dict[bytes, bytes], head: bytes) -> int:
    """When a mail was written, by itself or by the program that kept it; 0 when neither says anything likely."""
    kept = head.partition(b"\n")[0].split(b" ", 2)[-1]
    for said in (headers.get(b"date", b""), kept):
        parts = parsedate_tz(said.decode("latin-1"))
        try:
            moment = mktime_tz(parts) if parts else 0
        except (ValueError, OverflowError):
            continue
        if EARLIEST <= moment <= now().timestamp() + 86_400:
            return int(moment)
    return 0
