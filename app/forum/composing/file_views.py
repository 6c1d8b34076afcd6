"""Files of a text that is being written, for the composer's script; forms without one bring them along."""

from __future__ import annotations

from flask import current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from app.accounts.actor import current_member
from app.core.errors import DomainError, Invalid
from app.core.events import unit_of_work
from app.core.files import EMPTY
from app.engagement.shelf import take_off_shelf
from app.forum.blueprint import bp
from app.forum.composing.answering import as_member
from app.forum.composing.shelving import SENT, shelve


@bp.post("/compose/files")
@as_member
def shelve_file() -> ResponseReturnValue:
    """Form: `upload`. JSON: `{id, name, html}`, the row that belongs into the form; or `{error: {reason}}`."""
    try:
        sent = request.files.get(SENT)
        if sent is None:
            raise Invalid(EMPTY, SENT)
        found = shelve(current_member(), sent)
    except DomainError as refusal:
        error = {"status": refusal.status, "reason": str(refusal.reason)}
        return jsonify(error=error, csrf_token=generate_csrf()), refusal.status
    template = current_app.jinja_env.get_template("forum/_extras.html")
    row = str(template.module.file_row(found))  # type: ignore[attr-defined]
    return jsonify(id=found.public_id, name=found.name, html=row), 201


@bp.post("/compose/files/<public_id>/drop")
@as_member
def drop_file(public_id: str) -> ResponseReturnValue:
    """Forget a file that is attached to nothing."""
    with unit_of_work():
        take_off_shelf(current_member(), public_id)
    return "", 204
