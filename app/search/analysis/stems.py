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

    Vietnamese keeps its syllable with the tone, which the exact token has lost; Malagasy and unknown
    languages are folded only.
    """
    if language == "vi":
        return lowered(word)
    folded = fold(word)
    if language == "ar":
        return _light_arabic(folded)
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
