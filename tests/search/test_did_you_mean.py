"""Did you mean: what is proposed in seven languages, and what never is."""

from __future__ import annotations

import pytest

from app.core.events import record, unit_of_work
from app.core.subjects import SubjectChanged
from app.search.words.distance import allowed, distance
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.search.conftest import open_topic, reply, signed_in


def meant(page) -> list[tuple[str, str]]:
    """The proposal and its address."""
    return [("".join(link.itertext()), link.get("href")) for link in page.all("p[@class='did']/a")]


@pytest.fixture
def said(app, index_now):
    """Three messages of these words in a space of everybody, or in another."""

    def said(words: str, lang: str = "fr", times: int = 3, **space) -> None:
        category = CategoryFactory(space=SpaceFactory(**space)) if space else CategoryFactory()
        topic = open_topic(UserFactory(), category, "Zzz", "Rien.")
        for _ in range(times):
            reply(UserFactory(), topic, words, lang)
        index_now()

    return said


@pytest.mark.parametrize(
    ("lang", "words", "typed", "proposal"),
    [
        ("fr", "La coopération décentralisée", "coopératoin", "coopération"),
        ("fr", "La coopération décentralisée", "decentralizee", "décentralisée"),
        ("en", "An apprenticeship abroad", "aprentiseship", "apprenticeship"),
        ("nl", "De gemeenteraad vergadert", "gemeenteraat", "gemeenteraad"),
        ("pt-BR", "A agricultura familiar", "agricutlura", "agricultura"),
        ("ar", "ورشة الخزف في آسفي", "الخزق", "الخزف"),
        ("vi", "Hợp tác quốc tế với người khuyết tật", "nguoif", "người"),
        ("mg", "Ny fambolena sy ny fiompiana", "fambolna", "fambolena"),
    ],
)
def test_the_nearest_word_is_proposed_in_the_language_of_the_reader(said, search, lang, words, typed, proposal):
    said(words, lang)
    ((text, address),) = meant(search(typed, lang=lang))
    assert proposal in text
    assert address.startswith(f"/{lang}/search?q=")


def test_the_proposal_finds_something_and_keeps_filters_and_labels(said, search, client):
    said("La poterie de Desvres")
    ((text, address),) = meant(search("poteire lang:fr -verre", language="fr", sort="newest"))
    assert "poterie lang:fr -verre" in text
    assert "language=fr" in address
    assert "sort=newest" in address
    assert 'class="hit"' in client.get(address).get_data(as_text=True)


def test_nothing_is_proposed_where_enough_is_found(said, search):
    said("La poterie et les poteries")
    said("Le potier", times=3)
    assert meant(search("potier")) == []


def test_a_word_of_a_closed_space_is_never_proposed(app, said, search):
    said("Le mécénat discret", visibility="members")
    assert meant(search("mecenot")) == []
    assert meant(search("mecenot", signed_in(app, UserFactory()))) == [], "texts of everybody alone give words"


def test_a_word_of_a_single_message_is_never_proposed(said, search):
    said("Zénobie", times=1)
    assert meant(search("zenobia")) == []


def test_a_title_is_proposed_to_those_alone_who_may_see_it(app, search, index_now):
    closed = CategoryFactory(space=SpaceFactory(visibility="members"))
    open_topic(UserFactory(), closed, "Parrainage", "Rien.")
    index_now()
    assert meant(search("parrainaje")) == []
    ((text, _address),) = meant(search("parrainaje", signed_in(app, UserFactory())))
    assert "Parrainage" in text


def test_the_name_of_a_member_is_set_right(app, search, index_now):
    member = UserFactory(display_name="Hélène Caudron")
    with unit_of_work():
        record(SubjectChanged("member", member.id))
    index_now()
    ((text, _address),) = meant(search("helene caudrn"))
    assert "helene Caudron" in text
    with unit_of_work():
        member.status = "closed"
    assert meant(search("helene caudrn")) == []


@pytest.mark.parametrize("typed", ["zz", "qsdfghjklm", '"', "-poterie", "tag:poteire", "<script>x</script>", "1234567"])
def test_what_is_like_nothing_gets_no_proposal(said, search, typed):
    said("La poterie")
    assert meant(search(typed)) == []


@pytest.mark.parametrize(
    ("left", "right", "slips"),
    [
        ("poterie", "poterie", 0),
        ("poteire", "poterie", 1),
        ("potrie", "poterie", 1),
        ("potterie", "poterie", 1),
        ("poterif", "poterie", 1),
        ("poperie", "poterie", 1),
        ("pozerie", "poterie", 1),
        ("poyerie", "poterie", 0.7),
        ("pooteire", "poterie", 2),
        ("potage", "poterie", None),
    ],
)
def test_slips_are_counted_as_fingers_make_them(left, right, slips):
    assert distance(left, right, 2) == slips


def test_short_words_are_allowed_one_slip():
    assert (allowed("metier"), allowed("poterie")) == (1, 2)
