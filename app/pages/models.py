"""The pages of the site, in versions."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, CreatedAt, IntPk

SLUGS = ("about", "help", "rules", "terms", "privacy", "legal", "accessibility")
"""Every page, as it stands in addresses; the community charter is `rules`."""
OWN_WORDS_NEEDED = ("legal", "terms", "privacy", "rules", "accessibility")
"""Pages that say what the operator answers for: a text for everyone cannot stand for their own for long."""
TITLE_MOST, BODY_MOST = 160, 60_000


class PageVersion(Base):
    """What a page said in one language, from its publication on. Rows are only ever added.

    Numbers count the versions of a page in all languages, so that one number names one text.
    """

    __tablename__ = "page_version"
    __table_args__ = (
        UniqueConstraint("slug", "number"),
        Index("ix_page_version_slug_lang_number", "slug", "lang", "number"),
    )

    id: Mapped[IntPk]
    created_at: Mapped[CreatedAt]
    slug: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    lang: Mapped[str] = mapped_column(String(12))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(TITLE_MOST))
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(String(200), default="")
    """What changed, in a few words, shown in the list of versions."""
    asks_again: Mapped[bool] = mapped_column(default=False)
    """Whether members who agreed to an earlier version are asked again."""
