"""Buttons under any subject, named by kind and public id: as plain forms, and as JSON for scripts. Files, too.

What a button says may stand in its address (`formaction`), so that all buttons of a page share one form and one token.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Blueprint, current_app, jsonify, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app.accounts.actor import current_actor, member_key
from app.config import Settings
from app.core.asking import wants_json
from app.core.errors import Invalid, NotFound
from app.core.events import unit_of_work
from app.core.files import file_store, safe_name
from app.core.i18n import lazy_pgettext
from app.core.redirects import back
from app.core.subjects import get_subject, kind
from app.core.typed import whole
from app.engagement import queries, services
from app.extensions import limiter

bp = Blueprint("engagement", __name__)

NO_NUMBER = lazy_pgettext("engagement rule", "The number of the message last read is missing.")


def as_member(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Visitors are sent to sign in and then back to the page they were on, not to the address of a button."""

    @wraps(view)
    def checked(**values: Any) -> ResponseReturnValue:
        if not current_actor().is_visitor:
            return view(**values)
        if wants_json():
            return jsonify(error="sign_in"), 401
        return redirect(url_for("security.login", next=back("/")), 303)

    return checked


def named_subject() -> tuple[str, int]:
    """Kind and id of the subject that the form names. Raises NotFound."""
    name = request.values.get("kind", "")
    return name, queries.subject_id_of(current_actor(), name, request.values.get("id", ""))


def _answer(name: str, subject_id: int, **facts: Any) -> ResponseReturnValue:
    if wants_json():
        return jsonify(facts)
    subject = get_subject(current_actor(), name, subject_id)
    return redirect(back(kind(name).link(subject).url), 303)


@bp.post("/<lang>/react")
@limiter.limit("90 per minute", key_func=member_key)
@as_member
def react() -> ResponseReturnValue:
    """Form: `kind`, `id`, `code`, and `pressed` (1 or 0) to set rather than toggle. JSON: `{counts, own}`."""
    name, subject_id = named_subject()
    actor, code = current_actor(), request.values.get("code", "")
    chosen = {"1": services.react, "0": services.unreact}.get(
        request.values.get("pressed", ""), services.toggle_reaction
    )
    with unit_of_work():
        counts = chosen(actor, name, subject_id, code)
    return _answer(name, subject_id, counts=counts, own=sorted(queries.own_reactions(actor, name, subject_id)))


@bp.post("/<lang>/follow")
@limiter.limit("60 per minute", key_func=member_key)
@as_member
def follow() -> ResponseReturnValue:
    """Form: `kind`, `id`, `level`; an empty level follows no longer. JSON: `{level}`."""
    name, subject_id = named_subject()
    actor, level = current_actor(), request.values.get("level", "")
    with unit_of_work():
        if level:
            services.follow(actor, name, subject_id, level)
        else:
            services.unfollow(actor, name, subject_id)
    return _answer(name, subject_id, level=level or None)


@bp.post("/<lang>/read")
@limiter.limit("240 per minute", key_func=member_key)
@as_member
def mark_read() -> ResponseReturnValue:
    """Form: `kind`, `id`, `number`. JSON: `{number}`, the number in force, which may be higher."""
    number = request.values.get("number", type=whole)
    if number is None:
        raise Invalid(NO_NUMBER, "number")
    name, subject_id = named_subject()
    with unit_of_work():
        reached = services.mark_read(current_actor(), name, subject_id, number)
    return _answer(name, subject_id, number=reached)


@bp.get("/files/<public_id>")
@bp.get("/files/<public_id>/<int:width>", endpoint="download_smaller")
def download(public_id: str, width: int = 0) -> ResponseReturnValue:
    """A file, or a smaller copy of an image, for those who may see its subject; images are shown, the rest is saved.

    The loop sends the bytes.
    """
    found = queries.get_attachment(current_actor(), public_id)
    if width and str(width) not in found.sizes:
        raise NotFound
    digest, media_type = (found.sizes[str(width)], "image/webp") if width else (found.sha256, found.media_type)
    store = file_store(cast(Settings, current_app.extensions["settings"]))
    answer = send_file(
        store.open(digest),
        mimetype=media_type,
        as_attachment=not found.is_image,
        download_name=safe_name(found.name, media_type),
        etag=digest,
    )
    answer.cache_control.private = True
    answer.cache_control.no_cache = True
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


from app.engagement import own_views  # noqa: E402,F401 - it adds its views to the blueprint
