"""What templates of the desk may ask."""

from __future__ import annotations

from flask import Flask

from app.administration.act_names import act_name
from app.administration.menu import desk_menu


def init_app(app: Flask) -> None:
    """Fill the template environment."""
    app.jinja_env.globals.update(desk_menu=desk_menu, act_name=act_name)
