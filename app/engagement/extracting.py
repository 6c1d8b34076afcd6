"""What a document says, as plain text. Runs as a script of its own, with little memory and little time: documents come
from strangers, and a broken one must take nothing down with it.

    python -I extracting.py <media type> < document > text

Nothing of the application is imported here. Exit code 0: the text is in UTF-8 on standard output; 3: the document is
encrypted or cannot be read; anything else: it asked for too much.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO

MOST_CHARACTERS = 200_000
MOST_PAGES = 500
MEMORY = 512 * 1024 * 1024
SECONDS = 20
UNREADABLE = 3
_XML_MOST = 60 * 1024 * 1024
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ODT = "application/vnd.oasis.opendocument.text"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PDF = "application/pdf"
PLAIN = frozenset({"text/plain", "text/markdown", "text/csv"})
READABLE = PLAIN | {_ODT, _DOCX, _PDF}
"""Media types whose text can be read."""


class Unreadable(Exception):
    """The document is encrypted or broken; the argument says how."""


def text_of(content: bytes, media_type: str) -> str:
    """The text of a document, at most MOST_CHARACTERS of it. Raises Unreadable."""
    parts: list[str] = []
    room = MOST_CHARACTERS
    for part in _parts(content, media_type):
        parts.append(part[:room])
        room -= len(part) + 1
        if room <= 0:
            break
    return "\n".join(parts).replace("\x00", "")[:MOST_CHARACTERS]


def _parts(content: bytes, media_type: str) -> Iterator[str]:
    if media_type in PLAIN:
        return iter([_plain(content)])
    if media_type == _PDF:
        return _pdf(content)
    if media_type == _ODT:
        return _paragraphs(content, "content.xml", {f"{_TEXT}p", f"{_TEXT}h"})
    if media_type == _DOCX:
        return _paragraphs(content, "word/document.xml", {f"{_WORD}p"})
    raise Unreadable(f"no text in {media_type}")


def _plain(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise Unreadable("not UTF-8") from problem


def _pdf(content: bytes) -> Iterator[str]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted:
            raise Unreadable("encrypted")
        for number, page in enumerate(reader.pages):
            if number >= MOST_PAGES:
                return
            yield page.extract_text()
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as problem:
        raise Unreadable(f"broken: {problem}") from problem


def _paragraphs(content: bytes, part: str, ends: set[str]) -> Iterator[str]:
    """The paragraphs of an XML document in an archive. What XML may hide, entities and the like, is refused."""
    from xml.etree.ElementTree import ParseError
    from zipfile import BadZipFile, ZipFile

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    try:
        with ZipFile(BytesIO(content)) as packed, packed.open(part) as source:
            written = BytesIO(source.read(_XML_MOST))
        for _event, element in iterparse(written, events=("end",), forbid_dtd=True):
            if element.tag in ends:
                if words := _words(element):
                    yield words
                element.clear()
    except (BadZipFile, KeyError, ParseError, DefusedXmlException, RuntimeError, ValueError, OSError) as problem:
        raise Unreadable(f"broken: {problem}") from problem


def _words(paragraph: object) -> str:
    """The text of a paragraph; what stands for a space or a line is one."""
    said: list[str] = []
    for element in paragraph.iter():  # type: ignore[attr-defined]
        name = str(element.tag).rpartition("}")[2]
        if name in {"tab", "br", "line-break", "s"}:
            said.append(" ")
        if name in {"instrText", "delText"}:  # instructions and what was struck out are not read
            continue
        said += [element.text or "", "" if element is paragraph else element.tail or ""]
    return " ".join("".join(said).split())


def main(media_type: str) -> int:
    """Read a document from standard input under strict limits."""
    import logging
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        text = text_of(sys.stdin.buffer.read(), media_type)
    except Unreadable as problem:
        sys.stderr.write(str(problem)[:200])
        return UNREADABLE
    sys.stdout.buffer.write(text.encode("utf-8", "ignore"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
