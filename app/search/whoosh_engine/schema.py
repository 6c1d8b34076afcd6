"""How a document is laid out in Whoosh."""

from typing import Any

from whoosh import fields

from app.search.engine import Document

FORMAT = 2
"""Raise it whenever the layout or the analysis changes: older indexes are then left aside and rebuilt."""

_TITLE_BOOST = 3
_GAP = "\x1f"  # keeps a phrase from running out of the title into the text


def schema() -> fields.Schema:
    """Core field types only: Whoosh pickles them into the index, which must outlive our own classes."""
    return fields.Schema(
        key=fields.ID(unique=True, stored=True),
        revision=fields.STORED(),
        exact=fields.TEXT(phrase=True),
        stem=fields.TEXT(phrase=False),
        kind=fields.KEYWORD(),
        lang=fields.KEYWORD(),
        space=fields.KEYWORD(),
        author=fields.KEYWORD(),
        tag=fields.KEYWORD(),
        visibility=fields.KEYWORD(),
        date=fields.NUMERIC(int, bits=64, sortable=True),
    )


def row(document: Document) -> dict[str, Any]:
    """The document as Whoosh takes it; the title counts `_TITLE_BOOST` times."""
    return {
        "key": document.key,
        "revision": document.revision,
        "exact": _with_title(document.title_exact, document.body_exact),
        "stem": _with_title(document.title_stems, document.body_stems),
        "kind": [document.kind],
        "lang": _label(document.lang),
        "space": _label(document.space),
        "author": _label(document.author),
        "tag": sorted(document.tags),
        "visibility": sorted(document.visibility),
        "date": int(document.date.timestamp()),
    }


def _with_title(title: tuple[str, ...], body: tuple[str, ...]) -> list[str]:
    return [*title, _GAP] * _TITLE_BOOST + list(body) if title else list(body)


def _label(value: str) -> list[str]:
    return [value] if value else []
