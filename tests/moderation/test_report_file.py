"""Every file shown in a message has its own way to be reported, which says which file it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient

from app.config import Settings
from app.core.events import unit_of_work
from app.core.files import file_store
from app.forum.composing.extras import Extras
from app.forum.drafts import draft_post
from app.forum.services import edit_post
from tests.factories import CategoryFactory, UserFactory
from tests.forum.files import on_shelf, picture
from tests.support.forum import opened, replied


def test_by_members_and_visitors(app: Flask, settings: Settings, sign_in: Callable[..., FlaskClient]) -> None:
    author, store = UserFactory(), file_store(settings)
    placed = on_shelf(author, store, picture(colour="red"), "place.png")
    below = on_shelf(author, store, picture(colour="blue"), "dessous.png")
    paper = on_shelf(author, store, b"%PDF-1", "papier.pdf")
    post = replied(author, opened(author, CategoryFactory()), "Avant")
    draft = draft_post(f"Voici ![Rouge](file:{placed.public_id})", "fr", "x")
    carried = Extras({placed.public_id: "Rouge", below.public_id: "Bleu", paper.public_id: ""})
    with unit_of_work():
        edit_post(author, post, replace(draft, extras=carried), post.edits)
    for reader in (app.test_client(), sign_in(app.test_client(), UserFactory())):
        page = reader.get(f"/fr/topics/{post.topic.public_id}", follow_redirects=True).text
        for file in (placed, below, paper):
            link = f"/fr/report/file/{file.public_id}"
            (start,) = [match.end() for match in re.finditer(re.escape(f'href="{link}"'), page)]
            assert file.name in page[start : page.index("</a>", start)]
            assert reader.get(link).status_code == 200
