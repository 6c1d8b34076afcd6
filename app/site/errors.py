"""Domain errors and refusals of the web layer, answered once: a page in the reader's language, or JSON for who asks."""

from __future__ import annotations

from typing import Any, cast

import flask_babel
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.core.asking import wants_json
from app.core.errors import DomainError, Invalid
from app.core.i18n import INTERFACE, lazy_pgettext, preferred
from app.core.request_ids import request_id

WORDS: dict[int, tuple[Any, Any]] = {
    400: (
        lazy_pgettext("error", "This form can no longer be sent"),
        lazy_pgettext("error", "It was opened too long ago, or in another session. Reload the page and send it again."),
    ),
    403: (
        lazy_pgettext("error", "This page is not open to you"),
        lazy_pgettext("error", "It is kept for some members. If you think you should see it, write to the team."),
    ),
    404: (
        lazy_pgettext("error", "This page does not exist, or no longer does"),
        lazy_pgettext("error", "The address changed, or the link is incomplete. Nothing is broken on your side."),
    ),
    405: (
        lazy_pgettext("error", "This address cannot be opened like this"),
        lazy_pgettext("error", "It takes a form, and nothing else. Go back and use the button of the page."),
    ),
    409: (
        lazy_pgettext("error", "Something changed meanwhile"),
        lazy_pgettext("error", "Someone else changed this before you. Go back, reload the page and look again."),
    ),
    413: (
        lazy_pgettext("error", "This is too large"),
        lazy_pgettext("error", "What you sent is larger than what we can take. Make it smaller and send it again."),
    ),
    422: (
        lazy_pgettext("error", "We could not use what you sent"),
        lazy_pgettext("error", "Something is missing or is not as it should be. Go back and check what you wrote."),
    ),
    429: (
        lazy_pgettext("error", "That was a lot in a short time"),
        lazy_pgettext("error", "Wait a little, then try again. What you wrote is still in the previous page."),
    ),
    500: (
        lazy_pgettext("error", "Something broke on our side"),
        lazy_pgettext("error", "It is not your fault. The team can see what happened; try again in a few minutes."),
    ),
}
"""Title and explanation by status; a status that is not here speaks as 404 below 500, as 500 above."""


def init_app(app: Flask) -> None:
    """Answer every error of this application."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, lambda _error: answer(400))
    app.register_error_handler(HTTPException, _http_error)


def answer(status: int, reason: Any = "", field: str = "") -> Response:
    """The error page, or JSON `{"error": {"status", "title", "reason", "field"}}`."""
    _speak()
    title, explanation = WORDS.get(status) or WORDS[404 if status < 500 else 500]
    said = str(reason or explanation)
    if wants_json():
        error = {"status": status, "title": str(title), "reason": said} | ({"field": field} if field else {})
        response = jsonify({"error": error})
    else:
        response = make_response(
            render_template("errors/error.html", status=status, title=title, reason=said, reference=request_id())
        )
    response.status_code = status
    return response


def _domain_error(error: DomainError) -> Response:
    return answer(error.status, error.reason, error.field if isinstance(error, Invalid) else "")


def _http_error(error: HTTPException) -> Response:
    """Unexpected errors come here too, as 500, once Flask has logged them."""
    if error.response is not None or error.code is None or error.code < 400:
        return cast(Response, error.get_response())
    response = answer(error.code)
    for name, value in error.get_headers(request.environ):
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _speak() -> None:
    """An error may come before the language was taken out of the address: take it from there, else ask the reader."""
    tag = request.path.removeprefix("/").partition("/")[0]
    g.lang = tag if tag in INTERFACE else preferred()
    flask_babel.refresh()
