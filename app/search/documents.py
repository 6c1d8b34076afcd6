"""From what a room declares to what the index keeps, through the registry of subjects."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from app.core.subjects import EVERY_SPACE, SearchDocument, SubjectKind, kinds
from app.search import analysis
from app.search.analysis import Read, analyse
from app.search.engine import Document, key_of

_GAP = "\x1f"
_AT_ONCE = 500  # ids of one kind, in ascending order


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document and the words of its title and text: read once, for the index and for the table of words."""

    document: SearchDocument
    title: Sequence[Read]
    body: Sequence[Read]
    revision: int

    @property
    def key(self) -> str:
        return key_of(self.document.kind, self.document.id)


def indexed_kinds() -> dict[str, SubjectKind]:
    """The kinds whose subjects can be found, by name, in the order of declaration."""
    return {kind.name: kind for kind in kinds() if kind.search_documents or kind.search_document}


def documents_of(kind: SubjectKind, ids: Collection[int]) -> Mapping[int, SearchDocument]:
    """What is to be indexed of these subjects now; those that must not be found are absent."""
    if kind.search_documents:
        return kind.search_documents(ids)
    if kind.search_document:
        found = ((subject_id, kind.search_document(subject_id)) for subject_id in ids)
        return {subject_id: document for subject_id, document in found if document is not None}
    return {}


def all_subjects(at_once: int = _AT_ONCE) -> Iterator[tuple[SubjectKind, Sequence[int]]]:
    """Kind and ids of everything that may have a document, a part at a time. Raises TypeError."""
    for kind in indexed_kinds().values():
        if kind.ids is None:
            raise TypeError(f"the kind {kind.name!r} has search documents but no `ids` to find them all by")
        last = 0
        while ids := kind.ids(last, at_once):
            yield kind, ids
            last = ids[-1]


def fingerprint(document: SearchDocument) -> int:
    """A number that differs as soon as anything of the document does: its words, its labels, who may find it."""
    several = {"visibility": document.visibility, "tags": document.tags, "also": document.also, "marks": document.marks}
    if any(len(values) > 1 for values in several.values()):
        document = replace(document, **{name: tuple(sorted(values)) for name, values in several.items()})  # type: ignore[arg-type,type-var]
    return int.from_bytes(blake2b(repr(document).encode(errors="surrogatepass"), digest_size=7).digest())


def read(document: SearchDocument) -> ReadDocument:
    """The document with its words."""
    title, body = (analysis.read(text, document.lang) for text in (document.title, document.body))
    return ReadDocument(document, title, body, fingerprint(document))


def read_all(found: Mapping[int, SearchDocument]) -> dict[int, ReadDocument]:
    """The same of documents by id."""
    return {subject_id: read(document) for subject_id, document in found.items()}


def analysed(found: ReadDocument) -> Document:
    """The document as tokens and labels."""
    document = found.document
    title, body = (analysis.analysed(words, document.lang) for words in (found.title, found.body))
    also = [analyse(words, lang) for lang, words in document.also]
    about = [analyse(words, lang) for lang, words in document.about]
    return Document(
        kind=document.kind,
        id=document.id,
        revision=found.revision,
        lang=document.lang,
        date=document.date,
        active=document.active or document.date,
        visibility=_tokens(document.visibility),
        title_exact=title.exact,
        title_stems=title.stems,
        body_exact=_after(body.exact, [found.exact for found in also]),
        # Of what it is a part of by stems alone: those weigh less than a word itself, and no phrase is made of them.
        body_stems=_after(body.stems, [found.stems for found in (*also, *about)]),
        space=str(document.space_id or ""),
        author=str(document.author_id or ""),
        tags=frozenset(document.tags),
        marks=frozenset(document.marks),
    )


def _after(body: tuple[str, ...], others: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The text, then what else it is found by, apart: no phrase runs from one into the next."""
    return (*body, *(token for other in others for token in (_GAP, *other)))


def _tokens(visibility: tuple[str, ...]) -> frozenset[str]:
    is_kept_to_a_space = any(token.startswith("space:") for token in visibility)
    return frozenset(visibility) | ({EVERY_SPACE} if is_kept_to_a_space else set())
