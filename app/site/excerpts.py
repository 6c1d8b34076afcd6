"""The first words of a post, without what it quotes."""

from __future__ import annotations

import re
from functools import lru_cache

from app.core.markdown import plain

_QUOTE = re.compile(r"<blockquote>.*?</blockquote>", re.DOTALL)
LONGEST = 200


@lru_cache(maxsize=1024)
def excerpt(html: str) -> str:
    """At most 200 characters of a post's own words, cut between two words."""
    words = " ".join(plain(_QUOTE.sub(" ", html)).split()) or " ".join(plain(html).split())
    if len(words) <= LONGEST:
        return words
    whole = words[: LONGEST + 1].rpartition(" ")[0] or words[:LONGEST]
    return whole.rstrip(",;:.") + "…"
