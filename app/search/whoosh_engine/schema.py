"""How a document is laid out in Whoosh."""

from typing import Any

from whoosh import fields

from app.search.engine import Document

FORMAT = 5
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
        mark=fields.KEYWORD(),
        year=fields.KEYWORD(),
        visibility=fields.KEYWORD(),
        date=fields.NUMERIC(int, bits=64, sortable=True),
        active=fields.NUMERIC(int, bits=64, sortable=True),
    )


def row(document: Document) -> dict[str, Any]:
    """The document as Whoosh takes it; the title counts `_TITLE_BOOST` times."""
    return {
        "key": document.key,
        "revision": document.revision,
        "exact": _with_title(document.title_exact, document.body_exact),
        "stem": _with_title(document.title_stems, document.body_stems),
        "date": int(document.date.timestamp()),
        "active": int(document.active.timestamp()),
        **{name: list(values) for name, values in document.labels().items()},
    }


def _with_title(title: tuple[str, ...], body: tuple[str, ...]) -> list[str]:
    return [*title, _GAP] * _TITLE_BOOST + list(body) if title else list(body)
