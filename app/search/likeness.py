"""Topics like a title that is being typed, or like one that is being read: by stems, by the thesaurus of all languages,
and by tags, as far as the reader may find them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.core.policy import Actor
from app.search.engine import Filters, Query, key_of
from app.search.finding import as_typed, checked, languages_of, withdrawn
from app.search.policy import audiences
from app.search.query import parse
from app.search.thesaurus import widened

TOPIC = "topic"
_SIGNS = re.compile(r"[^\w\s'’-]|(?<!\w)-")
"""What a search reads as an operator: a title has none."""


def similar_topics(actor: Actor, title: str, limit: int) -> Sequence[int]:
    """Ids of the topics that share most words with a title, those that the actor may find, the likest first."""
    words = _plain(title)
    if not words:
        return ()
    found = as_typed(actor, words, Filters(kind=frozenset({TOPIC})))
    return [hit.id for hit in found.result.hits[:limit]]


def topics_like(actor: Actor, topic_id: int, words: str, lang: str, limit: int) -> Sequence[int]:
    """Ids of other topics that say some of the words of a topic, its title and its tags: rare ones count most."""
    typed = widened(parse(_plain(words), (lang, *languages_of(actor))))
    either = tuple(dict.fromkeys(run for group in typed.required for run in group))
    if not either:
        return ()
    query = Query(
        required=(either,),
        filters=Filters(kind=frozenset({TOPIC})),
        visibility=audiences(actor),
        unseen=withdrawn() | {key_of(TOPIC, topic_id)},
        limit=limit,
    )
    return [hit.id for hit in checked(actor, query).hits]


def _plain(words: str) -> str:
    return " ".join(_SIGNS.sub(" ", words).split())
