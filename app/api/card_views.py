"""Pictures for sharing: of a topic that everyone may read, and of the site."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from flask import Response, current_app, request
from flask.typing import ResponseReturnValue

from app.accounts.actor import VISITOR
from app.api.blueprint import bp
from app.api.cards import Cards
from app.config import PROJECT
from app.core.i18n import current_lang, direction, pgettext, translated
from app.core.identity import site
from app.extensions import limiter
from app.forum.queries import get_topic

DAY = 24 * 3600


def locate_font(name: str) -> Path:
    """Where the built file of a font is."""
    url = str(current_app.jinja_env.globals["asset"](f"fonts/{name}.woff2"))  # type: ignore[operator]
    return PROJECT / url.lstrip("/")


@bp.get("/topics/<public_id>/card.png")
@limiter.limit("120 per minute")
def draw_card(public_id: str) -> ResponseReturnValue:
    """The card of a topic; `version` in the address only makes it another address. Raises NotFound."""
    topic = get_topic(VISITOR, public_id)
    shelf = topic.category
    place = f"{translated(shelf.space.title)} › {translated(shelf.title)}"
    return _picture(topic.title, place, direction(topic.lang) == "rtl")


@bp.get("/card.png")
@limiter.limit("120 per minute")
def draw_site_card() -> ResponseReturnValue:
    """The card of every other page."""
    title = pgettext("home", "%(territory)s and the world, in conversation", territory=site.territory)
    return _picture(title, site.operator, direction(current_lang()) == "rtl")


def _picture(title: str, place: str, is_rtl: bool) -> Response:
    cards = cast(Cards, current_app.extensions["cards"])
    response = Response(cards.drawn(title, place, site.name, is_rtl), mimetype="image/png")
    response.headers["Cache-Control"] = f"public, max-age={DAY}"
    response.add_etag()
    response.make_conditional(request)
    return response
