"""No string escaped: in a language of brackets, nothing of the interface stands outside them."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

import pytest
from babel import Locale
from flask import Flask
from sqlalchemy import select

from app.accounts.models import SessionRecord, User
from app.core import mail
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.i18n import CONTENT, OWN_NAMES, language_name
from app.engagement.models import Attachment, Tag, TagGroup
from app.forum.models import Category, Space, Topic
from app.pages.models import PageVersion
from app.terms.queries import terms
from tests.house.letters import LETTERS, said_in
from tests.house.pseudo import CLOSE, OPEN, WORD, bare, escaped
from tests.journeys.page_types import cookies, page_types
from tests.support.html import Page

LANG = "en"
NAMES = {"Beffroi", "The Region", "Nord-Pas de Calais", "UTC"}
"""The site, its operator, its territory: chosen by the operator."""


def known_texts(app: Flask) -> set[str]:
    """What is no word of the interface: texts of members and of the operator, names of languages, countries, zones."""
    held = [
        *(
            text
            for row in db.session.scalars(select(Space))
            for text in (*row.title.values(), *row.description.values())
        ),
        *(
            text
            for row in db.session.scalars(select(Category))
            for text in (*row.title.values(), *row.description.values())
        ),
        *db.session.scalars(select(Topic.title)),
        *db.session.scalars(select(Tag.label)),
        *(text for title in db.session.scalars(select(TagGroup.title)) for text in title.values()),
        *db.session.scalars(select(PageVersion.title)),
        *(text for row in db.session.scalars(select(Attachment)) for text in (row.alt_text, row.name)),
        *(term.label(LANG) for term in terms()),
        *db.session.scalars(select(AuditEntry.reason)),
        *db.session.scalars(select(SessionRecord.device)),
    ]
    members = db.session.scalars(select(User)).unique().all()
    held += [text for row in members for text in (row.display_name, row.handle, row.email, row.timezone)]
    names = Locale.parse(LANG)
    languages = [language_name(tag, LANG) for tag in CONTENT]
    zones = [zone.replace("_", " ") for zone in available_timezones()]
    told = [*held, *languages, *OWN_NAMES.values(), *names.territories.values(), *zones]
    return NAMES | {bare(part) for text in told for part in (text, *text.split(", "))}


def test_every_word_of_every_page_comes_from_a_catalogue(pseudo_sample: Flask) -> None:
    kinds, held = page_types(pseudo_sample), cookies(pseudo_sample)
    known = known_texts(pseudo_sample)
    client = pseudo_sample.test_client(use_cookies=False)
    found = []
    for kind in kinds:
        answer = client.get(f"/{LANG}{kind.address}", headers={"Cookie": held[kind.who], "Accept": "text/html"})
        assert answer.status_code == kind.status, kind.name
        found += [f"{kind.name}: {fault}" for fault in escaped(Page(answer.text), known)]
    assert found == []


@pytest.mark.parametrize("template", LETTERS)
def test_every_word_of_every_mail_comes_from_a_catalogue(template: str, pseudo_sample: Flask) -> None:
    letter = mail.compose("you@example.org", f"accounts/{template}", LANG, **said_in(template))
    assert escaped(Page(letter.html), NAMES) == []
    outside = re.sub(rf"{OPEN}[^{CLOSE}]*{CLOSE}|https?://\S+|\b\d+\b", "", f"{letter.subject}\n{letter.text}")
    lines = {line.strip() for line in outside.splitlines() if WORD.search(line)}
    assert lines <= NAMES


def test_what_escapes_is_found() -> None:
    page = Page(
        "<!doctype html><html lang=en><title>⟦Home⟧ – Beffroi</title><body><p>⟦In <b>3</b> words⟧ then bare "
        "<bdi>Awa</bdi> <a href=x aria-label='Close'>⟦x⟧</a><p lang=fr>Bonjour<p>Beffroi</body></html>"
    )
    assert escaped(page, {"Beffroi"}) == ["then bare", "aria-label=Close"]
