"""Endings cut by the language of the text. Stems are folded, so `echange` and `échanges` meet."""

from functools import cache
from threading import Lock
from typing import Protocol, cast

import snowballstemmer

from app.search.analysis.folding import fold, lowered

_ALGORITHMS = {
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "tr": "turkish",
}
_SHORTEST = 3
_one_at_a_time = Lock()  # the stemmers keep their state between two calls


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - the library's name


@cache
def _stemmer(language: str) -> _Stemmer:
    return cast(_Stemmer, snowballstemmer.stemmer(_ALGORITHMS[language]))


def is_stemmed(language: str) -> bool:
    """Whether a base language has endings cut, rather than words folded only."""
    return language in _ALGORITHMS or language == "ar"


def stem(word: str, language: str) -> str:
    """The folded stem of a word by the rules of a base language (`pt`, not `pt-BR`).

    Vietnamese keeps its syllable with the tone, which the exact token has lost; unknown languages are folded only.
    """
    if language == "vi":
        return lowered(word)
    folded = fold(word)
    if language == "ar":
        return _light_arabic(folded)
    if language == "mg":
        return _light_malagasy(folded)
    if language not in _ALGORITHMS or len(folded) < _SHORTEST or not folded.isalpha():
        return folded
    with _one_at_a_time:
        return fold(_stemmer(language).stemWord(lowered(word)))


# Light stemming (Larkey's light10): whole affixes only. Cutting to the root merges unrelated words.
_ARABIC_ARTICLES = ("وال", "بال", "كال", "فال", "ال", "لل")
_ARABIC_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")
_KEPT_LETTERS = 2


def _light_arabic(folded: str) -> str:
    word = folded
    if word.startswith("و") and not word.startswith(_ARABIC_ARTICLES) and len(word) > _KEPT_LETTERS + 2:
        word = word[1:]
    for article in _ARABIC_ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= _KEPT_LETTERS:
            word = word[len(article) :]
            break
    for ending in _ARABIC_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _KEPT_LETTERS:
            word = word[: -len(ending)]
    return word


# A Malagasy verb changes its first letter by tense (m-, n-, h-), and with f- or mp- it names the deed or the doer:
# mamboly, namboly, hamboly (plants, planted, will plant), fambolena (planting), mpamboly (farmer).
_CUT = "~"  # no word of another language begins so: "faire" must not meet "maire" here
_MALAGASY_BEGINNINGS = tuple(f"{letter}{vowel}" for letter in ("mp", "m", "n", "h", "f") for vowel in "ai")
_MALAGASY_ENDINGS = (("ana", "ina", "ena", "ny"), ("a", "y", "o"))
_SHORTEST_VERB, _LEFT = 6, 4


def _light_malagasy(folded: str) -> str:
    word = folded
    if len(word) >= _SHORTEST_VERB and word.startswith(_MALAGASY_BEGINNINGS):
        word = word[2 if word.startswith("mp") else 1 :]
    for endings in _MALAGASY_ENDINGS:
        ending = next((each for each in endings if word.endswith(each)), "")
        if ending and len(word) - len(ending) >= _LEFT:
            word = word[: -len(ending)]
    return word if word == folded else f"{_CUT}{word}"
