"""Language-aware analysis: a text becomes exact (folded) tokens and stem tokens.

`words` finds the words with their place in the text, `folding` makes one spelling out of many,
`stems` cuts endings by the language of the text, `stops` knows the small words.
"""

from app.search.analysis.texts import (
    Analysed,
    Forms,
    Read,
    analyse,
    analysed,
    base_language,
    forms,
    read,
    read_words,
    readings,
    syllable_pairs,
)

__all__ = [
    "Analysed",
    "Forms",
    "Read",
    "analyse",
    "analysed",
    "base_language",
    "forms",
    "read",
    "read_words",
    "readings",
    "syllable_pairs",
]
