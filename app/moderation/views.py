"""The pages of those who keep order, and those on which members report and appeal: each module adds its own."""

from __future__ import annotations

from importlib import import_module

from app.moderation.blueprint import bp

__all__ = ["bp"]

for _name in (
    "report_views", "queue_views", "case_views", "decision_views", "appeal_views", "text_views", "figure_views",
    "waiting_views", "level_views", "block_views", "request_views",
):  # fmt: skip
    import_module(f"app.moderation.{_name}")
