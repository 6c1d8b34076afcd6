"""From the body of a mail to Markdown: quotations folded, signatures cut, addresses taken out."""

from __future__ import annotations

import re
from itertools import groupby

from app.transfer.addresses import without_addresses

KEPT_LINES = 4
"""Lines kept of a longer quotation where the message it quotes stands in the same topic."""
FOLD = "> […]"
SIGNATURE_MOST = 20
_SIGNATURE = re.compile(r"^-- ?$")
_FOOTER = re.compile(r"^_{20,}\s*$")
_ORIGINAL = re.compile(
    r"^\s*-{2,}\s*(original message|message d'origine|message original|forwarded message|message transféré"
    r"|oorspronkelijk bericht|ursprüngliche nachricht|mensagem original|mensaje original)\s*-{2,}\s*$",
    re.IGNORECASE,
)
_HEADING = re.compile(r"^(\s{0,3})(#{1,6}\s)")
_UNDERLINE = re.compile(r"^\s{0,3}(=+|-{2,})\s*$")
_MARKS = re.compile(r"^((?:\s?>)+) ?")


def markdown_of(text: str, *, answers: bool) -> tuple[str, str]:
    """A mail as Markdown, and its own words without quotations, by which its language is told.

    `answers` says that what it quotes stands in the same topic: long quotations are folded then.
    """
    lines = without_addresses(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    lines = _without_signature([line.rstrip() for line in lines])
    lines = _quoting_the_original(lines)
    written: list[str] = []
    own: list[str] = []
    for depth, group in groupby(lines, key=_depth):
        block = [_bare(line) for line in group]
        if depth:
            written += ["", *_quoted(block, depth, folds=answers), ""]
        else:
            written += [_plain(line, before) for line, before in zip(block, ["", *block], strict=False)]
            own += block
    said = re.sub(r"\n{3,}", "\n\n", "\n".join(written)).strip()
    return said or "[…]", "\n".join(own).strip()


def _depth(line: str) -> int:
    found = _MARKS.match(line)
    return found[1].count(">") if found else 0


def _bare(line: str) -> str:
    return _MARKS.sub("", line, count=1)


def _quoted(block: list[str], depth: int, *, folds: bool) -> list[str]:
    marks = "> " * min(depth, 5)
    if folds and len(block) > KEPT_LINES + 2:
        return [*(f"{marks}{_plain(line, '')}" for line in block[:KEPT_LINES]), ">", FOLD]
    return [f"{marks}{_plain(line, '')}".rstrip() for line in block]


def _plain(line: str, before: str) -> str:
    """A line that Markdown would take for something that nobody meant."""
    if _UNDERLINE.match(line):
        return f"\\{line.strip()}" if before.strip() or "=" in line else line
    if line.startswith(("    ", "\t")):
        line = "   " + line.strip()
    return _HEADING.sub(r"\1\\\2", line)


def _without_signature(lines: list[str]) -> list[str]:
    """Cut what stands below `-- ` or below the line that list programs draw, unless it is most of the mail."""
    for place in range(len(lines) - 1, max(len(lines) - 60, -1), -1):
        below = len(lines) - place
        if _SIGNATURE.match(lines[place]) and below <= SIGNATURE_MOST:
            return _without_signature(lines[:place])
        if _FOOTER.match(lines[place]) and below <= 8:
            return _without_signature(lines[:place])
    return lines


def _quoting_the_original(lines: list[str]) -> list[str]:
    """What follows `-----Original Message-----` is a quotation without marks: give it some."""
    for place, line in enumerate(lines):
        if _ORIGINAL.match(line):
            return [*lines[:place], *(f"> {rest}" for rest in lines[place + 1 :])]
    return lines
