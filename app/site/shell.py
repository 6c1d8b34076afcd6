"""What surrounds every page.

Header and footer are rendered once per (language, reader's standing, room, appearance) and kept; what depends on the
reader or the address is put into the kept text in place of a mark.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import current_app, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from app.accounts.actor import current_actor
from app.accounts.models import User
from app.accounts.sessions import current_session
from app.core import options
from app.core.asking import wants_light
from app.core.cache import FragmentCache
from app.core.i18n import current_lang
from app.moderation.desk import desk_badge
from app.site.navigation import address_here, current_room

THEMES = ("auto", "light", "dark")
HERE, PLACE, ACCOUNT, TOKEN = "\ue000", "\ue001", "\ue002", "\ue003"
"""Marks from the private use area, which no text of the interface contains: the address inside a link and as the value
of a field, the account menu, the form token."""


class Shell:
    """Header and footer of one application."""

    def __init__(self) -> None:
        self._pieces = FragmentCache(max_chars=4_000_000)

    def masthead(self) -> Markup:
        """The header, with the way in or the account menu."""
        actor, room = current_actor(), current_room(request.endpoint or "")
        html = self._piece("masthead.html", ("visitor" if actor.is_visitor else "member", room), room=room, actor=actor)
        if isinstance(actor, User):
            menu = self._piece("account_menu.html", (actor.id, actor.version, actor.role_name), actor=actor)
            html = html.replace(ACCOUNT, self._desk_door(actor) + menu).replace(TOKEN, generate_csrf())
        return _at_this_address(html)

    def _desk_door(self, actor: User) -> str:
        """For whoever keeps order, what waits; for all others nothing, and no question to the database."""
        count = desk_badge(actor)
        return "" if count is None else self._piece("desk_door.html", (count,), count=count)

    def footer(self) -> Markup:
        """The footer, with languages and appearance."""
        chosen = theme(), is_light()
        return _at_this_address(self._piece("footer.html", chosen, theme=chosen[0], is_light=chosen[1]))

    def _piece(self, template: str, key: tuple[Any, ...], **context: Any) -> str:
        whole_key = (template, current_lang(), options.stamp(), *key)
        kept = self._pieces.get(whole_key)
        if kept is None:
            marks = {"here": HERE, "place": PLACE, "account": ACCOUNT, "token": TOKEN}
            rendered = current_app.jinja_env.get_template(f"_layouts/{template}").render(**marks, **context)
            kept = self._pieces.put(whole_key, rendered)
        return kept


def theme() -> str:
    """The theme chosen by the reader: "light", "dark", or "auto" for the device's."""
    chosen = request.cookies.get("theme", "auto")
    return chosen if chosen in THEMES else "auto"


def is_light() -> bool:
    """Whether the reader is shown pages without web fonts, and pictures on request."""
    return wants_light()


def is_shared_device() -> bool:
    """Whether the reader signed in on a shared computer: nothing they type is kept there."""
    opened = None if current_actor().is_visitor else current_session()
    return opened is not None and opened.is_shared_device


def _at_this_address(html: str) -> Markup:
    address = address_here()
    here = html.replace(HERE, quote(address, safe="/")).replace(PLACE, str(escape(address)))
    return Markup(here)  # noqa: S704 - rendered by templates that escape; what was put in is escaped above
