"""What templates may ask about the pages of the site."""

from __future__ import annotations

from flask import Flask

from app.pages.compliance import compliance
from app.pages.generic import page_title
from app.pages.views import page_url


def init_app(app: Flask) -> None:
    """Fill the template environment."""
    app.jinja_env.globals.update(page_url=page_url, page_title=page_title, compliance=compliance)
