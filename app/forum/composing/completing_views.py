"""Completion of names while they are typed, and topics like the one whose title is typed."""

from __future__ import annotations

from typing import Any

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.actor import current_member, member_key
from app.core.emoji import find_emoji
from app.core.errors import NotFound
from app.core.i18n import current_lang
from app.core.subjects import ports
from app.extensions import limiter
from app.forum.blueprint import bp
from app.forum.composing.answering import as_member
from app.forum.composing.completing import members_like, place_of, similar_rows, tags_like
from app.forum.models import Topic

LONGEST, MOST_SIMILAR, FEWEST_SIGNS = 40, 5, 5


@bp.get("/compose/complete/<kind>")
@limiter.limit("300 per minute", key_func=member_key)
@as_member
def complete(kind: str) -> ResponseReturnValue:
    """`?q=` what was typed after the sign, `?at=` the composer. JSON: `{items: [{value, label, detail, lang}]}`."""
    member, typed = current_member(), request.args.get("q", "")[:LONGEST].strip()
    if kind == "member":
        found = place_of(member, request.args.get("at", "")[:120])
        if found is None:
            raise NotFound
        people = members_like(member, typed, *found)
        items = [_item(f"@{one.handle}", one.display_name, f"@{one.handle}", one.name_lang) for one in people]
    elif kind == "tag":
        tags = tags_like(member, typed, current_lang())
        items = [_item(f"#{tag.slug}", tag.label, f"#{tag.slug}") for tag in tags]
    elif kind == "emoji":
        signs = find_emoji(typed, current_lang())
        items = [_item(f":{code}:", f"{sign} {name}", f":{code}:") for sign, code, name in signs]
    else:
        raise NotFound
    return jsonify(items=items)


def _item(value: str, label: str, detail: str, lang: str = "") -> dict[str, Any]:
    return {"value": value, "label": label, "detail": detail, "lang": lang}


@bp.get("/compose/similar")
@limiter.limit("120 per minute", key_func=member_key)
@as_member
def show_similar() -> ResponseReturnValue:
    """`?title=`: topics like it, as a piece of HTML; empty when there are none."""
    return render_template("forum/_similar.html", similar=similar_topics(request.args.get("title", "")))


def similar_topics(title: str) -> list[Topic]:
    """At most five topics like one of that title which the member may list, the likest first."""
    words = title.strip()[:160]
    if len(words) < FEWEST_SIGNS:
        return []
    member = current_member()
    return similar_rows(ports.similar_topics(member, words, MOST_SIMILAR), member)
