"""What a person typed, taken apart: words, phrases, labels, and the signs between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from app.search.remarks import Reason, Remark

LONGEST_QUERY = 300
LABEL_NAMES = {
    "lang": "lang", "kind": "kind", "in": "space", "author": "author", "tag": "tag", "is": "mark",
    "from": "since", "before": "before",
}  # fmt: skip
"""What is typed before a colon, and the filter it stands for."""

# The signs people use as quotation marks; they are not matched in pairs, since people mix them.
OPENING = '"“”„«'
CLOSING = '"“”»'
_QUOTED = rf"[{OPENING}](?P<{{}}>[^{CLOSING}]*)[{CLOSING}]?"
_PIECE = re.compile(
    rf"(?P<minus>(?<!\S)[-−])?(?:(?P<name>{'|'.join(LABEL_NAMES)}):{_QUOTED.format('quoted')}"
    rf"|{_QUOTED.format('phrase')}|(?P<either>\|+)|(?P<bare>[^\s|{OPENING}]+))",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?P<name>[a-z]+):(?P<value>\S*)", re.IGNORECASE)
_LOOSE = re.compile(r"^(?:(?:OR|AND)\b|\|)|(?:\b(?:OR|AND)|\|)$")
_ADDRESS = re.compile(r"[a-z]+://|mailto:", re.IGNORECASE)


class Sort(StrEnum):
    """The sorts of pieces."""

    WORD = "word"
    PHRASE = "phrase"
    LABEL = "label"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"


_OPERATORS = (Sort.AND, Sort.OR, Sort.NOT)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a query: `text` without its signs, `typed` with them, as `typed_text[start:end]`."""

    sort: Sort
    text: str
    typed: str
    start: int
    end: int
    is_unwanted: bool = False
    is_prefix: bool = False
    label: str = ""
    values: tuple[str, ...] = ()

    @property
    def is_joinable(self) -> bool:
        """Whether OR may stand beside it."""
        return self.sort in {Sort.WORD, Sort.PHRASE} and not self.is_unwanted


@dataclass(frozen=True)
class Reading:
    """The pieces in groups, each of which is asked for; in a group any of the pieces will do."""

    groups: tuple[tuple[Piece, ...], ...]
    remarks: tuple[Remark, ...]


def read(typed: str) -> Reading:
    """Take a query apart. Signs that mean nothing are words or left out, and said; nothing is an error."""
    found = list(_pieces(typed[:LONGEST_QUERY]))
    if all(piece.sort in _OPERATORS for piece in found):
        found = [replace(piece, sort=Sort.WORD) for piece in found]
    groups, remarks = _grouped(found)
    if any(piece.sort is Sort.OR for piece in found) and re.search(r"[()]", typed):
        remarks.append(Remark(Reason.BRACKETS))
    if len(typed) > LONGEST_QUERY:
        remarks.append(Remark(Reason.LONG))
    said = [remark for group in groups for piece in group for remark in _said_of(piece)]
    return Reading(tuple(map(tuple, groups)), tuple(dict.fromkeys([*remarks, *said])))


def _grouped(found: list[Piece]) -> tuple[list[list[Piece]], list[Remark]]:
    groups: list[list[Piece]] = []
    remarks: list[Remark] = []
    joins: Piece | None = None
    negates: Piece | None = None
    for piece in found:
        if piece.sort is Sort.OR:
            if not groups or joins or negates:
                remarks.append(Remark(Reason.ALONE, piece.typed))
            else:
                joins = piece
        elif piece.sort is Sort.NOT:
            negates = piece
        elif piece.sort is not Sort.AND:
            term = replace(piece, is_unwanted=True, start=negates.start) if negates else piece
            remarks += _joined(groups, term, joins)
            joins = negates = None
    remarks += [Remark(Reason.ALONE, piece.typed) for piece in (joins, negates) if piece]
    return groups, remarks


def _joined(groups: list[list[Piece]], term: Piece, joins: Piece | None) -> list[Remark]:
    """Add a term, to the last group where OR stands between the two and may."""
    if joins is None:
        groups.append([term])
        return []
    before = groups[-1][-1]
    if before.is_joinable and term.is_joinable:
        groups[-1].append(term)
        return []
    groups.append([term])
    # Values of one label are alternatives by themselves.
    are_alike = before.label and before.label == term.label and not (before.is_unwanted or term.is_unwanted)
    return [] if are_alike and term.label not in {"since", "before"} else [Remark(Reason.APART, joins.typed)]


def _pieces(typed: str) -> Iterator[Piece]:
    for found in _PIECE.finditer(typed):
        piece = _piece(found)
        yield replace(piece, is_unwanted=True) if found["minus"] else piece


def _piece(found: re.Match[str]) -> Piece:
    whole, start, end = found.group(), found.start(), found.end()
    if found["name"]:
        label, value = LABEL_NAMES[found["name"].lower()], " ".join(found["quoted"].split())
        return Piece(Sort.LABEL, "", whole, start, end, label=label, values=(value,) if value else ())
    if found["phrase"] is not None:
        return Piece(Sort.PHRASE, found["phrase"], whole, start, end)
    bare = found["bare"] or "|"
    if found["either"] or (bare in _OPERATORS and not found["minus"]):
        return Piece(Sort.OR if found["either"] else Sort(bare), bare, whole, start, end)
    label_found = _LABEL.fullmatch(bare.lstrip("("))
    if label_found and (name := LABEL_NAMES.get(label_found["name"].lower())):
        values = tuple(dict.fromkeys(value for value in label_found["value"].rstrip(")").split(",") if value))
        return Piece(Sort.LABEL, "", whole, start, end, label=name, values=values)
    # A star that closes **bold** words is no prefix.
    is_prefix = bare.rstrip(")").endswith("*") and not bare.startswith("*")
    return Piece(Sort.WORD, bare, whole, start, end, is_prefix=is_prefix)


def _said_of(piece: Piece) -> Iterator[Remark]:
    if piece.sort is Sort.LABEL and not piece.values:
        yield Remark(Reason.EMPTY, piece.typed)
    if piece.sort is not Sort.WORD:
        return
    if "*" in piece.text.rstrip("*)"):
        yield Remark(Reason.STAR, piece.typed)
    label = _LABEL.fullmatch(piece.text)
    if label and label["value"] and not _ADDRESS.match(piece.text):
        yield Remark(Reason.NO_LABEL, f"{label['name']}:")


def without_label(typed: str, start: int, end: int) -> str:
    """The query without what stands there, and without the OR that joined it to nothing else then."""
    return _LOOSE.sub("", " ".join(f"{typed[:start]} {typed[end:]}".split())).strip()
