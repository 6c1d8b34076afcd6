"""Tags with rules: what categories ask, what staff keep in order, and the pages on which tags are met."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotAllowed
from app.core.events import tail, unit_of_work
from app.core.i18n import speaking
from app.core.subjects import SubjectChanged
from app.engagement import queries as engaged
from app.engagement import services as engagement
from app.engagement import tag_keeping
from app.engagement.models import Tag, TagGroup
from app.forum import services
from app.forum.composing.completing import tags_like
from app.forum.models import Category, Topic
from app.forum.tags import rules as tag_rules
from app.forum.tags.lists import tag_groups, tags_for_keeping, tags_in_use
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.support.browser import token_of
from tests.support.forum import opened
from tests.support.html import Page, words


@pytest.fixture(autouse=True)
def spoken(app: Flask) -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.fixture
def staff(app: Flask) -> User:
    return UserFactory(role="staff")


def tag(slug: str) -> Tag:
    return db.session.scalars(select(Tag).where(Tag.slug == slug)).one()


def tagged(topic: Topic) -> set[str]:
    return {one.slug for one in engaged.tags_of("topic", [topic.id])[topic.id]}


def retagged(actor: User, topic: Topic, *tags: str) -> None:
    with unit_of_work():
        services.edit_topic(actor, topic, topic.title, topic.lang, topic.kind, tags)


def ruled(staff: User, category: Category, least: int, *tags: str, closed: bool = False) -> None:
    with unit_of_work():
        tag_rules.set_tag_rules(staff, category, least, tags, is_closed_set=closed)


STAFF_ACTS: dict[str, Callable[[User, Tag, Tag], Any]] = {
    "rename": lambda actor, one, _other: tag_keeping.rename_tag(actor, one, "Autre nom"),
    "merge": tag_keeping.merge_tags,
    "withdraw": lambda actor, one, _other: tag_keeping.withdraw_tag(actor, one),
    "keep": lambda actor, one, _other: tag_keeping.keep_for_staff(actor, one),
    "synonym": lambda actor, one, _other: tag_keeping.add_synonym(actor, one, "Mot voisin"),
    "group": lambda actor, _one, _other: tag_keeping.save_tag_group(actor, None, {"fr": "Ans"}, (), is_single=True),
}


@pytest.mark.parametrize("role", ["", "moderator", "staff", "administrator"])
@pytest.mark.parametrize("act", list(STAFF_ACTS))
def test_staff_alone_keep_the_tags(actor: User, act: str, role: str) -> None:
    opened(actor, CategoryFactory(), "Un sujet", "stage", "emploi")
    who = UserFactory(role=role)
    if role in {"staff", "administrator"}:
        with unit_of_work():
            STAFF_ACTS[act](who, tag("stage"), tag("emploi"))
        assert db.session.scalars(select(AuditEntry)).one().actor_id == who.id
        return
    with pytest.raises(NotAllowed), unit_of_work():
        STAFF_ACTS[act](who, tag("stage"), tag("emploi"))
    with pytest.raises(NotAllowed):
        ruled(who, CategoryFactory(), 1)


def test_a_category_asks_for_tags(staff: User, actor: User) -> None:
    category = CategoryFactory()
    ruled(staff, category, 1)
    with pytest.raises(Invalid, match="at least") as refused:
        opened(actor, category, "Sans rien")
    assert refused.value.field == "tags"
    topic = opened(actor, category, "Avec une", "stage")
    with pytest.raises(Invalid, match="at least"):
        retagged(actor, topic)
    with pytest.raises(Invalid, match="eight"):
        ruled(staff, category, 9)


def test_a_closed_set_leaves_a_topic_what_it_has(staff: User, actor: User) -> None:
    category = CategoryFactory()
    before = opened(actor, category, "D’avant", "ancien")
    ruled(staff, category, 0, "stage", "emploi", closed=True)
    with pytest.raises(Invalid, match="only these tags are used: emploi, stage"):
        opened(actor, category, "Autre chose", "stage", "voyage")
    assert tagged(opened(actor, category, "Permis", "Stage")) == {"stage"}
    retagged(actor, before, "ancien", "emploi")
    assert tagged(before) == {"ancien", "emploi"}
    ruled(staff, category, 0, closed=True)
    assert not tag_rules.tag_rules_of(category.id).is_closed_set
    opened(actor, category, "Libre", "voyage")


def test_a_refusal_stands_beside_the_field(
    client: FlaskClient, sign_in: Callable[..., FlaskClient], staff: User, actor: User
) -> None:
    category = CategoryFactory()
    ruled(staff, category, 2)
    browser = sign_in(client, actor)
    address = f"/en/categories/{category.slug}/new-topic"
    form = {"title": "Un titre assez long", "kind": "discussion", "body": "Bonjour.", "lang": "fr", "tags": "stage"}
    assert "at least 2 tags or themes" in browser.get(address).text
    answer = browser.post(address, data=form | {"csrf_token": token_of(browser.get(address))})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert "at least" in words(page.one("p", id="tags-error"))
    assert page.one("input", id="tags").get("value") == "stage"
    assert db.session.scalars(select(Topic)).all() == []


def test_some_tags_are_for_moderators_and_some_for_nobody_any_more(staff: User, actor: User) -> None:
    category = CategoryFactory()
    opened(staff, category, "Un sujet", "officiel", "vieux")
    with unit_of_work():
        tag_keeping.keep_for_staff(staff, tag("officiel"))
        tag_keeping.withdraw_tag(staff, tag("vieux"))
    with pytest.raises(Invalid, match="Only moderators use this tag: officiel"):
        opened(actor, category, "Essai", "officiel")
    with pytest.raises(Invalid, match="no longer used: vieux"):
        opened(staff, category, "Essai", "vieux")
    assert [one.slug for one in tags_like(actor, "vi", "fr")] == []
    assert [one.slug for one in tags_like(actor, "off", "fr")] == ["officiel"]
    topic = opened(actor, category, "Essai")
    moderator = UserFactory(role="moderator", space=category.space)
    retagged(moderator, topic, "officiel")
    retagged(actor, topic, "officiel", "stage")
    assert tagged(topic) == {"officiel", "stage"}
    with unit_of_work():
        tag_keeping.withdraw_tag(staff, tag("vieux"), False)
        tag_keeping.keep_for_staff(staff, tag("officiel"), False)
    opened(actor, category, "Essai encore", "vieux", "officiel")


def test_of_some_groups_a_topic_bears_one(staff: User, actor: User) -> None:
    with pytest.raises(Invalid, match="name"), unit_of_work():
        tag_keeping.save_tag_group(staff, None, {"fr": " ", "xx": "Années"}, ("2026",), is_single=True)
    with unit_of_work():
        group = tag_keeping.save_tag_group(staff, None, {"en": "Years"}, ("2026", "2027"), is_single=True)
    with pytest.raises(Invalid, match="of this group: Years"):
        opened(actor, CategoryFactory(), "Essai", "2026", "2027")
    assert tagged(opened(actor, CategoryFactory(), "Essai", "2026", "stage")) == {"2026", "stage"}
    with unit_of_work():
        tag_keeping.save_tag_group(staff, group, {"en": "Years"}, ("2026", "2027"), is_single=False)
    opened(actor, CategoryFactory(), "Essai", "2026", "2027")
    with unit_of_work():
        tag_keeping.drop_tag_group(staff, group)
    assert db.session.scalars(select(TagGroup)).all() == []
    assert tag("2026")


def test_a_new_name_leaves_the_old_one_leading_to_it(staff: User, actor: User, client: FlaskClient) -> None:
    topic = opened(actor, CategoryFactory(), "Un sujet", "stage", "emploi")
    with pytest.raises(Conflict, match="merge"), unit_of_work():
        tag_keeping.rename_tag(staff, tag("stage"), "Emploi")
    with pytest.raises(Invalid), unit_of_work():
        tag_keeping.rename_tag(staff, tag("stage"), "!!")
    with unit_of_work():
        tag_keeping.rename_tag(staff, tag("stage"), "Stages à l’étranger")
    slug = "stages-a-l-etranger"
    assert tagged(topic) == {slug, "emploi"}
    moved = client.get("/en/tags/stage")
    assert (moved.status_code, moved.location) == (301, f"/en/tags/{slug}")
    assert tagged(opened(actor, CategoryFactory(), "Un autre", "Stage")) == {slug}
    assert SubjectChanged("topic", topic.id) in [row.event for row in tail((0, 0), 1000)]
    with unit_of_work():
        tag_keeping.rename_tag(staff, tag(slug), "Stage")
    assert client.get("/en/tags/stage").status_code == 200
    assert client.get(f"/en/tags/{slug}").location == "/en/tags/stage"


def test_a_theme_keeps_its_names(staff: User, actor: User) -> None:
    opened(actor, CategoryFactory(), "Un sujet", "santé", "soin")
    with pytest.raises(Invalid, match="theme"), unit_of_work():
        tag_keeping.rename_tag(staff, tag("health"), "Bien-être")
    with pytest.raises(Conflict), unit_of_work():
        tag_keeping.rename_tag(staff, tag("soin"), "Santé")
    with pytest.raises(Conflict), unit_of_work():
        tag_keeping.add_synonym(staff, tag("soin"), "health")
    assert tag_keeping.theme_tag("health") == tag("health")
    assert tag_keeping.theme_tag("no_theme") is None


def test_a_merge_takes_along_topics_followers_and_other_words(staff: User, actor: User, client: FlaskClient) -> None:
    one = opened(actor, CategoryFactory(), "Un", "boulot")
    both = opened(actor, CategoryFactory(), "Deux", "boulot", "emploi")
    with pytest.raises(Invalid, match="another"), unit_of_work():
        tag_keeping.merge_tags(staff, tag("boulot"), tag("boulot"))
    with unit_of_work():
        tag_keeping.add_synonym(staff, tag("boulot"), "Job")
        engagement.follow(actor, "tag", tag("boulot").id, "watching")
    with unit_of_work():
        tag_keeping.merge_tags(staff, tag("boulot"), tag("emploi"))
    assert tagged(one) == tagged(both) == {"emploi"}
    assert engaged.follow_level(actor, "tag", tag("emploi").id) == "watching"
    for old in ("boulot", "job"):
        assert client.get(f"/en/tags/{old}").location == "/en/tags/emploi"
    assert tagged(opened(actor, CategoryFactory(), "Trois", "Job", "Boulot", "Emploi")) == {"emploi"}


def test_tags_are_counted_over_what_the_reader_sees(staff: User, actor: User, client: FlaskClient) -> None:
    closed = CategoryFactory(space=SpaceFactory(visibility="staff"))
    opened(staff, closed, "Secret", "stage", "sceau")
    opened(actor, CategoryFactory(), "Un", "stage", "emploi")
    opened(actor, CategoryFactory(), "Deux", "stage")
    assert [(row.label.slug, row.count) for row in tags_in_use(actor).rows] == [("stage", 2), ("emploi", 1)]
    assert {row.label.slug: row.count for row in tags_in_use(staff).rows} == {"stage": 3, "emploi": 1, "sceau": 1}
    assert "sceau" not in client.get("/en/tags").text
    assert client.get("/en/tags/sceau").status_code == 404
    assert "Secret" not in client.get("/en/tags/stage").text
    assert [row.label.slug for row in tags_in_use(actor, "EMPL").rows] == ["emploi"]
    assert tags_in_use(actor, "%").rows == []


def test_tags_are_paged(actor: User, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.forum.tags.lists.SIZE", 2)
    opened(actor, CategoryFactory(), "Un", "a1", "b2", "c3")
    opened(actor, CategoryFactory(), "Deux", "b2")
    first = Page(client.get("/en/tags").text)
    assert [words(chip).split()[0] for chip in first.all("a", class_="chip")] == ["b2", "a1"]
    (following,) = first.links(rel="next")
    second = Page(client.get(following).text)
    assert [words(chip).split()[0] for chip in second.all("a", class_="chip")] == ["c3"]
    assert client.get("/en/tags?after=x-y").status_code == 200
    assert "No tag has these letters" in client.get("/en/tags?q=zzz").text


def test_the_page_of_a_theme_speaks_every_language(actor: User, client: FlaskClient) -> None:
    opened(actor, CategoryFactory(), "Un sujet", "Santé")
    assert "Health" in words(Page(client.get("/en/tags/health").text).one("h1"))
    assert words(Page(client.get("/fr/tags/health").text).one("h1")) == "Santé"
    assert client.get("/en/tags/Santé").location == "/en/tags/health"
    assert client.get("/en/tags/nothing").status_code == 404
    unused = client.get("/en/tags/tourism")
    assert unused.status_code == 200
    assert "No topic here yet" in unused.text


def test_tags_of_a_group_lead_to_each_other(staff: User, actor: User, client: FlaskClient) -> None:
    opened(actor, CategoryFactory(), "Un", "2026")
    opened(actor, CategoryFactory(), "Deux", "2027")
    with unit_of_work():
        tag_keeping.save_tag_group(staff, None, {"en": "Years"}, ("2026", "2027", "2028"), is_single=True)
    page = Page(client.get("/en/tags/2026").text)
    assert [words(chip) for chip in page.all("a", class_="chip")] == ["2027 1"]


def test_staff_see_every_tag_with_what_leads_to_it(staff: User, actor: User) -> None:
    topic = opened(actor, CategoryFactory(), "Un", "stage", "emploi")
    with unit_of_work():
        tag_keeping.rename_tag(staff, tag("stage"), "Stages")
        tag_keeping.save_tag_group(staff, None, {"en": "Years"}, ("2026",), is_single=True)
        tag_keeping.save_tag_group(staff, None, {"en": "Nothing yet"}, (), is_single=True)
    retagged(actor, topic, "stages")
    with pytest.raises(NotAllowed):
        tags_for_keeping(actor)
    found = {row.tag.slug: (row.count, [other.slug for other in row.synonyms]) for row in tags_for_keeping(staff)}
    assert found == {"stages": (1, ["stage"]), "emploi": (0, []), "2026": (0, [])}
    assert [row.tag.slug for row in tags_for_keeping(staff, "EMP")] == ["emploi"]
    first, *_ = tags_for_keeping(staff, size=1)
    assert first.tag.id not in {row.tag.id for row in tags_for_keeping(staff, after=first.tag.id)}
    groups = {group.title["en"]: [one.slug for one in tags] for group, tags in tag_groups().items()}
    assert groups == {"Years": ["2026"], "Nothing yet": []}


@pytest.mark.parametrize("after", ["1-99999999999999999999", "99999999999999999999-1", "x", "1-"])
def test_a_made_up_key_of_the_list_is_no_trouble(client: FlaskClient, after: str) -> None:
    assert client.get(f"/en/tags?after={after}").status_code == 200


def test_another_word_leads_a_list_to_its_tag(staff: User, actor: User, client: FlaskClient) -> None:
    opened(actor, CategoryFactory(), "Un", "stage")
    hidden_shelf = CategoryFactory(space=SpaceFactory(visibility="closed"))
    opened(staff, hidden_shelf, "Deux", "secret")
    with unit_of_work():
        tag_keeping.add_synonym(staff, tag("stage"), "internship")
        tag_keeping.add_synonym(staff, tag("secret"), "hush")
    for unmoved in ("stage", "hush", "nothing", "health", ""):
        assert client.get(f"/en/latest?tag={unmoved}").status_code == 200, unmoved
    led = client.get("/en/latest?tag=internship&view=new&lang=fr")
    assert (led.status_code, led.location) == (301, "/en/latest?tag=stage&view=new&lang=fr")
    assert client.get("/en/latest?tag=Santé").location == "/en/latest?tag=health"
    assert client.get("/en/tags/internship").location == "/en/tags/stage"
    assert client.get("/en/tags/hush").status_code == 404
