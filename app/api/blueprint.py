"""The blueprint that the views of this room share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("api", __name__, url_prefix="/<lang>")
