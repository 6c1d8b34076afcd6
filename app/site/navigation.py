"""Where a reader can go from any page: the rooms, the account, the same page in another language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import current_app, request

from app.core.i18n import INTERFACE, lazy_pgettext, offered_languages

LONGEST_ADDRESS = 1000
KEPT = ("page", "after", "view", "lang", "tag")
"""Parts of a query that make a page of its own; the rest is left out of its canonical address."""


@dataclass(frozen=True)
class Door:
    """A link shown wherever the page behind it exists. `covers` are the endpoints on which it is the current one."""

    endpoint: str
    label: Any
    covers: tuple[str, ...] = ()

    @property
    def exists(self) -> bool:
        return self.endpoint in current_app.view_functions

    def is_current(self, endpoint: str) -> bool:
        return endpoint == self.endpoint or endpoint in self.covers


ROOMS = (
    Door(
        "forum.list_spaces",
        lazy_pgettext("shell", "Forum"),
        (
            "forum.show_space",
            "forum.show_category",
            "forum.show_topic",
            "forum.open_topic",
            "forum.reply",
            "forum.edit_post",
            "forum.edit_topic",
        ),
    ),
    Door("forum.list_latest", lazy_pgettext("shell", "Latest topics")),
)


def rooms() -> list[Door]:
    """The rooms of the header whose pages exist."""
    return [door for door in ROOMS if door.exists]


def current_room(endpoint: str) -> str:
    """The endpoint of the room that the page belongs to, or an empty string."""
    return next((door.endpoint for door in ROOMS if door.is_current(endpoint)), "")


def address_here() -> str:
    """This page's address after its language, query included, such as "/latest?view=new".

    An answer to a form has none to come back to: the home page's stands for it.
    """
    rule = request.url_rule
    if rule is not None and rule.methods is not None and "GET" not in rule.methods:
        return "/"
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    return _after_language() + query if len(query) <= LONGEST_ADDRESS else _after_language()


def alternates(site_url: str) -> Iterator[tuple[str, str]]:
    """Language tag and absolute address of this page in every interface language, for search engines."""
    address = quote(_after_language()) + _kept_query()
    for tag in offered_languages():
        yield tag, f"{site_url}/{tag}{address}"


def _after_language() -> str:
    tag, _, rest = request.path.removeprefix("/").partition("/")
    return f"/{rest}" if tag in INTERFACE else "/"


def _kept_query() -> str:
    kept = [f"{name}={quote(value)}" for name in KEPT if (value := request.args.get(name, ""))]
    return f"?{'&'.join(kept)}" if kept else ""
