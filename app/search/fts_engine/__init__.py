"""The engine for a large platform on one machine: SQLite FTS5 keeps the words, in a file of its own under `var/index`.

Words come in already analysed; FTS5 only has to split them where we put spaces. Labels, dates and order are worked out
by `app.search.columns`.
"""

from app.search.fts_engine.engine import FtsEngine

__all__ = ["FtsEngine"]
