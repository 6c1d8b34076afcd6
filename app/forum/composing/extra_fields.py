"""What the writing forms hold besides a text: its files, and the poll that goes with it."""

from __future__ import annotations

from datetime import datetime

from wtforms import BooleanField, Field, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from app.accounts.models import User
from app.core.db import now
from app.core.errors import Invalid
from app.core.i18n import lazy_pgettext, pgettext
from app.core.typed import one_line
from app.engagement.queries import attachments_of
from app.forum.composing.extras import Extras
from app.forum.composing.files_field import FilesField
from app.forum.drafting.fields import moment_of, zone_of
from app.forum.models import Post
from app.forum.polls.drafts import PollDraft
from app.forum.polls.models import FEWEST_OPTIONS, LABEL_MAX, MOST_OPTIONS

KINDS = [
    ("single", lazy_pgettext("poll", "One answer each")),
    ("multiple", lazy_pgettext("poll", "Several answers each")),
]
RESULTS = [
    ("always", lazy_pgettext("poll", "Everyone, at any time")),
    ("voted", lazy_pgettext("poll", "Those who have voted")),
    ("ended", lazy_pgettext("poll", "Everyone, once the poll has ended")),
]


def _line(value: str | None) -> str:
    return one_line(value or "")


class ExtraFields:
    """Mixed into a writing form."""

    files = FilesField(lazy_pgettext("composer", "Files"))
    poll_question = StringField(lazy_pgettext("poll", "Question"), filters=[_line])
    poll_options = TextAreaField(lazy_pgettext("poll", "Answers, one on each line"))
    poll_kind = RadioField(
        lazy_pgettext("poll", "How many answers"), choices=[SelectChoice(*kind) for kind in KINDS], default="single"
    )
    poll_results = SelectField(
        lazy_pgettext("poll", "Who sees the results"),
        choices=[SelectChoice(*shown) for shown in RESULTS],
        default="always",
    )
    poll_day = StringField(lazy_pgettext("poll", "Last day"), filters=[_line])
    poll_time = StringField(lazy_pgettext("poll", "Time"), filters=[_line])
    poll_named = BooleanField(lazy_pgettext("poll", "Show who voted for what"))

    _writer: User | None = None

    def offer_languages(self, member: User) -> None:
        """Besides the languages, note who writes: whose files they are, and on whose clocks a poll ends."""
        super().offer_languages(member)  # type: ignore[misc]
        self._writer = self.files.owner = member

    def offer_files_of(self, post: Post) -> None:
        """Show the files that a post has, which may stay or go."""
        self.files.subject = ("post", post.id)
        found = attachments_of("post", [post.id]).get(post.id, []) if post.file_count else []
        self.files.begin_with({file.public_id: file.alt_text for file in found})

    @property
    def has_poll(self) -> bool:
        """Whether anything of a poll was typed."""
        return bool(self.poll_question.data or self._options())

    def _options(self) -> list[str]:
        lines = (one_line(line) for line in str(self.poll_options.data or "").splitlines())
        return [line for line in lines if line]

    def validate_poll_question(self, field: Field) -> None:
        """A poll asks something."""
        if not self.has_poll:
            return
        if not field.data:
            raise ValidationError(pgettext("poll", "Write the question of the poll."))
        if len(field.data) > LABEL_MAX:
            raise ValidationError(pgettext("poll", "Shorten this: %(most)d characters at most.", most=LABEL_MAX))

    def validate_poll_options(self, _field: Field) -> None:
        """A poll has two to twenty answers, all different."""
        options = self._options()
        if not self.has_poll:
            return
        if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
            words = pgettext("poll", "Give %(least)d to %(most)d answers, one on each line.")
            raise ValidationError(words % {"least": FEWEST_OPTIONS, "most": MOST_OPTIONS})
        if len({option.casefold() for option in options}) < len(options):
            raise ValidationError(pgettext("poll", "Two answers are the same."))
        if any(len(option) > LABEL_MAX for option in options):
            raise ValidationError(pgettext("poll", "Shorten this: %(most)d characters at most.", most=LABEL_MAX))

    def validate_poll_day(self, _field: Field) -> None:
        """A poll ends later than now, or never."""
        if not self.has_poll:
            return
        try:
            ends = self._poll_end()
        except Invalid as refusal:
            raise ValidationError(str(refusal.reason)) from refusal
        if ends is not None and ends <= now():
            raise ValidationError(pgettext("poll", "Choose a moment that is still to come."))

    def _poll_end(self) -> datetime | None:
        """When the poll ends: at the end of its last day where no time was chosen. Raises Invalid."""
        if not self.poll_day.data and not self.poll_time.data:
            return None
        assert self._writer is not None, "offer_languages comes first"
        return moment_of(self.poll_day.data or "", self.poll_time.data or "23:59", zone_of(self._writer))

    @property
    def extras(self) -> Extras:
        """What comes with the text; the form was checked."""
        files = self.files.alts if self.files.is_given else None
        return Extras(files, self._poll() if self.has_poll else None)

    def _poll(self) -> PollDraft:
        return PollDraft(
            self.poll_question.data or "", tuple(self._options()), self.poll_kind.data == "multiple",
            bool(self.poll_named.data), self.poll_results.data, self._poll_end(),
        )  # fmt: skip
