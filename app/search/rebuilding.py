"""Making the whole index anew beside the one in service, resumable after an interruption."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from app.search.engine import Document, Engine

E = TypeVar("E", bound=Engine)
BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Source:
    """A document to come, made only when the draft does not hold this revision yet."""

    key: str
    revision: int
    make: Callable[[], Document]


def rebuild(engine: E, sources: Iterable[Source], before_publishing: Callable[[E], None]) -> int:
    """Fill a draft from the sources, let `before_publishing` add what came meanwhile, then publish it.

    Returns how many documents were made. Searches go on in the old index until the end.
    """
    draft = engine.draft()
    left = dict(draft.revisions())
    made = 0
    for source in sources:
        if left.pop(source.key, None) == source.revision:
            continue
        draft.upsert([source.make()])
        made += 1
        if made % BATCH == 0:
            draft.commit()
    draft.delete(left)
    draft.commit()
    before_publishing(draft)
    engine.publish(draft)
    return made
