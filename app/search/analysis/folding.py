"""One spelling out of many: case, accents, ligatures, Arabic letter forms, digits, invisible characters."""

import unicodedata
from functools import lru_cache

LONGEST = 64
"""Longer words are cut here: nobody types them whole, and they would swell the index."""

_IGNORABLE_FORMAT = "Cf"
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)
_GRAPHEME_JOINER = "\u034f"

# Letters that no Unicode decomposition takes apart, as people type them on another keyboard.
_LETTERS = str.maketrans(
    {
        "đ": "d", "ð": "d", "ł": "l", "ø": "o", "ħ": "h", "ŧ": "t", "ı": "i", "ĸ": "k", "œ": "oe", "æ": "ae",
        "þ": "th", "ŋ": "n", "ɲ": "n", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ɛ": "e", "ɔ": "o", "ɣ": "g",
        # Arabic: one alef, one yeh, teh marbuta as heh, no hamza standing alone, no tatweel
        "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ء": None, "ـ": None,
    }
)  # fmt: skip


def is_ignorable(char: str) -> bool:
    """True for what takes no room on screen: zero-width, direction and variation marks, soft hyphen."""
    return (
        unicodedata.category(char) == _IGNORABLE_FORMAT or ord(char) in _VARIATION_SELECTORS or char == _GRAPHEME_JOINER
    )


@lru_cache(maxsize=32_768)
def lowered(word: str) -> str:
    """The word in NFC and lower case without invisible characters: accents stay, as stemmers want them."""
    visible = word if word.isascii() else "".join(char for char in word if not is_ignorable(char))
    return unicodedata.normalize("NFC", visible).lower()


@lru_cache(maxsize=32_768)
def fold(word: str) -> str:
    """The spelling under which a word is found whatever its accents, case, ligatures or digits.

    >>> fold("Đà"), fold("ŒUVRE"), fold("مدرسة"), fold("١٢")
    ('da', 'oeuvre', 'مدرسه', '12')
    """
    if word.isascii():
        return word.lower()[:LONGEST]
    # The decomposition comes after the case: "İ" and "ß" only fall apart once lowered.
    taken_apart = unicodedata.normalize("NFKD", word.casefold())
    letters = "".join(_plain(char) for char in taken_apart if not _stands_on_another(char))
    return letters.translate(_LETTERS)[:LONGEST]


def _stands_on_another(char: str) -> bool:
    # Vowel signs of Indic scripts are marks too, of class 0: they are letters to their readers and stay.
    return unicodedata.combining(char) != 0 or unicodedata.category(char) == "Me"


def _plain(char: str) -> str:
    if is_ignorable(char):
        return ""
    digit = unicodedata.decimal(char, None)
    return char if digit is None else str(digit)
