"""What imports have brought in already."""

from __future__ import annotations

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Id


class ImportedItem(Base):
    """A thing that came from elsewhere: under which name it went there, and which row it is here."""

    __tablename__ = "imported_item"
    __table_args__ = (Index("ix_imported_item_subject", "kind", "subject_id"),)

    source: Mapped[str] = mapped_column(String(60), primary_key=True)
    """Where it came from, as the operator calls it."""
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    """person, space, category, topic, post or file."""
    external_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    """Its id there. Of a mail and its author a digest: addresses are kept nowhere."""
    subject_id: Mapped[int] = mapped_column(Id)
