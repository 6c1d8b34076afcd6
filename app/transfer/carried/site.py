"""How the site is run: options, its pages in versions with what members agreed to, blocks."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from app.core import options
from app.core.errors import Invalid, NotFound
from app.core.options import OptionRow
from app.pages.models import SLUGS
from app.pages.rendering import render_page
from app.privacy.models import PURPOSES
from app.transfer.carried.register import Carried, Row, carry
from app.transfer.values import LineError


def _no_secret() -> ColumnElement[bool]:
    secret = [one.name for one in options.declared() if one.is_secret]
    return OptionRow.name.not_in(secret)


def _choose(row: Row) -> None:
    try:
        if options.option(row["name"]).is_secret:
            raise LineError(f"option {row['name']} is a secret of another platform")
        options.change(None, row["name"], row["value"])
    except (NotFound, Invalid, KeyError, TypeError, ValueError, AttributeError):
        raise LineError(f"option {row['name']} does not exist here, or not with this value") from None


def _render(row: Row, _line: Row) -> None:
    row["html"] = render_page(row["body"])


carry(
    Carried("site_option", ("name",), ("name", "value"), only=_no_secret, put=_choose, is_site=True),
    Carried(
        "page_version", ("slug", "number"),
        ("created_at", "slug", "number", "lang", "title", "body", "note", "asks_again"),
        {"author_id": "person"}, choices={"slug": SLUGS}, fill=_render, is_site=True,
    ),
    Carried(
        "consent", ("user_id", "purpose", "version"), ("purpose", "version", "given_at", "withdrawn_at"),
        {"user_id": "person"}, choices={"purpose": PURPOSES}, is_site=True,
    ),
    Carried(
        "block", ("kind", "value"), ("created_at", "kind", "value", "reason", "until"), {"created_by_id": "person"},
        is_site=True,
    ),
)  # fmt: skip
