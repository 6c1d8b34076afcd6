"""What one version of a text changed in another: words taken out and words put in, as HTML."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from markupsafe import Markup, escape

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
MOST_WORDS = 20_000
"""Beyond, lines are compared instead of words."""


def changes_between(before: str, after: str) -> Markup:
    """The later text with what was taken out in `<del>` and what was put in in `<ins>`."""
    is_long = len(before) + len(after) > MOST_WORDS * 5
    old, new = (text.splitlines(keepends=True) if is_long else _WORDS.findall(text) for text in (before, after))
    said = Markup("")
    for tag, start, end, from_, to in SequenceMatcher(None, old, new, autojunk=len(old) > 2_000).get_opcodes():
        if tag == "equal":
            said += escape("".join(new[from_:to]))
            continue
        said += _marked("del", old[start:end])
        said += _marked("ins", new[from_:to])
    return said


def _marked(element: str, words: list[str]) -> Markup:
    return Markup("<{0}>{1}</{0}>").format(Markup(element), "".join(words)) if words else Markup("")  # noqa: S704
