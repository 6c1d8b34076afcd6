"""The glossary as the search reads it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("glossary.toml")


@dataclass(frozen=True)
class Concept:
    """One thing and what it is called, by language; the first word of a language names it."""

    code: str
    said: Mapping[str, Sequence[str]]

    def words(self) -> Iterator[tuple[str, str]]:
        """Language and words of everything it is called."""
        for lang, others in self.said.items():
            yield from ((lang, other) for other in others)


@cache
def concepts() -> tuple[Concept, ...]:
    """Every entry of the glossary."""
    written = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(Concept(code, said) for code, said in written.items())
