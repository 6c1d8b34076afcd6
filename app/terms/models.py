"""Terms of controlled vocabularies."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, IntPk, Texts


class Term(Base):
    """A term of a scheme. Rows refer to it by its code, so a term in use is withdrawn, never deleted."""

    __tablename__ = "term"
    __table_args__ = (UniqueConstraint("scheme", "code"),)

    id: Mapped[IntPk]
    scheme: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(40))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("term.id", ondelete="SET NULL"))
    labels: Mapped[Texts]
    synonyms: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    """Other words for it by language: they help to find what bears the term, and are never shown."""
    position: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)
    """A withdrawn term is still read where it was given, and is no longer offered."""
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Codes that say the same elsewhere: `dac` purpose codes (three digits name a sector), `sdg` goals."""
