"""Why a query was widened, and why a hit that does not say the words typed was found all the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.search.engine import Alternatives, Field, Run


@dataclass(frozen=True, slots=True)
class Wording:
    """What a concept is called in one language, and the run of tokens that finds it."""

    words: str
    lang: str
    run: Run


@dataclass(frozen=True, slots=True)
class Widening:
    """Other ways of saying what `typed` found in the thesaurus."""

    typed: tuple[Alternatives, ...]
    others: tuple[Wording, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """The words of the vocabulary through which a hit was found, and their language."""

    words: str
    lang: str


@dataclass(frozen=True, slots=True)
class Held:
    """The tokens of a text, to ask whether it holds a run."""

    exact: tuple[str, ...]
    stems: frozenset[str]

    def holds(self, run: Run) -> bool:
        """Whether the run stands in the text."""
        if run.field is Field.STEM:
            return run.tokens[0] in self.stems
        if run.is_prefix:
            return any(token.startswith(run.tokens[0]) for token in self.exact)
        size = len(run.tokens)
        starts = (place for place, token in enumerate(self.exact) if token == run.tokens[0])
        return any(self.exact[place : place + size] == run.tokens for place in starts)


def reasons_of(text: Held, besides: Callable[[], Held], widenings: tuple[Widening, ...]) -> tuple[Reason, ...]:
    """One reason for each widening without which the hit would not say what was typed.

    `text` is what its readers see, `besides` reads what else it is found by, such as its themes in other languages.
    """
    missing = [
        widening for widening in widenings if not all(any(text.holds(run) for run in group) for group in widening.typed)
    ]
    if not missing:
        return ()
    found: dict[Reason, None] = {}
    texts = (text, besides())
    for widening in missing:
        through = next((other for held in texts for other in widening.others if held.holds(other.run)), None)
        if through is not None:
            found[Reason(through.words, through.lang)] = None
    return tuple(found)
