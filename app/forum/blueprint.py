"""The forum's blueprint: reading, writing and moderating add their views to it."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("forum", __name__, url_prefix="/<lang>")
