"""Fragments of plain messages: most that an author says in a language differ by words, number and moments alone.

The fragment is rendered once with marks in their places, and kept under all else that it shows. Marks are signs that no
name holds (`core.typed.one_line`), and ids that nobody's post has where an address is built with them; all are filled
in at one go, so that nothing in the words of a message is taken for one.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple, cast

from flask import current_app
from markupsafe import Markup

from app.accounts.models import User
from app.config import Settings
from app.core import moments
from app.core.cache import FragmentCache
from app.core.i18n import current_lang
from app.forum.models import Post

_cache = FragmentCache(4_000_000)
_ID, _ANSWERED = "01j0000000000000000000002", "01j0000000000000000000003"
_NUMBER, _VERSION, _WORDS, _WRITTEN, _EDITED, _NAME = map(Markup, "\ue010\ue011\ue012\ue013\ue014\ue015")
_MARK = re.compile(f"[\ue010-\ue015]|{_ID}|{_ANSWERED}")


class Answered(NamedTuple):
    """The message that another one answers."""

    public_id: str
    name: Markup


class _Marked(NamedTuple):
    """Stands for any plain message in a language."""

    lang: str
    state: str = "visible"
    public_id: str = _ID
    number: str = _NUMBER
    version: str = _VERSION
    is_wiki: bool = False


def time_of(post: Post) -> dict[str, Markup]:
    """When a message was written and, if it was, edited; as the template takes them."""
    lang, zone = current_lang(), cast(Settings, current_app.extensions["settings"]).timezone
    edited = moments.time_element(post.edited_at, lang, zone, "minute") if post.edited_at else Markup()
    return {"written": moments.time_element(post.created_at, lang, zone, "minute"), "edited": edited}


def answered(post: Post | None) -> Answered | None:
    """What a fragment says of the message that it answers."""
    if post is None:
        return None
    faces: Any = current_app.jinja_env.get_template("_components/face.html").module
    return Answered(post.public_id, faces.name(post.author))


def is_accepted(post: Post) -> bool:
    """Whether a message is shown as the accepted answer of its topic."""
    return post.state == "visible" and post.topic.accepted_post_id == post.id


def plain_fragment(post: Post, words: Markup, reply_to: Post | None) -> str:
    """The fragment of a visible message without files that is no wiki, in the interface language in force."""
    times, answer, is_kept = time_of(post), answered(reply_to), is_accepted(post)
    shown = (post.lang, is_kept, bool(post.edited_at), answer is not None)
    key = (current_lang(), *shown, *_card(post.author))
    pattern = _cache.get(key) or _cache.put(key, _pattern(post.author, *shown))
    values = {
        _ID: post.public_id, _NUMBER: str(post.number), _VERSION: str(post.version), _WORDS: words,
        _WRITTEN: times["written"], _EDITED: times["edited"],
    }  # fmt: skip
    if answer is not None:
        values |= {_ANSWERED: answer.public_id, _NAME: answer.name}
    return _MARK.sub(lambda mark: values[mark[0]], pattern)


def _card(author: User | None) -> tuple[Any, ...]:
    """What a fragment shows of its author."""
    if author is None:
        return ()
    named = (author.display_name, author.name_lang, author.handle if author.has_card else None)
    return author.id, *named, author.role_name, author.country


def _pattern(author: User | None, lang: str, is_kept: bool, is_edited: bool, is_answer: bool) -> str:
    template = current_app.jinja_env.get_template("forum/_post.html")
    return template.render(
        post=_Marked(lang), author=author, lang=current_lang(), words=_WORDS, accepted=is_kept, written=_WRITTEN,
        edited=_EDITED if is_edited else "", reply_to=Answered(_ANSWERED, _NAME) if is_answer else None,
    )  # fmt: skip


def clear() -> None:
    """Forget every pattern."""
    _cache.clear()
