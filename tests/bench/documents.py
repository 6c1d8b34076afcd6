"""Documents for the engines alone, the same at every run: words by Zipf's law, labels as a platform has them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random

from app.search.engine import Document

WORDS = 60_000
LONGEST, SHORTEST = 160, 40  # tokens of a text; those of 630 characters are about 100
LANGS = ("fr", "en", "nl", "pt-BR", "vi", "ar", "mg", "de")
_FLATTENED = 40  # as if the most frequent words of a language, which are no stems, were left out
_POOL = 2_000_000
_BEGUN = datetime(2023, 1, 1, tzinfo=UTC)


def generated(count: int, first: int = 1, seed: int = 7) -> Iterator[Document]:
    """So many documents: one topic in eight, replies else; five spaces, one author in forty texts, eight languages."""
    random = Random(seed)
    weights = list(accumulate(1 / (rank + _FLATTENED) for rank in range(WORDS)))
    pool = random.choices(range(WORDS), cum_weights=weights, k=min(_POOL, count * 60 + 10_000))
    authors = max(count // 40, 10)
    for number in range(first, first + count):
        start, length = random.randrange(len(pool) - LONGEST), random.randint(SHORTEST, LONGEST)
        words = pool[start : start + length]
        is_topic = random.random() < 0.125
        title = random.sample(words, 6) if is_topic else []
        date = _BEGUN + timedelta(minutes=7.5 * number)
        yield Document(
            kind="topic" if is_topic else "post",
            id=number,
            revision=1,
            lang=random.choices(LANGS, (55, 15, 10, 6, 5, 5, 2, 2))[0],
            date=date,
            active=date + timedelta(days=random.expovariate(0.5)),
            visibility=frozenset({"public"} if random.random() < 0.9 else {"members", f"space:{number % 5}"}),
            title_exact=tuple(map(word, title)),
            title_stems=tuple(map(stem, title)),
            body_exact=tuple(map(word, words)),
            body_stems=tuple(map(stem, words)),
            space=f"{int(random.triangular(1, 12, 1))}",
            author=f"{int(random.paretovariate(1.1)) % authors}",
            tags=frozenset(f"tag-{int(random.paretovariate(0.8)) % 400}" for _ in range(2))
            if is_topic
            else frozenset(),
            marks=frozenset({random.choice(("open", "closed", "solved"))}) if is_topic else frozenset(),
        )


def word(rank: int) -> str:
    """The word of a rank, the commonest first."""
    return f"mot{rank}"


def stem(rank: int) -> str:
    """Its stem, which it shares with one other word."""
    return f"m{rank // 2}"
