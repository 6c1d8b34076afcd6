"""Files that come with a writing form: they go to the shelf first, so that no error costs sending them again."""

from __future__ import annotations

from typing import cast

from flask import current_app, request
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import validate_csrf
from werkzeug.datastructures import FileStorage
from wtforms import ValidationError

from app.accounts.actor import current_member, member_key
from app.accounts.models import User
from app.accounts.trust import effects
from app.config import Settings
from app.core.errors import DomainError, TooMany
from app.core.events import unit_of_work
from app.core.files import LARGEST, file_store, store_file
from app.core.i18n import lazy_pgettext
from app.core.typed import one_line
from app.engagement.models import Attachment
from app.engagement.services import MOST_FILES
from app.engagement.shelf import check_quota, put_on_shelf
from app.extensions import limiter
from app.forum.composing.files_field import DROPPED, FilesField
from app.forum.forms import WritingForm

SENT, MOST_TRIES = "upload", 2 * MOST_FILES
TOO_FAST = lazy_pgettext("file rule", "You have sent many files in a short time. Wait a while, then send this one.")


def shelve(member: User, sent: FileStorage) -> Attachment:
    """Check a file that was sent and keep it on the member's shelf. Raises Invalid, NotAllowed, TooMany."""
    try:
        _spend()
    except RateLimitExceeded:
        raise TooMany(TOO_FAST) from None
    check_quota(member, 0)
    content = sent.stream.read(LARGEST + 1)
    settings = cast(Settings, current_app.extensions["settings"])
    stored = store_file(file_store(settings), sent.filename or "", content)
    with unit_of_work():
        return put_on_shelf(member, stored)


def _rate() -> str:
    return f"{effects(current_member()).uploads} per hour"


@limiter.shared_limit(_rate, scope="files", key_func=member_key)
def _spend() -> None:
    """Count one file among those that a member of this trust sends in an hour. Raises RateLimitExceeded."""


def shelve_sent(form: WritingForm) -> bool:
    """Keep the files that came with a form, and say what is wrong with those that are not taken.

    Returns whether the form is to be shown again before anything else: a file was taken off, or sent with a button
    that keeps the text.
    """
    field = form._fields.get("files")
    if not isinstance(field, FilesField):
        return False
    files = [sent for sent in request.files.getlist(SENT) if sent.filename][:MOST_TRIES]
    if files and _is_ours():
        for sent in files:
            _shelve_one(field, sent)
    return DROPPED in request.form or (bool(files) and ("keep" in request.form or "later" in request.form))


def _is_ours() -> bool:
    """Whether the form was made for this session; one of another's is refused as a whole later on."""
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def _shelve_one(field: FilesField, sent: FileStorage) -> None:
    try:
        field.add(shelve(current_member(), sent))
    except DomainError as refusal:
        field.refused.append(f"{one_line(sent.filename or '')[:80]}: {refusal.reason}")
