"""Small words: they stay in the exact tokens, so phrases hold, and are left out of stems and of what is required.

Articles, the commonest prepositions and conjunctions, and the words that questions begin with.
"""

from app.search.analysis.folding import fold, lowered

# Those of Vietnamese count with their tones alone: without them chợ (market) would be cho (for), đèn (lamp) đến (to).
_LISTS = {
    "ar": "في من على الى عن ان او ثم هذا هذه التي الذي مع ما لا هو هي كل قد بين و كيف اين متى هل",
    "de": "der die das den dem des ein eine einen einem einer und oder in im zu mit von auf fur ist nicht am "
    "wie wo was wer wann ich mein meine wir",
    "en": "a an and are as at be by for from in into is it of on or that the this to was were with "
    "how what where when who which do does can i my we our you your",
    "es": "el la los las lo un una unos unas de del y e o en a al con por para que es se su sus no "
    "como donde cuando cual quien mi",
    "fr": "le la les un une des de du et ou en a au aux dans par pour sur avec est sont ce cet cette ces que qui se "
    "comment quand quel quelle quels quelles je il elle nous vous on ne pas mon ma mes",
    "it": "il lo la i gli le un una uno di del della dei delle e o in a al con per che da su si non "
    "come dove quando chi quale mio mia",
    "mg": "ny sy dia fa ho amin amy an ao eo any no na izay ary i tsy ka tamin hoe ity izany raha koa ve",
    "nl": "de het een en of in op van voor met te aan bij is dat die er zijn niet om "
    "hoe wat waar wie wanneer welke ik mijn wij we kan",
    "pl": "i w z na do o a za od ze to jest sie nie po dla przez oraz jak gdzie kto co kiedy",
    "pt": "o a os as um uma uns umas de do da dos das e ou em no na nos nas ao aos com por para que se "
    "como onde quando qual quem eu meu minha",
    "vi": "và của là có cho các những một ở tại với trong thì này đó đến được để",
}
_WITH_TONES = "vi"
_NONE: frozenset[str] = frozenset()
_STOPS = {
    language: frozenset(words.split() if language == _WITH_TONES else map(fold, words.split()))
    for language, words in _LISTS.items()
}


def is_stop(word: str, language: str) -> bool:
    """True for a word that says nothing by itself in that language."""
    return (lowered(word) if language == _WITH_TONES else fold(word)) in _STOPS.get(language, _NONE)
