"""The search page, through HTTP: who finds what, when, and how it is shown."""

from __future__ import annotations

import pytest

from app.core.db import db
from app.core.events import record, unit_of_work
from app.core.subjects import SubjectChanged, SubjectHidden, SubjectRemoved
from app.forum import services
from app.forum.drafts import draft_post
from app.forum.models import Post
from app.forum.order import moderating
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.search.conftest import open_topic, reply, signed_in


@pytest.fixture(autouse=True)
def _no_glossary(monkeypatch):
    """The topic below says one thing in three languages; that they meet is told in test_thesaurus.py."""
    monkeypatch.setattr("app.search.thesaurus.concepts", lambda: ())


@pytest.fixture
def pottery(app):
    """A topic about pottery with three replies in three languages."""
    author, category = UserFactory(display_name="Hélène Caudron", handle="helene"), CategoryFactory()
    topic = open_topic(author, category, "La poterie de Safi", "Depuis **Desvres**, un métier commun.", "argile")
    reply(author, topic, "Chaque poterie est signée par deux mains.")
    reply(UserFactory(), topic, "ورشة الخَزَف في آسفي", "ar")
    reply(UserFactory(), topic, "Gốm sứ ở Đà Nẵng", "vi")
    return topic


def test_what_was_said_is_found_once_the_indexer_has_read_the_log(pottery, search, index_now):
    assert search("poterie").titles == []
    assert index_now() > 0
    page = search("poteries")
    assert page.titles == ["La poterie de Safi"] * 4
    assert page.words[:2] == ["Depuis Desvres, un métier commun.", "Chaque poterie est signée par deux mains."]
    assert list(page.tabs.values()) == [4, 1, 3]
    assert search("poteries", lang="en").texts("span[@class='hit-kind']") == ["Topic", "Message", "Message", "Message"]
    assert "poterie" in page.marks
    assert index_now() == 0


@pytest.mark.parametrize(
    ("words", "excerpt"),
    [
        ("metier", "Depuis Desvres, un métier commun."),
        ("خزف", "ورشة الخَزَف في آسفي"),
        ("اسفي", "ورشة الخَزَف في آسفي"),
        ("da nang", "Gốm sứ ở Đà Nẵng"),
        ("Đà Nẵng", "Gốm sứ ở Đà Nẵng"),
        ('"deux mains"', "Chaque poterie est signée par deux mains."),
    ],
)
def test_words_are_found_in_any_spelling_and_shown_as_written(pottery, search, index_now, words, excerpt):
    index_now()
    page = search(words)
    assert page.words[0] == excerpt
    assert page.marks
    assert page.words[1:] == [] or not words.startswith('"')


def test_the_topic_in_which_a_reply_says_it_is_found_with_it_where_little_is(pottery, search, index_now):
    index_now()
    page = search("mains", lang="en")
    assert page.words == ["Chaque poterie est signée par deux mains.", "Depuis Desvres, un métier commun."]
    assert page.texts("p[@class='meta reason']") == ["A reply in this topic says it."]
    assert search("mains", kind="topic").words == ["Depuis Desvres, un métier commun."]
    assert list(search("mains", kind="topic").tabs.values()) == list(page.tabs.values()) == [2, 1, 1]
    for alone in ('"deux mains"', "mains -desvres"):
        assert search(alone).words == ["Chaque poterie est signée par deux mains."]
    assert len(search("mains", sort="newest").words) == 1


def test_where_enough_is_found_nothing_is_found_besides(app, search, index_now):
    topic = open_topic(UserFactory(), CategoryFactory(), "Le four", "Bonjour.")
    for _ in range(10):
        reply(UserFactory(), topic, "Deux mains suffisent.")
    index_now()
    assert len(search("mains").words) == 10


def test_texts_carry_their_own_language_and_direction(pottery, search, index_now):
    index_now()
    words, _ = search("خزف").all("p[@class='words']")
    assert (words.get("lang"), words.get("dir")) == ("ar", "rtl")
    (words,) = search("métier", lang="ar").all("p[@class='words']")
    assert (words.get("lang"), words.get("dir")) == ("fr", "ltr")


def test_people_are_found_by_name_and_handle(app, search, index_now):
    member = UserFactory(display_name="Nguyễn Thị Hoa", name_lang="vi", handle="hoa-n")
    with unit_of_work():
        record(SubjectChanged("member", member.id))
    index_now()
    assert search("nguyen").titles == ["Nguyễn Thị Hoa"]
    assert search("hoa-n").titles == ["Nguyễn Thị Hoa"]
    with unit_of_work():
        member.status = "closed"
        record(SubjectRemoved("member", member.id))
    assert search("nguyen").titles == []


