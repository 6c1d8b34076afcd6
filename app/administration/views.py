"""The pages of the desk, each in a module of its own."""

from __future__ import annotations

from app.administration import (
    figure_views,
    mail_views,
    member_views,
    overview_views,
    page_views,
    settings_views,
    space_views,
    tag_order_views,
    tag_views,
    term_views,
)
from app.administration.blueprint import bp

__all__ = [
    "bp",
    "figure_views",
    "mail_views",
    "member_views",
    "overview_views",
    "page_views",
    "settings_views",
    "space_views",
    "tag_order_views",
    "tag_views",
    "term_views",
]
