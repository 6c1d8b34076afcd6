"""The engine of a platform on PostgreSQL: its full text search keeps the words, in a schema beside the platform's.

Words come in already analysed, as `tsvector` literals; labels, dates and order are worked out by `app.search.columns`.
The tables are a copy that can be made anew, so the engine makes them: no migration, no backup, no transfer knows them.
"""

from app.search.postgresql_engine.engine import PostgresqlEngine

__all__ = ["PostgresqlEngine"]
