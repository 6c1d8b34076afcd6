"""The blueprint of the pages of those who keep order; each module of views adds its own to it."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("moderation", __name__, url_prefix="/<lang>")
