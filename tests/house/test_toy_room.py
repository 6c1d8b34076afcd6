"""A room that comes later touches no other: it declares a kind, and everything the house offers works on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app.config import Settings
from app.core.db import db
from app.core.errors import NotAllowed, NotFound
from app.core.events import missed, unit_of_work
from app.core.files import file_store, store_file
from app.core.i18n import speaking
from app.core.live import message_for
from app.core.mail import OutgoingMail
from app.core.subjects import ports
from app.engagement import queries, services
from app.engagement.queries import TagLabel
from app.forum.models import Post, Topic
from app.live.rights import may_follow
from app.moderation.models import Appeal, Decision
from app.search.engine import Filters
from app.search.queries import search
from tests.factories import CategoryFactory, UserFactory
from tests.house import toy_room
from tests.house.toy_room import Recipe


@pytest.fixture(autouse=True)
def room(app) -> Iterator[None]:
    with speaking("fr"), toy_room.open_room():
        yield


@pytest.fixture
def cook(app):
    return UserFactory()


@pytest.fixture
def recipe(cook) -> Recipe:
    """A recipe, published where the forum has a place to discuss it."""
    CategoryFactory()
    return toy_room.publish(cook.id, "Carbonade flamande", "Laisser mijoter la bière et le pain d'épices.")


def found(actor, words: str) -> list[int]:
    return [hit.id for hit in search(actor, words, Filters()).result.hits if hit.kind == "recipe"]


def test_it_is_found_by_search_until_it_is_hidden(recipe, actor, run_consumers):
    run_consumers()
    assert found(actor, "mijoté") == [recipe.id]
    toy_room.change(recipe, is_secret=True)
    assert found(actor, "mijoté") == [], "hidden at once, before the indexer reads it"
    run_consumers()
    assert found(actor, "mijoté") == []


def test_it_is_reacted_to_and_its_readers_are_told(recipe, actor):
    with unit_of_work():
        assert services.react(actor, "recipe", recipe.id, "useful") == {"useful": 1}
    (event,) = [
        logged for logged in missed(f"recipe:{recipe.id}", 0) if type(logged.event).__name__ == "ReactionChanged"
    ]
    message = message_for(event.event, "fr")
    assert message is not None
    assert message.data == {"kind": "recipe", "public_id": recipe.public_id, "counts": {"useful": 1}}


def test_it_is_pushed_live_to_who_may_see_it(recipe, cook, actor):
    toy_room.taste(recipe)
    room = f"recipe:{recipe.id}"
    logged = missed(room, 0)
    assert [one.seq for one in logged] == list(range(1, len(logged) + 1))
    message = message_for(logged[-1].event, "ar")
    assert message is not None
    assert "pain d&#x27;épices" in message.html
    assert may_follow(actor, room)
    toy_room.change(recipe, is_secret=True)
    assert not may_follow(actor, room)
    assert may_follow(cook, room)


def test_it_is_followed_and_read(recipe, actor):
    with unit_of_work():
        services.follow(actor, "recipe", recipe.id)
        services.mark_read(actor, "recipe", recipe.id, 7)
    assert queries.followers("recipe", recipe.id) == [actor.id]
    assert queries.read_markers(actor, "recipe", [recipe.id]) == {recipe.id: 7}


def test_it_is_tagged_by_its_owner(recipe, cook, actor):
    with pytest.raises(NotAllowed), unit_of_work():
        services.set_tags(actor, "recipe", recipe.id, ["bière"])
    with unit_of_work():
        services.set_tags(cook, "recipe", recipe.id, ["Bière", "Lille"])
    assert queries.tags_of("recipe", [recipe.id])[recipe.id] == [TagLabel("biere", "Bière"), TagLabel("lille", "Lille")]


def test_it_has_files_that_only_its_readers_get(recipe, cook, client, settings: Settings):
    stored = store_file(file_store(settings), "liste.csv", b"quoi,combien\nbi\xc3\xa8re,75 cl\n")
    with unit_of_work():
        address = f"/files/{services.attach(cook, 'recipe', recipe.id, stored).public_id}"
    answer = client.get(address, buffered=True)
    assert (answer.status_code, answer.data) == (200, b"quoi,combien\nbi\xc3\xa8re,75 cl\n")
    toy_room.change(recipe, is_secret=True)
    assert client.get(address).status_code == 404


def test_it_is_discussed_in_a_topic_of_its_own(app, recipe, cook, run_consumers):
    run_consumers()
    run_consumers()
    with app.test_request_context("/fr/"):
        link = ports.discussion_of("recipe", recipe.id)
    assert link is not None
    assert link.title == "Carbonade flamande"
    (topic,) = db.session.query(Topic).all()
    assert (topic.linked_kind, topic.linked_id, topic.author_id) == ("recipe", recipe.id, cook.id)
    (first,) = db.session.query(Post).all()
    assert f"/fr/recipes/{recipe.public_id}" in first.html


def test_what_is_secret_is_not_there_for_others(recipe, cook, actor):
    toy_room.change(recipe, is_secret=True)
    with pytest.raises(NotFound), unit_of_work():
        services.react(actor, "recipe", recipe.id, "thanks")
    with pytest.raises(NotAllowed), unit_of_work():
        services.react(cook, "recipe", recipe.id, "thanks")
    with pytest.raises(NotFound), unit_of_work():
        services.follow(actor, "recipe", recipe.id)


def test_it_has_buttons_that_work_without_scripts(recipe, actor, client, sign_in):
    app = client.application
    app.config["WTF_CSRF_ENABLED"] = False
    reader = sign_in(client, actor)
    form = {"kind": "recipe", "id": recipe.public_id, "code": "agree"}
    assert reader.post("/fr/react", data=form).location == f"/fr/recipes/{recipe.public_id}"
    assert queries.reaction_counts("recipe", [recipe.id]) == {recipe.id: {"agree": 1}}


def test_order_is_kept_in_it(recipe, cook, actor, client, sign_in, run_consumers):
    """Reported by its page, read in the queue, hidden with reasons, appealed against, shown again."""
    client.application.config["WTF_CSRF_ENABLED"] = False
    address = f"/fr/report/recipe/{recipe.public_id}"
    reader = sign_in(client, actor)
    assert reader.get(address).status_code == 200
    assert reader.post(address, data={"reason": "copyright", "text": "Recopié d'un livre."}).status_code == 303
    first, other = (UserFactory(role="moderator") for _ in range(2))
    moderator = sign_in(client.application.test_client(), first)
    queue = moderator.get("/fr/moderation").text
    assert "Laisser mijoter" in queue
    assert "Recopié d&#39;un livre." in queue
    decided = moderator.post(
        f"/fr/moderation/subjects/recipe/{recipe.public_id}/decide", data={"act": "hide", "reason": "copyright"}
    )
    assert decided.status_code == 303
    assert sign_in(client, actor).get(address).status_code == 404, "hidden from its readers"
    run_consumers()
    told = {letter.to for letter in db.session.scalars(select(OutgoingMail))}
    assert {cook.email, actor.email} <= told
    decision = db.session.scalars(select(Decision)).one()
    owner = sign_in(client.application.test_client(), cook)
    page = f"/fr/decisions/{decision.public_id}"
    assert "Laisser mijoter" in owner.get(page).text
    assert owner.post(f"{page}/appeal", data={"text": "Elle est de ma grand-mère.", "lang": "fr"}).status_code == 303
    appeal = db.session.scalars(select(Appeal)).one()
    settle = f"/fr/moderation/appeals/{appeal.public_id}"
    assert moderator.post(settle, data={"outcome": "uphold"}).status_code == 422, "another moderator than the first"
    judge = sign_in(client.application.test_client(), other)
    assert judge.post(settle, data={"outcome": "uphold"}).status_code == 303
    assert sign_in(client, actor).get(address).status_code == 200
