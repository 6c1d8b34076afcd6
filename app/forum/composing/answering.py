"""How the writing views answer: what was typed is never lost, whatever stands in the way of storing it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError, generate_csrf
from markupsafe import Markup

from app.accounts.actor import current_actor, current_member, member_key
from app.accounts.blocks import require_welcome
from app.accounts.trust import effects
from app.core import markdown
from app.core.asking import wants_json
from app.core.errors import DomainError, NotFound, TooMany
from app.core.i18n import CONTENT, lazy_pgettext, pgettext
from app.core.languages import detect
from app.engagement.models import Attachment
from app.extensions import limiter
from app.forum.composing.files_field import FilesField
from app.forum.composing.naming import resolve_names
from app.forum.composing.shelving import shelve_sent
from app.forum.drafting.keeping import Keeping
from app.forum.forms import BODY_MAX, WritingForm, own_languages
from app.forum.reading.fragments import shown_words

TOO_MANY = lazy_pgettext(
    "forum", "That was a lot in a short time. Wait a minute, then send this again: your text is kept."
)
SIGN_IN = lazy_pgettext("forum", "You are no longer signed in. Sign in, then send this again: your text is kept.")
OTHER_AUTHOR = lazy_pgettext("forum", "Another member wrote this message on this device: they alone can send it.")
KEPT = (
    "title",
    "kind",
    "tags",
    "themes",
    "body",
    "lang",
    "reply_to",
    "client_token",
    "edits",
    "draft",
    "draft_version",
    "files_shown",
    "files",
    "poll_question",
    "poll_options",
    "poll_kind",
    "poll_results",
    "poll_day",
    "poll_time",
    "poll_named",
)
"""Fields of the writing forms, as they are given back to who has to sign in first."""
View = Callable[..., ResponseReturnValue]


@limiter.shared_limit(lambda *_: posts_a_minute(), scope="posts", key_func=member_key)
def _spend() -> None:
    """Count one text sent by the member. Raises RateLimitExceeded."""


def posts_a_minute() -> str:
    """How many texts the member may send, by level of trust."""
    return f"{effects(current_actor()).posts} per minute"


@limiter.shared_limit("20 per 10 seconds", scope="live posts", key_func=member_key)
def _spend_live() -> None:
    """Count one text sent by the member into a live session. Raises RateLimitExceeded."""


def as_member(view: View) -> View:
    """Visitors sign in first: a page is opened again afterwards, a text that they sent is given back to them."""

    @wraps(view)
    def checked(**values: Any) -> ResponseReturnValue:
        if request.headers.get("Sec-Fetch-Site") == "cross-site" and request.method == "POST":
            raise CSRFError("sent from another site")
        if not current_actor().is_visitor:
            return view(**values) if _is_own_author() else _turn_away()
        if request.method == "GET" or wants_json():
            return _sign_in(request.full_path.rstrip("?"))
        kept = {name: request.form.getlist(name) for name in (*KEPT, *_words_of_files()) if name in request.form}
        way = url_for("security.login", next=request.path)
        return render_template("forum/sign_in_first.html", kept=kept, sign_in=way), 401

    return checked


def _words_of_files() -> list[str]:
    return [name for name in request.form if name.startswith("alt-")][:20]


def _is_own_author() -> bool:
    """A message that waited on a device for the network leaves as nobody but who wrote it."""
    return request.form.get("author", "") in {"", current_member().public_id}


def _turn_away() -> ResponseReturnValue:
    """To a script that sends another member's message: it keeps it until they sign in."""
    error = {"status": 401, "reason": str(OTHER_AUTHOR), "sign_in": url_for("security.login", next="/")}
    return jsonify(error=error, csrf_token=generate_csrf()), 401


def by_member(view: View) -> View:
    """Visitors who press a button under a message sign in and come back to the message."""

    @wraps(view)
    def checked(public_id: str) -> ResponseReturnValue:
        if not current_actor().is_visitor:
            return view(public_id=public_id)
        return _sign_in(url_for("forum.show_post", public_id=public_id))

    return checked


def _sign_in(afterwards: str) -> ResponseReturnValue:
    way = url_for("security.login", next=afterwards)
    if not wants_json():
        return redirect(way, 303 if request.method == "POST" else 302)
    error = {"status": 401, "reason": str(SIGN_IN), "sign_in": way}
    return jsonify(error=error, csrf_token=generate_csrf()), 401


def answered(
    form: WritingForm,
    act: Callable[[], ResponseReturnValue],
    show: Callable[..., str],
    keeping: Keeping | None = None,
) -> ResponseReturnValue:
    """The answer to a form that was sent: what `act` makes of it, or the form again with what stood in the way.

    `show` renders the page of the form; it is given `preview` and `proposal` where a preview was asked for.
    `keeping` keeps the text as a draft where its buttons were pressed.
    """
    if shelve_sent(form):
        return show(**_previewed(form))
    if keeping is not None and (kept := keeping.answer(form, show, refused)) is not None:
        return kept
    if ("preview" in request.form or "use_lang" in request.form) and not _is_too_long(form):
        return show(**_previewed(form))
    if not form.validate():
        return refused(form, 422, show)
    try:
        require_welcome(current_member(), request.remote_addr)
        (_spend_live if form.is_live else _spend)()
        return act()
    except RateLimitExceeded:
        form.say(TooMany(TOO_MANY))
        return refused(form, 429, show)
    except NotFound:
        raise
    except DomainError as error:
        form.say(error)
        return refused(form, error.status, show)


def _is_too_long(form: WritingForm) -> bool:
    """Whether the text is longer than any that is published: rendering it could take minutes."""
    return "body" in form and len(str(form["body"].data)) > BODY_MAX


def refused(form: WritingForm, status: int, show: Callable[..., str]) -> ResponseReturnValue:
    """The form again, or for a script `{error: {status, reason, fields, is_stale}, csrf_token}`."""
    if not wants_json():
        if form.lang.data not in CONTENT:
            form.lang.data = own_languages(current_member())[0]
        return show(), status
    fields = {field.name: str(field.errors[0]) for field in form if field.errors}
    reason = next(iter([*form.form_errors, *fields.values()]), "")
    error = {"status": status, "reason": reason, "fields": fields, "is_stale": form.is_stale}
    return jsonify(error=error, csrf_token=generate_csrf()), status


def preview_of(body: str, files: Sequence[Attachment] = ()) -> Markup:
    """A text as its readers will see it."""
    return shown_words(current_member(), resolve_names(markdown.render(body)), files)


def proposal_for(text: str, chosen: str) -> str:
    """The language a text seems to be written in when it is not the chosen one, else an empty string."""
    own = own_languages(current_member())
    found = detect(text, chosen if chosen in CONTENT else own[0])
    return found if found != chosen else ""


def _previewed(form: WritingForm) -> dict[str, Any]:
    wanted = request.form.get("use_lang")
    if wanted in CONTENT:
        form.lang.data = wanted
    body = str(form["body"].data) if "body" in form else ""
    proposal = "" if wanted else proposal_for(body, form.lang.data)
    preview = preview_of(body, files_in(form)) or pgettext("forum", "Nothing is written yet.")
    return {"preview": preview, "proposal": proposal}


def files_in(form: WritingForm) -> list[Attachment]:
    """The files of a form, as its text may place them."""
    field = form._fields.get("files")
    return field.rows if isinstance(field, FilesField) else []
