"""A topic whose page is full, written in several languages by people whose names are in them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, islice

from sqlalchemy import select

from app.accounts.models import User
from app.core.db import db, now
from app.demo.bulk.wording import Wording
from app.forum.models import PAGE, Category, Topic
from tests.support.forum import opened, replied

FIVE = ("fr", "en", "ar", "vi", "pt-BR")


def topic_in(langs: Sequence[str]) -> Topic:
    """A topic of one page, its posts in these languages in turn. The demonstration set is there."""
    shelf = db.session.scalars(select(Category).where(Category.slug == "retour")).one()
    authors = {lang: _author(lang) for lang in langs}
    wording = {lang: Wording(lang, 0, now().replace(microsecond=0)) for lang in langs}
    first, *others = islice(cycle(langs), PAGE)
    title = "Un sujet en plusieurs langues" if len(langs) > 1 else "Un sujet dans une langue"
    topic = opened(authors[first], shelf, title, lang=first, body=wording[first].opening(1)[0])
    for number, lang in enumerate(others, 2):
        replied(authors[lang], topic, wording[lang].reply(number)[0], lang)
    return topic


def _author(lang: str) -> User:
    """Somebody written by hand for the set, whose name is in the language."""
    named = User.name_lang == (lang if lang != "fr" else "")
    plain = select(User).where(named, User.ui_lang == lang, ~User.roles.any(), User.status == "active")
    found = db.session.scalars(plain.order_by(User.id)).unique().first()
    assert found, f"nobody of the demonstration set has a name in {lang}"
    return found
