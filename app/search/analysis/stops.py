"""Small words: they stay in the exact tokens, so phrases hold, and are left out of stems and of what is required."""

_LISTS = {
    "ar": "في من على الى عن ان او ثم هذا هذه التي الذي مع ما لا هو هي كل قد بين و",
    "de": "der die das den dem des ein eine einen einem einer und oder in im zu mit von auf fur ist nicht am",
    "en": "a an and are as at be by for from in into is it of on or that the this to was were with",
    "es": "el la los las un una unos unas de del y e o en a al con por para que es se su sus no",
    "fr": "le la les un une des de du et ou en a au aux dans par pour sur avec est sont ce cet cette ces que qui se",
    "it": "il lo la i gli le un una di del della dei delle e o in a al con per che da su si non",
    "mg": "ny sy dia fa ho amin an ao eo no na izay ary i tsy ka tamin hoe",
    "nl": "de het een en of in op van voor met te aan bij is dat die er zijn niet om",
    "pl": "i w z na do o a za od ze to jest sie nie po dla przez oraz",
    "pt": "o a os as um uma uns umas de do da dos das e ou em no na nos nas ao aos com por para que se",
    "vi": "va cua la co cho cac nhung mot o tai voi trong thi nay do den",
}
_STOPS = {language: frozenset(words.split()) for language, words in _LISTS.items()}
_NONE: frozenset[str] = frozenset()


def is_stop(folded: str, language: str) -> bool:
    """True for a folded word that says nothing by itself in that language."""
    return folded in _STOPS.get(language, _NONE)
