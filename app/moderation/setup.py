"""Fills the ports through which lower rooms ask those who keep order, and the template environment."""

from __future__ import annotations

from flask import Flask

from app.core import sieve
from app.core.subjects import kind, ports
from app.moderation import text_listeners  # noqa: F401 - registers its listeners
from app.moderation.acts import DONE, ICONS, LABELS
from app.moderation.deciding import decide_from_elsewhere
from app.moderation.desk import desk_badge, desk_rooms, desk_tabs
from app.moderation.policy import moderates_everywhere
from app.moderation.sifting import judge
from app.terms.reasons import REASONS


def init_app(app: Flask) -> None:
    """Texts are judged before they are published; every way to hide, restore or lock something is a decision."""
    sieve.port.judge = judge
    ports.decide = decide_from_elsewhere
    app.jinja_env.globals.update(
        report_reasons=REASONS, act_labels=LABELS, act_done=DONE, act_icons=ICONS, subject_kind=kind,
        desk_tabs=desk_tabs, desk_rooms=desk_rooms, desk_badge=desk_badge, moderates_everywhere=moderates_everywhere,
    )  # fmt: skip
