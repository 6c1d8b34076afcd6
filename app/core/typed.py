"""What people type, before anything looks at it: signs that nobody sees, and requests that no database takes."""

from __future__ import annotations

import re
import unicodedata

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter

LARGEST_NUMBER = 10**12
"""Larger than any id or count, and small enough for every database, also when multiplied."""
_DECEIVING = re.compile("[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
"""Signs without width, and those that turn the text after them around. Marks and joiners that Arabic needs stay."""


def whole(typed: str) -> int:
    """A whole number that somebody may have typed: the `type` of what is read from a form or an address.

    Raises ValueError for what is none, and for what no database takes.
    """
    number = int(typed)
    if abs(number) > LARGEST_NUMBER:
        raise ValueError
    return number


def one_line(text: str) -> str:
    """A name or a title: one form of each letter, single spaces, nothing unseen that changes how it reads."""
    shown = (sign for sign in unicodedata.normalize("NFC", text) if sign.isspace() or _is_shown(sign))
    return " ".join(_DECEIVING.sub("", "".join(shown)).split())


def _is_shown(sign: str) -> bool:
    return unicodedata.category(sign) not in {"Cc", "Cs", "Co", "Cn"}


class Number(IntegerConverter):
    """Numbers in addresses; beyond the largest there is nothing to find."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **{"max": LARGEST_NUMBER, **kwargs})  # type: ignore[arg-type]


def init_app(app: Flask) -> None:
    """Answer what no keyboard sends before any view meets it."""
    app.url_map.converters["int"] = Number
    app.before_request(refuse_nul)


def refuse_nul() -> None:
    """PostgreSQL stores no NUL: 422 for an address, a query or a field with one."""
    typed = [request.path, *request.args.keys(), *request.form.keys()]
    typed += [value for values in (request.args, request.form) for _, kept in values.lists() for value in kept]
    if any("\x00" in value for value in typed):
        abort(422)