def test_the_body_is_escaped(app, search, index_now):
    open_topic(UserFactory(), CategoryFactory(), "<b>Gras</b> & <script>", "Un `<script>alert(1)</script>` potier.")
    index_now()
    page = search("script potier")
    assert page.titles == ["<b>Gras</b> & <script>"]
    assert "<script>alert" not in page.text
    assert page.words == ["Un <script>alert(1)</script> potier."]


def test_a_hidden_message_is_gone_before_the_indexer_has_run(pottery, search, index_now):
    moderator = UserFactory(role="moderator")
    index_now()
    assert search("mains").tabs != {}
    post = pottery_reply(pottery)
    with unit_of_work():
        moderating.hide_post(moderator, post, "Hors sujet")
    page = search("poterie")
    assert len(page.titles) == 3
    assert list(page.tabs.values()) == [3, 1, 2]
    assert search("mains").titles == []
    index_now()
    assert search("mains").titles == []
    with unit_of_work():
        moderating.restore_post(moderator, post, "Erreur")
    index_now()
    assert len(search("mains").titles) == 2


def test_a_hidden_topic_takes_its_messages_with_it(app, pottery, search, run_consumers):
    moderator = UserFactory(role="moderator")
    run_consumers()
    with unit_of_work():
        moderating.change_topic_state(moderator, pottery, "hide", "Spam")
    for _ in range(2):
        for words in ("poterie", "mains", "خزف"):
            page = search(words)
            assert page.titles == []
            assert page.tabs == {}
        run_consumers()
    assert search("poterie", signed_in(app, moderator)).titles == []


def test_a_withdrawn_message_is_not_found(pottery, search, index_now):
    index_now()
    post = pottery_reply(pottery)
    with unit_of_work():
        services.withdraw_post(post.author, post)
    assert search("mains").titles == []
    index_now()
    assert search("mains").titles == []


def pottery_reply(topic):
    """The French reply."""
    return db.session.query(Post).filter_by(topic_id=topic.id, number=2).one()


def test_what_the_index_should_have_forgotten_is_not_counted_either(pottery, search, index_now):
    index_now()
    with unit_of_work():
        pottery_reply(pottery).state = "removed"
    page = search("poterie")
    assert len(page.titles) == 3
    assert list(page.tabs.values()) == [3, 1, 2]
    assert search("mains").titles == [], "nor does its topic tell of it"


@pytest.mark.parametrize("visibility", ["public", "members", "staff"])
def test_who_finds_what_is_kept_to_some(app, search, index_now, visibility):
    space = SpaceFactory(visibility=visibility)
    other = SpaceFactory(visibility="staff")
    author = UserFactory(role="staff")
    topic = open_topic(author, CategoryFactory(space=space), "Le trésor", "Sous le beffroi.")
    reply(author, topic, "Encore le trésor.")
    index_now()
    readers = {
        "visitor": None,
        "member": UserFactory(),
        "moderator of another space": UserFactory(role="moderator", space=other),
        "moderator of the space": UserFactory(role="moderator", space=space),
        "moderator everywhere": UserFactory(role="moderator"),
        "staff": UserFactory(role="staff"),
        "administrator": UserFactory(role="administrator"),
    }
    who = {
        "public": set(readers),
        "members": set(readers) - {"visitor"},
        "staff": {"moderator of the space", "moderator everywhere", "staff", "administrator"},
    }[visibility]
    for reader, member in readers.items():
        page = search("trésor", signed_in(app, member) if member else None)
        assert len(page.titles) == (2 if reader in who else 0), reader
        assert (f"Espace {space.slug}" in page.text) == (reader in who), reader


def test_someone_who_loses_the_right_finds_nothing_more(app, search, index_now):
    space = SpaceFactory(visibility="staff")
    moderator = UserFactory(role="moderator", space=space)
    open_topic(moderator, CategoryFactory(space=space), "Le trésor", "Sous le beffroi.")
    index_now()
    browser = signed_in(app, moderator)
    assert len(search("trésor", browser).titles) == 1
    with unit_of_work():
        moderator.roles.clear()
    assert search("trésor", browser).titles == []


def test_facets_narrow_and_chips_widen(pottery, search, index_now, client):
    other = SpaceFactory(title={"fr": "Ailleurs"})
    open_topic(UserFactory(), CategoryFactory(space=other), "Poterie d'ailleurs", "Rien.")
    index_now()
    everything = search("poterie")
    assert len(everything.titles) == 5
    counts = {"français": 3, f"Espace {pottery.category.space.slug}": 4, "Ailleurs": 1}
    assert counts.items() <= everything.choices.items()
    narrowed = search("poterie", space=other.slug)
    assert narrowed.titles == ["Poterie d'ailleurs"]
    assert narrowed.choices["Ailleurs"] == 1
    assert narrowed.choices[f"Espace {pottery.category.space.slug}"] == 4
    again = type(narrowed)(client, narrowed.link("Retirer") if "Retirer" in narrowed.text else narrowed.link("Remove"))
    assert len(again.titles) == 5


