"""Every page of the room on the demonstration set, in French and in Arabic: well formed, and with its mails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.core import mail
from tests.journeys.moderation_pages import letters, moderation_pages
from tests.journeys.page_types import ADMINISTRATOR, MEMBER, PageType, find_member
from tests.support.forum import opened, replied
from tests.support.html import Page
from tests.support.sample import sample_platform
from tests.support.signed_in import cookie_of


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("sample")
    with sample_platform(folder) as app:
        yield app


def test_every_page_is_well_formed(sample: Flask) -> None:
    member, other = find_member(MEMBER), find_member("camille-montreal")
    from app.core.db import db
    from app.forum.models import Category

    category = db.session.query(Category).filter_by(slug="retour").one()
    topic = opened(member, category, "Un sujet")
    replied(other, topic)
    kinds: list[PageType] = moderation_pages(PageType, topic, MEMBER, ADMINISTRATOR)
    cookies = {"": "", **{handle: cookie_of(sample, find_member(handle)) for handle in (MEMBER, ADMINISTRATOR)}}
    client = sample.test_client(use_cookies=False)
    for lang in ("fr", "ar"):
        for kind in kinds:
            answer = client.get(f"/{lang}{kind.address}", headers={"Cookie": cookies[kind.who], "Accept": "text/html"})
            assert answer.status_code == 200, kind.name
            assert Page(answer.text).all("h1"), kind.name
    for template, given in letters():
        for lang in ("fr", "ar"):
            assert mail.compose("you@example.org", template, lang, **given).text
