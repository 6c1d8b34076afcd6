"""The same query without its signs: what a form asks for becomes what one would type, and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from app.search.pieces import CLOSING, OPENING, Piece, Sort, read
from app.search.query import read_date

_QUOTES = str.maketrans(dict.fromkeys(OPENING + CLOSING, " "))


@dataclass(frozen=True)
class Parts:
    """The fields of the form, as they are filled in. `until` is a day that still counts."""

    every: str = ""
    phrase: str = ""
    some: str = ""
    none: str = ""
    author: str = ""
    space: str = ""
    lang: str = ""
    kind: str = ""
    since: str = ""
    until: str = ""
    mark: str = ""


def composed(parts: Parts) -> str:
    """What one would type for it. Nothing is refused: what is no date is said on the page of results."""
    phrase = " ".join(parts.phrase.translate(_QUOTES).split())
    pieces = [
        parts.every,
        f'"{phrase}"' if phrase else "",
        " OR ".join(_terms(parts.some)),
        *(f"-{term}" for term in _terms(parts.none)),
        *(_label(sign, value) for sign, value in (("author", parts.author), ("in", parts.space), ("lang", parts.lang))),
        *(_label(sign, value) for sign, value in (("kind", parts.kind), ("from", parts.since))),
        _label("before", _day_after(parts.until)),
        _label("is", parts.mark),
    ]
    return " ".join(" ".join(pieces).split())


def _terms(typed: str) -> list[str]:
    """Words and phrases alone."""
    pieces = [piece for group in read(typed).groups for piece in group]
    return [_bare(piece) for piece in pieces if piece.sort is not Sort.LABEL and _bare(piece)]


def _bare(piece: Piece) -> str:
    """As typed, without the sign that takes away; signs that are operators alone are none here."""
    words = " ".join(piece.text.split())
    if piece.sort is Sort.PHRASE:
        return f'"{words}"' if words else ""
    return words.lstrip("-−")


def _label(sign: str, typed: str) -> str:
    values = [value.strip().lstrip("@") for value in typed.translate(_QUOTES).replace(" ", ",").split(",")]
    known = ",".join(value for value in values if value)
    return f"{sign}:{known}" if known else ""


def _day_after(typed: str) -> str:
    """The first moment that no longer counts; what is no date stays as it is."""
    day = read_date(typed.strip())
    if day is None or day >= date.max - timedelta(days=366):
        return typed
    match typed.count("-"):
        case 0:
            return str(day.year + 1)
        case 1:
            return f"{day.year + day.month // 12:04}-{day.month % 12 + 1:02}"
    return (day + timedelta(days=1)).isoformat()


def taken_apart(typed: str) -> Parts:
    """A query as the form would have it; what it has no field for stays among the words, signs and all."""
    fields: dict[str, str] = {}
    every: list[str] = []
    none: list[str] = []
    for group in read(typed).groups:
        name = _field_of(group)
        if name == "none":
            none += [_bare(piece) for piece in group]
        elif name and name not in fields:
            fields[name] = _filled(name, group)
        else:
            every.append(" OR ".join(typed[piece.start : piece.end] for piece in group))
    return Parts(every=" ".join(every), none=" ".join(none), **fields)


def _field_of(group: tuple[Piece, ...]) -> str:
    piece = group[0]
    if len(group) > 1:
        return "some"
    if piece.sort is Sort.LABEL:
        return "" if piece.is_unwanted else _label_field(piece)
    if piece.is_unwanted:
        return "none"
    return "phrase" if piece.sort is Sort.PHRASE else ""


def _label_field(piece: Piece) -> str:
    if piece.label == "author":
        return "author"
    if len(piece.values) != 1 or piece.label == "tag":
        return ""
    if piece.label in {"since", "before"}:
        return ("since" if piece.label == "since" else "until") if read_date(piece.values[0]) else ""
    return piece.label


def _filled(name: str, group: tuple[Piece, ...]) -> str:
    if name == "some":
        return _joined(_bare(piece) for piece in group)
    if name == "phrase":
        return " ".join(group[0].text.split())
    day = read_date(group[0].values[0]) if name in {"since", "until"} else None
    if day is None:
        return ", ".join(group[0].values)
    return (day - timedelta(days=1) if name == "until" and day > date.min else day).isoformat()


def _joined(terms: Iterable[str]) -> str:
    return " ".join(term for term in terms if term)
