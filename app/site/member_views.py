"""The card of a member."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.actor import current_actor
from app.accounts.models import User
from app.accounts.visitor_pages import kept_for_visitors
from app.core.i18n import current_lang, direction, language_name
from app.core.moments import clock
from app.core.pagination import decode_key, encode_key
from app.engagement.queries import follow_level
from app.forum.reading.said import said_by
from app.places.queries import country_name, local_time, zone_of
from app.site.queries import get_member

POSTS = 10


@dataclass(frozen=True)
class Facts:
    """What the card says beside the member's own words."""

    country: str
    hour: str
    languages: str
    own_lang: str
    """The language their own words are most likely in."""


@kept_for_visitors("after")
def show_member(handle: str) -> ResponseReturnValue:
    """A member, as everyone may see them, with their latest posts that the reader may see."""
    member = get_member(handle)
    start = decode_key(request.args.get("after", ""))
    posts = said_by(current_actor(), member.id, POSTS + 1, start[1] if start else None)
    shown, more = posts[:POSTS], len(posts) > POSTS
    next_key = encode_key(shown[-1].created_at, shown[-1].id) if more else ""
    return render_template(
        "site/show_member.html",
        member=member,
        level=follow_level(current_actor(), "member", member.id),
        facts=facts_of(member),
        posts=shown,
        next_key=next_key,
        is_first=start is None,
    )


def facts_of(member: User) -> Facts:
    """Country, hour there and languages, in the reader's language."""
    lang, zone = current_lang(), zone_of(member.country, member.timezone)
    return Facts(
        country=country_name(member.country, lang) if member.country else "",
        hour=clock(local_time(zone), lang) if zone else "",
        languages=", ".join(language_name(tag, lang) for tag in member.content_langs),
        own_lang=_own_lang(member),
    )


def _own_lang(member: User) -> str:
    """The first of the member's languages that is written in the letters they used."""
    is_arabic = any("\u0600" <= letter <= "\u06ff" for letter in member.presentation)
    likely = (member.name_lang, *member.content_langs, member.ui_lang)
    return next((tag for tag in likely if tag and (direction(tag) == "rtl") is is_arabic), "")