@pytest.mark.parametrize(
    ("words", "query", "count"),
    [
        ("poterie", {"kind": "topic"}, 1),
        ("poterie", {"kind": "post"}, 3),
        ("poterie", {"kind": ["post", "topic"]}, 4),
        ("poterie", {"kind": "nonsense"}, 4),
        ("poterie", {"language": "ar"}, 1),
        ("poterie", {"language": "nl"}, 0),
        ("poterie lang:fr", {}, 2),
        ("lang:ar", {}, 1),
        ("author:helene", {}, 2),
        ("author:@Helene kind:post", {}, 1),
        ("author:nobody", {}, 0),
        ("in:nowhere poterie", {}, 0),
        ("tag:argile", {}, 1),
        ("poterie -safi", {}, 0),
        ("poterie -ailleurs", {}, 4),
        ("poterie", {"language": "ar", "space": "x"}, 0),
        ("poterie", {"page": "-3"}, 4),
        ("poterie", {"page": "abc"}, 4),
        ("poterie", {"page": "99999"}, 0),
        ("poterie", {"sort": "newest"}, 4),
        ("x" * 5_000, {}, 0),
        ("\x01\u200b🎉", {}, 0),
        ('"', {}, 0),
    ],
)
def test_filters_of_the_box_and_of_the_address(pottery, search, index_now, words, query, count):
    index_now()
    page = search(words, **query)
    assert page.response.status_code == 200
    assert len(page.titles) == count


def test_a_space_is_named_in_the_box_by_its_slug(pottery, search, index_now):
    index_now()
    assert len(search(f"poterie in:{pottery.category.space.slug}").titles) == 4


def test_a_tag_is_named_in_the_box_by_a_word_of_a_theme(app, search, index_now):
    author, category = UserFactory(), CategoryFactory()
    open_topic(author, category, "L'épargne", "Un groupe de femmes.", "Mikrofinansa sy toekarena sosialy")
    open_topic(author, category, "Un autre sujet", "Rien à voir.", "argile")
    index_now()
    assert len(search("tag:microcrédit").titles) == len(search("tag:microfinance").titles) == 1
    assert search("tag:microf").titles == []


def test_without_words_the_page_explains_itself(search):
    page = search("")
    assert page.response.status_code == 200
    assert page.titles == []
    assert page.all("input[@name='q']")
    assert page.all("dl")


def test_when_some_words_are_missing_it_is_said(pottery, search, index_now):
    index_now()
    page = search("poterie introuvable")
    assert len(page.titles) == 4
    assert page.all("p[@class='did']")
    assert not search("poterie").all("p[@class='did']")


def test_pages_of_results(app, search, index_now):
    author, category = UserFactory(), CategoryFactory()
    for number in range(25):
        open_topic(author, category, f"Carnaval numéro {number}", "Chahut.")
    index_now()
    first = search("carnaval")
    assert len(first.titles) == 20
    second = type(first)(app.test_client(), first.link("Page 2"))
    assert len(second.titles) == 5
    assert len(set(first.titles + second.titles)) == 25


def test_an_edit_is_found_under_its_new_words(pottery, search, index_now):
    index_now()
    post = pottery_reply(pottery)
    with unit_of_work():
        services.edit_post(post.author, post, draft_post("Une verrerie soufflée.", "fr", "x"), 0)
    index_now()
    assert search("mains").titles == []
    assert search("verreries").words[0] == "Une verrerie soufflée."


def test_the_sixty_first_search_of_a_minute_is_refused_with_a_clear_answer(make_app):
    client = make_app(rate_limits=True).test_client()
    answers = [client.get("/fr/search?q=x").status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]
    refused = client.get("/fr/search?q=x")
    assert refused.headers["Retry-After"]
    assert "<h1" in refused.get_data(as_text=True)


def test_a_search_asks_few_questions_of_the_database(app, search, index_now, query_counter):
    author, category = UserFactory(), CategoryFactory()
    for number in range(12):
        topic = open_topic(author, category, f"Carnaval {number}", "Chahut.")
        reply(author, topic, "Encore le carnaval.")
    index_now()
    search("carnaval")
    with query_counter() as statements:
        assert len(search("carnaval").titles) == 20
    assert statements.count <= 18  # labels of spaces, tags and authors are read once each


@pytest.mark.parametrize("lang", ["fr", "en", "nl", "pt-BR", "vi", "ar", "mg"])
def test_every_interface_language_has_the_page(pottery, search, index_now, lang):
    index_now()
    page = search("poterie", lang=lang)
    assert len(page.titles) == 4
    assert f"/{lang}/topics/" in page.link("La poterie")


def test_hidden_events_of_unknown_kinds_are_no_harm(app, search, index_now):
    with unit_of_work():
        record(SubjectHidden("nonsense", 1))
    assert search("x").response.status_code == 200
    assert index_now() == 1
