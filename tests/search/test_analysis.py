"""Stems by the language of the text, small words, Vietnamese syllables: what meets what."""

import pytest

from app.search.analysis import analyse, forms


def meet(one, other, language):
    """True when the two texts share a stem."""
    return bool(set(analyse(one, language).stems) & set(analyse(other, language).stems))


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("échanges", "échange", "fr"),
        ("echanges", "échange", "fr"),
        ("l’œuvre", "des œuvres", "fr"),
        ("running", "runs", "en"),
        ("ambassadeurs", "ambassadeur", "nl"),
        ("cooperações", "cooperação", "pt-BR"),
        ("cooperações", "cooperação", "pt"),
        ("escuelas", "escuela", "es"),
        ("Häuser", "haus", "de"),
        ("l'amicizia", "amicizie", "it"),
        ("szkoły", "szkoła", "pl"),
        ("المدرسة", "مدرسة", "ar"),
        ("والخزف", "خزف", "ar"),
        ("للمعلمين", "معلمون", "ar"),
        ("Nẵng", "nẵng", "vi"),
        ("namboly", "mamboly", "mg"),
        ("mpamboly", "fambolena", "mg"),
        ("hianatra", "mpianatra", "mg"),
        ("tranony", "trano", "mg"),
    ],
)
def test_forms_of_one_word_share_a_stem(one, other, language):
    assert meet(one, other, language)


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("échanges", "échelle", "fr"),
        ("مدرسة", "درس", "ar"),
        ("mạ", "má", "vi"),
        ("ولد", "لد", "ar"),
        ("mpampianatra", "fampianarana", "mg"),
        ("vary", "varo", "mg"),
        ("faire", "maire", "mg"),
    ],
)
def test_different_words_keep_different_stems(one, other, language):
    assert not meet(one, other, language)


def test_vietnamese_is_found_with_and_without_tones_and_by_pairs():
    found = analyse("Quảng Nam", "vi")
    assert found.exact == ("quang", "nam")
    assert found.stems == ("quảng", "nam", "quang nam")


def test_vietnamese_tones_are_the_same_composed_or_not():
    assert analyse("Nẵng", "vi") == analyse("Na\u0306\u0303ng", "vi")


@pytest.mark.parametrize(
    ("text", "language", "stems"),
    [
        ("ny tantara", "mg", ("~tantar",)),
        ("amin'ny sekoly", "mg", ("~sekol",)),
        ("les ateliers de poterie", "fr", ("ateli", "poter")),
        ("في المدرسة", "ar", ("مدرس",)),
    ],
)
def test_small_words_have_no_stem_but_stay_in_the_exact_tokens(text, language, stems):
    found = analyse(text, language)
    assert found.stems == stems
    assert len(found.exact) > len(stems)


@pytest.mark.parametrize("language", ["", None, "zz", "pcd", "snk"])
def test_unknown_languages_are_folded_only(language):
    found = analyse("Ch'café des échanges", language)
    assert found.exact == found.stems == ("ch", "cafe", "des", "echanges")


def test_mixed_scripts_in_one_text():
    found = analyse("L'atelier آسفي – Đà Nẵng 日本", "fr")
    assert found.exact == ("atelier", "اسفي", "da", "nang", "日本")


def test_numbers_and_codes_are_not_stemmed():
    assert analyse("COVID19s 2026s ٢٠٢٦", "en").stems == ("covid19s", "2026s", "2026")


@pytest.mark.parametrize("word", ["company", "fillette", "nacelles"])
def test_a_malagasy_stem_is_no_word_of_another_language(word):
    """Whatever is typed is sought by the rules of every language of the platform: a sign keeps them apart."""
    stem = forms(word, "mg").stem
    assert stem.startswith("~")
    assert not any(found.startswith("~") for lang in ("fr", "en") for found in analyse(f"{stem} {word}", lang).stems)
