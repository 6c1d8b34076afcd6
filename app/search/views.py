"""The pages of the search: results, and the searches that members keep."""

from __future__ import annotations

from app.search import result_views, saved_views, word_views
from app.search.blueprint import bp

__all__ = ["bp", "result_views", "saved_views", "word_views"]
