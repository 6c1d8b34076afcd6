"""Tags at the desk: staff rename, merge, withdraw them, group them, and say what categories ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from app.core.events import unit_of_work
from app.engagement import queries as engaged
from app.engagement import tag_keeping
from app.engagement.models import Tag, TagGroup, TagSynonym
from app.forum.models import Topic
from app.forum.tags.rules import tag_rules_of
from tests.administration.desk import SignIn, at_desk, send
from tests.factories import CategoryFactory, UserFactory
from tests.support.forum import opened
from tests.support.html import Page, words

TAGS, GROUPS, RULES = (f"/fr/administration/{name}" for name in ("tags", "tag-groups", "tag-rules"))


def tag(slug: str) -> Tag:
    db.session.expire_all()
    return db.session.scalars(select(Tag).where(Tag.slug == slug)).one()


@pytest.fixture
def topic(app: Flask) -> Topic:
    return opened(UserFactory(), CategoryFactory(), "Un sujet", "stage", "emploi")


@pytest.mark.parametrize("role", ["", "moderator"])
def test_staff_alone_open_the_pages(app: Flask, sign_in: SignIn, topic: Topic, role: str) -> None:
    client, _member = at_desk(app, sign_in, role)
    one = tag("stage").id
    for address in (TAGS, f"{TAGS}/{one}", GROUPS, f"{GROUPS}/new", RULES, f"{RULES}/{topic.category.slug}"):
        assert client.get(address).status_code == 403, address
        assert app.test_client().get(address).status_code == 302, address
    for act in ("withdraw", "rename", "merge", "forget"):
        fields = {"label": "Autre", "target": "emploi"}
        assert send(client, f"{TAGS}/{one}/{act}", "/fr/account/settings", **fields).status_code == 403
    assert not tag("stage").is_withdrawn


def test_what_is_not_there_is_not_found(app: Flask, sign_in: SignIn) -> None:
    client, _staff = at_desk(app, sign_in, "staff")
    for address in (f"{TAGS}/1", f"{TAGS}/{9**30}", f"{GROUPS}/1", f"{GROUPS}/{9**30}", f"{RULES}/nothing"):
        assert client.get(address).status_code == 404, address
    for address in (TAGS, GROUPS, RULES):
        assert Page(client.get(address).text).one("section", class_="empty") is not None, address
    assert client.get(f"{TAGS}?after=x&q=%25").status_code == 200


def test_a_tag_is_found_renamed_and_merged(app: Flask, sign_in: SignIn, topic: Topic) -> None:
    client, _staff = at_desk(app, sign_in, "staff")
    assert [words(link) for link in Page(client.get(f"{TAGS}?q=STA").text).all("a", class_="title")] == ["stage"]
    address = f"{TAGS}/{tag('stage').id}"
    for label, status in (("", 422), ("x" * 41, 422), ("!!", 422), ("emploi", 409)):
        refused = send(client, f"{address}/rename", address, label=label)
        assert refused.status_code == status, label
        assert Page(refused.text).one("input", id="label").get("aria-invalid") == "true"
        assert Page(refused.text).one("input", id="label").get("value") == label
    assert send(client, f"{address}/rename", address, label="Stages").status_code == 303
    assert engaged.tag_of_slug("stage") is tag("stages")
    for target, status in (("rien", 422), ("stages", 422), ("", 422)):
        assert send(client, f"{address}/merge", address, target=target).status_code == status, target
    led = send(client, f"{address}/merge", address, target="Emploi")
    assert led.location.endswith(f"/tags/{tag('emploi').id}")
    assert [one.slug for one in engaged.tags_of("topic", [topic.id])[topic.id]] == ["emploi"]


def test_words_lead_to_a_tag_until_they_are_taken_away(app: Flask, sign_in: SignIn, topic: Topic) -> None:
    client, _staff = at_desk(app, sign_in, "staff")
    address = f"{TAGS}/{tag('stage').id}"
    assert send(client, f"{address}/synonym", address, word="emploi").status_code == 409
    assert send(client, f"{address}/synonym", address, word="Internship").status_code == 303
    assert "Internship" in client.get(address).text
    elsewhere = f"{TAGS}/{tag('emploi').id}"
    send(client, f"{elsewhere}/forget", elsewhere, word="internship")
    assert db.session.get(TagSynonym, "internship") is not None
    send(client, f"{address}/forget", address, word="internship")
    db.session.expire_all()
    assert db.session.get(TagSynonym, "internship") is None


def test_a_tag_is_withdrawn_and_kept_for_moderators(app: Flask, sign_in: SignIn, topic: Topic) -> None:
    client, _staff = at_desk(app, sign_in, "staff")
    address = f"{TAGS}/{tag('stage').id}"
    for act, state in (
        ("withdraw", (True, False)),
        ("keep", (True, True)),
        ("allow", (False, True)),
        ("open", (False, False)),
    ):
        assert send(client, f"{address}/{act}", address).status_code == 303
        assert (tag("stage").is_withdrawn, tag("stage").is_staff_only) == state


def test_the_name_of_a_theme_is_that_of_the_vocabulary(app: Flask, sign_in: SignIn) -> None:
    opened(UserFactory(), CategoryFactory(), "Un sujet", "Santé")
    client, _staff = at_desk(app, sign_in, "staff")
    address = f"{TAGS}/{tag('health').id}"
    page = Page(client.get(address).text)
    assert not page.all("input", id="label")
    assert "/fr/administration/vocabularies/theme/health" in page.links()
    assert send(client, f"{address}/rename", address, label="Autre").status_code == 422


def test_a_group_is_made_changed_and_dropped(app: Flask, sign_in: SignIn) -> None:
    client, _staff = at_desk(app, sign_in, "staff")
    new = f"{GROUPS}/new"
    assert send(client, new, words="2026").status_code == 422
    assert send(client, new, **{"title-fr": "Années", "words": "!!"}).status_code == 422
    assert send(client, new, **{"title-fr": "Années", "words": "2026, 2027", "is_single": "y"}).status_code == 303
    group = db.session.scalars(select(TagGroup)).one()
    address = f"{GROUPS}/{group.id}"
    assert Page(client.get(address).text).one("input", id="words").get("value") == "2026, 2027"
    assert send(client, address, **{"title-fr": "Ans", "words": "2027"}).status_code == 303
    db.session.expire_all()
    assert (group.title, group.is_single) == ({"fr": "Ans"}, False)
    assert send(client, f"{address}/drop", address).status_code == 303
    assert db.session.scalars(select(TagGroup)).all() == []
    assert tag("2027")


def test_a_category_asks_what_staff_say(app: Flask, sign_in: SignIn, topic: Topic) -> None:
    client, _staff = at_desk(app, sign_in, "staff")
    address = f"{RULES}/{topic.category.slug}"
    for fields in ({"least": "9"}, {"least": "x"}, {"least": "-1"}, {"least": "1", "words": "!!"}):
        refused = send(client, address, **fields)
        assert refused.status_code == 422, fields
        assert Page(refused.text).all("input", aria_invalid="true"), fields
    assert send(client, address, least="1", words="stage, emploi", is_closed_set="y").status_code == 303
    rules = tag_rules_of(topic.category_id)
    assert (rules.least, rules.is_closed_set, [one.slug for one in rules.allowed]) == (1, True, ["emploi", "stage"])
    assert "emploi" in client.get(RULES).text


def test_tags_are_paged_and_cost_the_same(app: Flask, sign_in: SignIn, query_counter: Callable[[], Any]) -> None:
    client, staff = at_desk(app, sign_in, "staff")
    counts = []
    for many in (2, 110):
        with unit_of_work():
            tag_keeping.tags_for([f"mot {number}" for number in range(many)])
            tag_keeping.save_tag_group(staff, None, {"fr": f"Groupe {many}"}, ("mot 0", "mot 1"), is_single=False)
        for address in (TAGS, GROUPS, RULES):
            client.get(address)
            with query_counter() as statements:
                assert client.get(address).status_code == 200
            counts.append(statements.count)
    assert counts[:3] == counts[3:]
    page = Page(client.get(TAGS).text)
    assert len(page.all("li", class_="entry")) == 100
    (after,) = {link for link in page.links() if "after=" in link}
    assert len(Page(client.get(after).text).all("li", class_="entry")) == 10
