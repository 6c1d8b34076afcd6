"""Excerpts: the right window, every analysed form marked, nothing unescaped."""

import pytest

from app.search.excerpts import ABOUT, excerpt, highlighted
from app.search.query import parse

LANGUAGES = ("fr", "en", "nl", "pt-BR", "vi", "ar", "mg")


def marked(typed, text, language):
    return str(highlighted(text, language, parse(typed, LANGUAGES).sought))


@pytest.mark.parametrize(
    ("typed", "text", "language", "expected"),
    [
        ("ecole", "À l’École !", "fr", "À l’<mark>École</mark> !"),
        ("échanges", "un échange", "fr", "un <mark>échange</mark>"),
        ("oeuvre", "L'Œuvre", "fr", "L&#39;<mark>Œuvre</mark>"),
        ("da nang", "Đà Nẵng", "vi", "<mark>Đà</mark> <mark>Nẵng</mark>"),
        ("ete", "e\u0301te\u0301", "fr", "<mark>e\u0301te\u0301</mark>"),
        ("خزف", "ورشة الخَزَفِ", "ar", "ورشة <mark>الخَزَفِ</mark>"),
        ("2026", "عام ٢٠٢٦", "ar", "عام <mark>٢٠٢٦</mark>"),
        ("日本語", "日本語の本", "ja", "<mark>日本語</mark>の本"),
        ('"deux mains"', "à deux mains, deux fois", "fr", "à <mark>deux mains</mark>, deux fois"),
        ("absent", "rien", "fr", "rien"),
    ],
)
def test_any_form_of_the_word_is_marked_in_the_original_text(typed, text, language, expected):
    assert marked(typed, text, language) == expected


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=x onerror=a>', "&lt;b&gt;", "<mark>"])
@pytest.mark.parametrize("typed", ["script", "mark", "b", "potier"])
def test_text_is_always_escaped(hostile, typed):
    shown = str(excerpt(f"{hostile} potier {hostile}", "fr", parse(typed, LANGUAGES).sought))
    bare = shown.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare
    assert ">" not in bare


def test_the_window_holds_the_most_different_words():
    text = "poterie " + "mot " * 200 + "la poterie de Safi " + "mot " * 200
    shown = str(excerpt(text, "fr", parse("poterie safi", LANGUAGES).sought))
    assert "<mark>poterie</mark> de <mark>Safi</mark>" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")


@pytest.mark.parametrize("before", [0, 1, 7, 80, 500])
@pytest.mark.parametrize("after", [0, 1, 7, 80, 500])
def test_the_window_ends_on_word_bounds_and_is_short(before, after):
    text = "motif " * before + "beffroi" + " clocher" * after
    shown = str(excerpt(text, "fr", parse("beffroi", LANGUAGES).sought))
    bare = shown.replace("<mark>", "").replace("</mark>", "").strip("…")
    assert "beffroi" in bare
    assert len(bare) <= ABOUT
    assert set(bare.split()) <= {"motif", "beffroi", "clocher"}


def test_without_a_match_the_beginning_is_shown():
    shown = str(excerpt("Début. " + "mot " * 200, "fr", parse("absent", LANGUAGES).sought))
    assert shown.startswith("Début.")
    assert "<mark>" not in shown


def test_a_word_longer_than_the_window_is_cut():
    shown = str(excerpt("x" * 5_000, "fr", parse("absent", LANGUAGES).sought))
    assert len(shown) == ABOUT + 1


def test_line_breaks_are_spaces():
    assert str(excerpt("un\n\n  deux\ttrois", "fr", ())) == "un deux trois"
