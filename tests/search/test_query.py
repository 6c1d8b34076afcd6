"""What a person types, read as a query."""

from datetime import date

import pytest

from app.search.engine import Field, Filters, Run
from app.search.pieces import read, without_label
from app.search.query import LONGEST_QUERY, MOST_WORDS, merged, parse
from app.search.remarks import SENTENCES, Reason, Remark

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
        ("rendez-vous - test", [("rendez",), ("test",)]),
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


def said(typed):
    return [(remark.reason, remark.typed) for remark in parse(typed, ["fr"]).remarks]


def groups(typed):
    """The exact tokens of each group, its alternatives side by side; a prefix ends with a star."""
    return [
        [" ".join(run.tokens) + "*" * run.is_prefix for run in group if run.field is Field.EXACT]
        for group in parse(typed, ["fr"]).required
    ]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("poterie AND safi", [["poterie"], ["safi"]]),
        ("poterie OR argile", [["poterie", "argile"]]),
        ("poterie | argile", [["poterie", "argile"]]),
        ("poterie|argile", [["poterie", "argile"]]),
        ("poterie OR argile OR safi", [["poterie", "argile", "safi"]]),
        ("atelier poterie OR argile safi", [["atelier"], ["poterie", "argile"], ["safi"]]),
        ('"colline des potiers" OR safi', [["colline des potiers", "safi"]]),
        ("porte-monnaie OR safi", [["porte monnaie", "safi"]]),
        ("(poterie OR argile) safi", [["poterie", "argile"], ["safi"]]),
        ("poterie or argile", [["poterie"], ["or"], ["argile"]]),
        ("OR", [["or"]]),
        ("poter*", [["poter*"]]),
        ("l'éco*", [["eco*"]]),
        ("porte-mon*", [["porte"], ["mon*"]]),
        ("poter* OR arg*", [["poter*", "arg*"]]),
        ("p*", [["p"]]),
        ("**poterie**", [["poterie"]]),
        ("*", []),
    ],
)
def test_operators_and_prefixes(typed, expected):
    assert groups(typed) == expected


@pytest.mark.parametrize(
    ("typed", "without"),
    [
        ("safi NOT stage", ["stage"]),
        ("safi AND NOT stage", ["stage"]),
        ('safi NOT "deux mains"', ["deux mains"]),
        ("safi -stag*", ["stag"]),
        ("safi -porte-monnaie", ["porte monnaie"]),
    ],
)
def test_what_is_left_out(typed, without):
    found = parse(typed, ["fr"])
    assert [" ".join(group[0].tokens) for group in found.without] == without
    assert [group[0].tokens for group in found.required] == [("safi",)]
    assert found.remarks == ()


@pytest.mark.parametrize(
    ("typed", "filters"),
    [
        ("is:solved,wiki", Filters(mark=frozenset({"solved", "wiki"}))),
        ("IS:open", Filters(mark=frozenset({"open"}))),
        ('tag:"terre cuite"', Filters(tag=frozenset({"terre cuite"}))),
        ("lang:fr OR lang:ar", Filters(lang=frozenset({"fr", "ar"}))),
        ("from:2026", Filters(since=date(2026, 1, 1))),
        ("from:2026-05 before:2026-05-31", Filters(since=date(2026, 5, 1), before=date(2026, 5, 31))),
        ("from:2026-5-3", Filters(since=date(2026, 5, 3))),
        ("from:٢٠٢٦", Filters(since=date(2026, 1, 1))),
        ("from:2025 from:2026", Filters(since=date(2026, 1, 1))),
        ("-from:2026", Filters(before=date(2026, 1, 1))),
        ("NOT before:2026-02", Filters(since=date(2026, 2, 1))),
    ],
)
def test_labels(typed, filters):
    found = parse(typed, ["fr"])
    assert (found.filters, found.unwanted, found.remarks) == (filters, Filters(), ())


@pytest.mark.parametrize("typed", ["safi -tag:x -lang:fr,ar", "safi NOT tag:x NOT lang:fr,ar"])
def test_labels_that_are_left_out(typed):
    found = parse(typed, ["fr"])
    assert found.unwanted == Filters(tag=frozenset({"x"}), lang=frozenset({"fr", "ar"}))
    assert found.filters == Filters()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("safi", []),
        ("http://example.org 12:30 safi", []),
        ("safi OR", [(Reason.ALONE, "OR")]),
        ("OR safi", [(Reason.ALONE, "OR")]),
        ("safi OR OR argile", [(Reason.ALONE, "OR")]),
        ("safi NOT", [(Reason.ALONE, "NOT")]),
        ("safi OR lang:fr", [(Reason.APART, "OR")]),
        ("safi OR -argile", [(Reason.APART, "OR")]),
        ("from:2026 OR from:2025", [(Reason.APART, "OR")]),
        ("(safi OR argile)", [(Reason.BRACKETS, "")]),
        ("from:hier", [(Reason.DATE, "from:hier")]),
        ("before:2026-13", [(Reason.DATE, "before:2026-13")]),
        ("from:0000", [(Reason.DATE, "from:0000")]),
        ("safi tag:", [(Reason.EMPTY, "tag:")]),
        ('safi tag:""', [(Reason.EMPTY, 'tag:""')]),
        ("note:important", [(Reason.NO_LABEL, "note:")]),
        ("-safi", [(Reason.NOTHING_SOUGHT, "")]),
        ("-lang:fr", [(Reason.NOTHING_SOUGHT, "")]),
        ("p*", [(Reason.SHORT_PREFIX, "p*")]),
        ("pot*rie", [(Reason.STAR, "pot*rie")]),
        ("*terie", [(Reason.STAR, "*terie")]),
        ("mot " * 100, [(Reason.LONG, "")]),
        (" ".join(f"w{n}" for n in range(30)), [(Reason.LONG, "")]),
    ],
)
def test_what_was_not_understood_is_said(typed, expected):
    assert said(typed) == expected


def test_every_remark_is_a_sentence():
    assert set(SENTENCES) == set(Reason)
    assert all(Remark(reason, "x%y").sentence.endswith(".") for reason in Reason)


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("poterie lang:fr safi", "poterie safi"),
        ("poterie NOT lang:fr", "poterie"),
        ("lang:fr OR kind:post", "kind:post"),
        ("-lang:fr", ""),
    ],
)
def test_a_label_is_taken_away(typed, left):
    piece = next(piece for group in read(typed).groups for piece in group if piece.label == "lang")
    assert without_label(typed, piece.start, piece.end) == left
