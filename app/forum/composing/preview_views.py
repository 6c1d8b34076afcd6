"""What the composer asks while someone writes: how the text will look, and in which language it seems to be."""

from __future__ import annotations

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from app.accounts.actor import current_member, member_key
from app.core.errors import Invalid
from app.core.i18n import language_name, pgettext
from app.extensions import limiter
from app.forum.blueprint import bp
from app.forum.composing.answering import as_member, preview_of, proposal_for
from app.forum.forms import BODY_MAX, PostForm


@bp.post("/compose/preview")
@limiter.limit("60 per minute", key_func=member_key)
@as_member
def preview() -> ResponseReturnValue:
    """Form: `body`. The words as they would be published: a piece of HTML."""
    form = PostForm()
    form.offer_languages(current_member())
    return Response(preview_of(_body(), form.files.rows), mimetype="text/html")


@bp.post("/compose/language")
@limiter.limit("60 per minute", key_func=member_key)
@as_member
def detect_language() -> ResponseReturnValue:
    """Form: `body`, `lang`. JSON: `{lang, proposal}`, both empty while the chosen language seems right."""
    found = proposal_for(_body(), request.form.get("lang", ""))
    return jsonify(lang=found, proposal=proposal_words(found) if found else "")


def proposal_words(tag: str) -> str:
    """The words that offer to correct the language of a text."""
    return pgettext("forum", "Written in %(language)s? Change", language=language_name(tag))


def _body() -> str:
    body = str(PostForm().body.data)
    if len(body) > BODY_MAX:
        raise Invalid(pgettext("forum", "This text is too long to be shown."), "body")
    return body
