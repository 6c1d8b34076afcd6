"""What templates of the desk may ask."""

from __future__ import annotations

from flask import Flask

from app.administration.act_names import act_name
from app.administration.first_run_views import bp as first_run
from app.administration.menu import desk_menu


def init_app(app: Flask) -> None:
    """Fill the template environment; open the pages of the first run."""
    app.register_blueprint(first_run)
    app.jinja_env.globals.update(desk_menu=desk_menu, act_name=act_name)
