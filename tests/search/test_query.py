"""What a person types, read as a query."""

import pytest

from app.search.engine import Field, Filters, Run
from app.search.query import LONGEST_QUERY, MOST_WORDS, merged, parse

LANGUAGES = ("fr", "en", "nl", "pt-BR", "vi", "ar", "mg")


def required(typed, languages=LANGUAGES):
    """The exact tokens of each required group."""
    return [run.tokens for group in parse(typed, languages).required for run in group if run.field is Field.EXACT]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("poterie safi", [("poterie",), ("safi",)]),
        ("les ateliers de poterie", [("ateliers",), ("poterie",)]),
        ("les", [("les",)]),
        ("L'ÉCOLE", [("ecole",)]),
        ('"colline des potiers"', [("colline", "des", "potiers")]),
        ("« colline des potiers »", [("colline", "des", "potiers")]),
        ("„zwei Wörter“ drei", [("zwei", "worter"), ("drei",)]),
        ('"colline des', [("colline", "des")]),
        ("rendez-vous - test", [("rendez",), ("vous",), ("test",)]),
        ("safi safi SAFI", [("safi",)]),
        ("http://example.org/a", [("http",), ("example",), ("org",)]),
        ("日本語", [("日本",), ("本語",)]),
        ("🎉", []),
        ('""', []),
        ("-", []),
        ("   ", []),
    ],
)
def test_words_and_phrases(typed, expected):
    assert required(typed) == expected


def test_a_word_is_sought_by_its_stem_in_every_language():
    (group,) = parse("poteries", ["fr", "en"]).required
    assert group == (
        Run(Field.EXACT, ("poteries",)),
        Run(Field.STEM, ("poter",), 0.5),
        Run(Field.STEM, ("poteri",), 0.5),
    )


def test_a_phrase_of_one_word_is_a_word():
    assert parse('"poteries"', ["fr"]).required == parse("poteries", ["fr"]).required


def test_small_words_of_the_reader_are_not_required_but_lift():
    typed = parse("ny tantara", ["mg", "fr"])
    assert [group[0].tokens for group in typed.required] == [("tantara",)]
    assert Run(Field.EXACT, ("ny",)) in typed.bonus


def test_a_small_word_of_another_language_is_required():
    assert required("the office", ["fr", "en"]) == [("the",), ("office",)]


def test_vietnamese_pairs_lift():
    assert Run(Field.STEM, ("da nang",), 2.0) in parse("Đà Nẵng", ["vi"]).bonus
    assert parse("Đà Nẵng", ["fr"]).bonus == ()


@pytest.mark.parametrize("typed", ["poterie -stage", "-stage poterie", 'poterie -"stage"'])
def test_unwanted_words(typed):
    found = parse(typed, ["fr"])
    assert [group[0].tokens for group in found.required] == [("poterie",)]
    assert [group[0].tokens for group in found.without] == [("stage",)]


def test_an_unwanted_phrase():
    assert parse('-"deux mains"', ["fr"]).without == ((Run(Field.EXACT, ("deux", "mains")),),)


def test_labels_become_filters():
    typed = parse("poterie lang:fr kind:post,topic in:cooperations author:helene tag:argile LANG:ar", LANGUAGES)
    assert typed.filters == Filters(
        kind=frozenset({"post", "topic"}),
        lang=frozenset({"fr", "ar"}),
        space=frozenset({"cooperations"}),
        author=frozenset({"helene"}),
        tag=frozenset({"argile"}),
    )
    assert required("poterie lang:fr") == [("poterie",)]


def test_unknown_labels_are_words():
    assert required("note:important") == [("note",), ("important",)]


@pytest.mark.parametrize(
    ("typed", "empty"), [("", True), ("🎉 !", True), ("-safi", True), ("lang:fr", False), ("a", False)]
)
def test_whether_anything_was_asked(typed, empty):
    assert parse(typed, LANGUAGES).is_empty is empty


def test_long_input_is_cut():
    assert len(parse("mot " * 10_000, ["en"]).required) == 1
    assert len(parse(" ".join(f"w{n}" for n in range(10_000)), ["en"]).required) == MOST_WORDS
    assert required("x" * 10_000) == [("x" * 64,)]
    assert LONGEST_QUERY < 1_000


def test_filters_from_the_box_and_from_the_page_add_up():
    left, right = Filters(lang=frozenset({"fr"})), Filters(lang=frozenset({"ar"}), kind=frozenset({"post"}))
    assert merged(left, right) == Filters(lang=frozenset({"fr", "ar"}), kind=frozenset({"post"}))
