"""The doors for other software: feeds, lists to embed, pictures for sharing, webhooks."""

from __future__ import annotations

from app.api import card_views, embed_views, feed_views, search_feed_views, webhook_views
from app.api.blueprint import bp

__all__ = ["bp", "card_views", "embed_views", "feed_views", "search_feed_views", "webhook_views"]
