"""Topics like one that is being read: by stems, by the thesaurus, by tags; never what the reader may not find."""

from __future__ import annotations

import pytest

from app.core.events import unit_of_work
from app.forum.order import moderating
from app.search.likeness import similar_topics
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.search.conftest import Page, open_topic, signed_in


@pytest.fixture
def world(app, index_now):
    author = UserFactory()
    here, closed = CategoryFactory(), CategoryFactory(space=SpaceFactory(visibility="members"))
    topics = {
        "read": open_topic(author, here, "Trouver une bourse d'études", "Pour partir.", "argile"),
        "stem": open_topic(author, here, "Les bourses étudiées", "Liste."),
        "other": open_topic(author, here, "A scholarship in Safi", "Where?"),
        "tag": open_topic(author, here, "Un four", "Pour cuire.", "argile"),
        "far": open_topic(author, here, "Le marché de Noël", "Samedi."),
        "closed": open_topic(author, closed, "Scholarship committee", "Entre nous."),
    }
    index_now()
    return topics


def similar(client, topic, lang="fr"):
    page = Page(client, f"/{lang}/topics/{topic.public_id}/similar")
    assert page.response.status_code == 200
    return {title for title in page.texts("ol[@class='topics']/li//a") if title}, page.text


def test_similar_topics_of_a_topic_for_a_visitor(world, client):
    _links, text = similar(client, world["read"])
    assert "Les bourses étudiées" in text
    assert "A scholarship in Safi" in text
    assert "Un four" in text
    assert "Le marché de Noël" not in text
    assert "Scholarship committee" not in text


def test_a_member_finds_those_of_their_spaces_too(app, world):
    _links, text = similar(signed_in(app, UserFactory()), world["read"], "en")
    assert "Scholarship committee" in text


def test_a_hidden_topic_is_similar_to_nothing_and_has_no_page(world, client):
    with unit_of_work():
        moderating.change_topic_state(UserFactory(role="moderator"), world["other"], "hide", "Spam")
    assert "A scholarship in Safi" not in similar(client, world["read"])[1]
    assert client.get(f"/fr/topics/{world['other'].public_id}/similar").status_code == 404
    assert client.get(f"/fr/topics/{world['closed'].public_id}/similar").status_code == 404


def test_nothing_similar_is_said(world, client):
    assert "Rien" in similar(client, world["far"])[1] or "Nothing here" in similar(client, world["far"])[1]


def test_the_page_of_a_topic_leads_there(world, client):
    page = Page(client, f"/fr/topics/{world['read'].public_id}/trouver-une-bourse-d-etudes")
    if page.response.status_code in {301, 302}:
        page = Page(client, page.response.location)
    assert f"/topics/{world['read'].public_id}/similar" in page.text


def test_a_title_that_is_typed_finds_what_was_asked_in_another_language(world):
    assert similar_topics(UserFactory(), "Studiebeurs", 5) != ()
    assert world["other"].id in similar_topics(UserFactory(), "Studiebeurs", 5)
    assert similar_topics(UserFactory(), " ? ", 5) == ()
