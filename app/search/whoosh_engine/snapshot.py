"""One generation of the index, as searches see it."""

from collections.abc import Iterator
from pathlib import Path

from whoosh import index

from app.search.engine import Field
from app.search.scoring import LENGTH_WEIGHT, SATURATION
from app.search.whoosh_engine.segment import Kept, Segment


class Snapshot:
    """The segments of one commit. The next one keeps what was read from the segments they share."""

    def __init__(self, folder: Path, previous: "Snapshot | None" = None) -> None:
        self.folder = folder
        self._index = index.open_dir(str(folder), readonly=True)
        # Asked before reading: should a commit fall between, the next look opens again.
        self.generation: int = self._index.latest_generation()
        self._reader = self._index.reader()
        kept: dict[str, Kept] = {segment.name: segment.kept for segment in previous.segments} if previous else {}
        leaves = [leaf for leaf, _ in self._reader.leaf_readers() if leaf.doc_count_all()]
        self.segments: list[Segment] = [
            Segment(leaf, kept.get(leaf.segment().segment_id()) or Kept()) for leaf in leaves
        ]
        self.documents: int = self._reader.doc_count()
        self._norms: dict[tuple[str, Field], list[float]] = {}

    def is_latest(self, folder: Path | None) -> bool:
        """False as soon as any process has committed or published."""
        return folder == self.folder and self._index.latest_generation() == self.generation

    def norms(self, segment: Segment, field_name: Field) -> list[float]:
        """By how much the length of each document of a segment damps how often a token counts in it."""
        key = (segment.name, field_name)
        if key not in self._norms:
            base, slope = SATURATION * (1 - LENGTH_WEIGHT), SATURATION * LENGTH_WEIGHT / self._mean_length(field_name)
            self._norms[key] = [base + slope * length for length in segment.lengths(field_name)]
        return self._norms[key]

    def _mean_length(self, field_name: str) -> float:
        """Tokens per document, deleted ones included, as the stored total counts them."""
        documents = self._reader.doc_count_all()
        return (self._reader.field_length(field_name) / documents if documents else 0.0) or 1.0

    def revisions(self) -> Iterator[tuple[str, int]]:
        """Key and revision of each live document."""
        for segment in self.segments:
            yield from segment.revisions()
