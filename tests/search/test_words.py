"""Where words begin and end, in any script."""

import unicodedata

import pytest

from app.search.analysis.words import words


def texts(text):
    return [word.text for word in words(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("porte-monnaie, rendez_vous !", ["porte", "monnaie", "rendez", "vous"]),
        ("Le 12h30 au café", ["Le", "12h30", "au", "café"]),
        ("l'école d’Arras qu'on aime", ["école", "Arras", "on", "aime"]),
        ("dell'arte, un’altra", ["arte", "altra"]),
        ("Peter's friends don't", ["Peter", "friends", "don"]),
        ("aujourd'hui quelqu’un", ["aujourdhui", "quelquun"]),
        ("amin'ny tompon'andraikitra", ["amin", "ny", "tompon", "andraikitra"]),
        ("t's", ["t", "s"]),
        ("🎉 bravo 👩🏽‍🏫 !", ["bravo"]),
        ("", []),
        ("Covid-19疫情 ok", ["Covid", "19", "疫情", "ok"]),
        ("日本語 日", ["日本", "本語", "日"]),
        ("Beffroi鐘楼café", ["Beffroi", "鐘楼", "café"]),
    ],
)
def test_words_of_a_text(text, expected):
    assert texts(text) == expected


def test_vowelled_arabic_words_stay_whole():
    assert texts("الْخَزَفُ جَمِيلٌ") == ["الْخَزَفُ", "جَمِيلٌ"]


def test_decomposed_accents_stay_with_their_letter():
    decomposed = unicodedata.normalize("NFD", "Quảng Nam écho")
    assert [unicodedata.normalize("NFC", text) for text in texts(decomposed)] == ["Quảng", "Nam", "écho"]


def test_a_mark_without_a_letter_is_no_word():
    assert texts("\u0301 \ufe0f") == []


@pytest.mark.parametrize(
    "text", ["l'école d'été, 日本語 ; الْخَزَفُ", "ขอบคุณ e\u0301te\u0301 aujourd'hui", "zéro\u200blargeur"]
)
def test_places_point_into_the_original_text(text):
    for word in words(text):
        assert text[word.start : word.end].replace("'", "") == word.text


def test_thai_marks_stay_on_their_letter():
    assert all(not unicodedata.combining(text[0]) for text in texts("ขอบคุณ"))
