"""The files of a text in its form: their public ids, and beside each image what it shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field

from app.core.i18n import pgettext
from app.core.policy import Actor
from app.core.typed import one_line
from app.engagement.models import Attachment
from app.engagement.services import MOST_FILES, NEEDS_ALT, TOO_MANY_FILES
from app.engagement.shelf import ALT_MAX, ALT_TOO_LONG, shelved

_ID = re.compile(r"[0-9a-hjkmnp-tv-z]{26}")
SHOWN, DROPPED = "files_shown", "drop_file"
"""Sent by every form that shows its files, and by the button that takes one off."""


class FilesField(Field):
    """`files` names each file, `alt-<id>` says what it shows. A form that never showed its files changes none."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.alts: dict[str, str] = {}
        """What each file shows, by public id, in the order in which they were sent."""
        self.wrong: dict[str, str] = {}
        """What is wrong with the words of an image, by public id."""
        self.refused: list[str] = []
        """What was sent with the form and not taken, with the reason."""
        self.is_given = False
        self.owner: Actor | None = None
        self.subject: tuple[str, int] = ("", 0)
        """The post that is edited: its files may be kept."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read the fields that go together."""
        self.process_errors: list[Any] = []
        self.data = ""
        sent = formdata if formdata is not None else MultiDict[str, str]()
        self.is_given = SHOWN in sent
        if self.is_given:
            gone = sent.get(DROPPED)
            ids = [public_id for public_id in sent.getlist(self.name) if _ID.fullmatch(public_id) and public_id != gone]
            self.alts = {public_id: one_line(sent.get(f"alt-{public_id}") or "") for public_id in ids[: 4 * MOST_FILES]}

    def begin_with(self, files: Mapping[str, str]) -> None:
        """Show the files that a post has, unless the form was sent with others."""
        if not self.is_given:
            self.alts = dict(files)

    def add(self, found: Attachment) -> None:
        """Add a file just sent."""
        self.is_given = True
        self.alts[found.public_id] = ""

    @property
    def rows(self) -> list[Attachment]:
        """The files that are there and that the writer may attach."""
        return shelved(self.owner, list(self.alts), self.subject) if self.owner else []

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Refuse too many, and images without words or with too many of them."""
        self.errors = list(self.refused)
        self.wrong = {}
        rows = self.rows
        self.alts = {row.public_id: self.alts[row.public_id] for row in rows}  # what is gone is no longer asked for
        if len(rows) > MOST_FILES:
            self.errors.append(str(TOO_MANY_FILES))
        for row in rows:
            words = self.alts[row.public_id]
            if row.is_image and not words:
                self.wrong[row.public_id] = str(NEEDS_ALT)
            elif len(words) > ALT_MAX:
                self.wrong[row.public_id] = str(ALT_TOO_LONG % {"most": ALT_MAX})
        if self.wrong:
            self.errors.append(pgettext("composer", "Describe each image for those who do not see it."))
        return not self.errors
