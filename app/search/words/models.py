"""Words and names, how often each occurs, and which of them each document was counted for."""

from __future__ import annotations

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Id, IntPk

WORD, TAG, PLACE, TERM = "word", "tag", "place", "term"
"""Kinds that are no subject; every other kind is that of the subject whose name a row holds."""
LONGEST_NAME = 160

Folded = String(64).with_variant(String(64, collation="C"), "postgresql")
"""Compared sign by sign on every database, so that what begins alike lies side by side."""


class SearchWord(Base):
    """A word, or a name from one of its words on: "Helene Caudron" is there as "helene caudron" and as "caudron".

    `frequency` counts the documents of that `scope`, the token of visibility that their readers bear.
    """

    __tablename__ = "search_word"
    __table_args__ = (
        Index("ix_search_word_kind_folded", "kind", "folded"),
        Index("ix_search_word_kind_reversed", "kind", "reversed"),
        Index("ix_search_word_kind_subject_id", "kind", "subject_id"),
    )

    id: Mapped[IntPk]
    kind: Mapped[str] = mapped_column(String(20))
    folded: Mapped[str] = mapped_column(Folded)
    reversed: Mapped[str] = mapped_column(Folded)
    """The first word of `folded` from its end: finds what ends alike."""
    shown: Mapped[str] = mapped_column(String(LONGEST_NAME))
    lang: Mapped[str] = mapped_column(String(12))
    scope: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None] = mapped_column(Id)
    code: Mapped[str] = mapped_column(String(40), default="")
    """Slug of a tag, code of a term or of a country."""
    frequency: Mapped[int]


class SearchCounted(Base):
    """For which rows a document was counted: their ids, packed. Counting it again changes nothing."""

    __tablename__ = "search_counted"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    subject_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    words: Mapped[bytes] = mapped_column(LargeBinary)
