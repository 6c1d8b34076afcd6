"""What members keep of their searches."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, CreatedAt, IntPk

LONGEST_NAME = 80
LONGEST_ADDRESS = 2_000


class SavedSearch(Base):
    """A search that a member wants to do again; nobody else sees it."""

    __tablename__ = "saved_search"

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[CreatedAt]
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    query: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    """What stands in its address after the question mark (`app.search.asked`)."""
