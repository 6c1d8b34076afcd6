"""Where a topic goes, which messages leave it, and why."""

from __future__ import annotations

import re
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.models import User
from app.core.errors import DomainError, Invalid, NotFound
from app.core.forms import Form
from app.core.i18n import lazy_pgettext, pgettext, translated
from app.core.typed import one_line
from app.forum import queries
from app.forum.forms import KINDS, TITLE_MAX, TITLE_MIN
from app.forum.models import Category, Topic
from app.forum.moving.relocating import NewTopic

_IN_ADDRESS = re.compile(r"(?:^|/topics/)([0-9a-z]{26})(?=$|[/?#\s])", re.IGNORECASE)
_RANGE = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?$")
_AROUND = re.compile(r"\s*[-–]\s*")
MOST_NUMBERS = 600


class RelocationForm(Form):
    """Parent of the forms below."""

    reason = TextAreaField(lazy_pgettext("forum", "Reason"), render_kw={"rows": 3, "maxlength": 500})
    accepts_readers = BooleanField(lazy_pgettext("relocation", "It is meant that more people read it there"))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)  # type: ignore[no-untyped-call]

    def say(self, error: DomainError) -> None:
        """Put a refusal beside the field it is about, else above the form."""
        field = self._fields.get(error.field) if isinstance(error, Invalid) else None
        if field is not None:
            field.errors = [*field.errors, str(error.reason)]
        else:
            self.form_errors.append(str(error.reason))


class _WithCategory(RelocationForm):
    category = SelectField(lazy_pgettext("relocation", "Category"), validate_choice=False)

    def offer(self, actor: User, current: Category) -> None:
        """Offer the categories that the actor moderates, by space; none is chosen but the current one."""
        spaces = [space for space in queries.get_spaces(actor) if actor.moderates(space.id)]
        self.shelves = {shelf.slug: shelf for space in spaces for shelf in space.categories}
        self.category.choices = [
            SelectChoice(shelf.slug, translated(shelf.title), optgroup=translated(space.title))
            for space in spaces
            for shelf in space.categories
        ]
        self.category.data = self.category.data or current.slug

    def validate_category(self, field: Field) -> None:
        """Refuse a category that is not offered."""
        if field.data not in self.shelves:
            raise ValidationError(pgettext("relocation", "Choose a category of the list."))


class MoveForm(_WithCategory):
    """Another category for a topic."""

    @property
    def chosen(self) -> Category:
        """The category chosen."""
        return self.shelves[self.category.data]


class _WithTopic(RelocationForm):
    target = StringField(
        lazy_pgettext("relocation", "Address of the other topic"), filters=[lambda v: one_line(v or "")]
    )
    found: Topic | None = None

    def find(self, actor: User) -> Topic:
        """The topic that the address names. Raises Invalid."""
        named = _IN_ADDRESS.search(self.target.data or "")
        try:
            self.found = queries.get_topic(actor, named[1].lower()) if named else None
        except NotFound:
            self.found = None
        if self.found is None:
            raise Invalid(
                pgettext("relocation", "There is no topic at this address. Copy it from the topic's page."), "target"
            )
        return self.found


class MergeForm(_WithTopic):
    """The topic that takes another over."""


class SplitForm(_WithCategory, _WithTopic):
    """Which messages go, and to a new topic or one that is there."""

    posts = SelectMultipleField(
        lazy_pgettext("relocation", "Messages"), validate_choice=False, option_widget=CheckboxInput(),
        widget=ListWidget(),
    )  # fmt: skip
    numbers = StringField(
        lazy_pgettext("relocation", "Numbers of further messages"), filters=[lambda v: one_line(v or "")]
    )
    place = RadioField(
        lazy_pgettext("relocation", "Where they go"),
        choices=[
            SelectChoice("new", lazy_pgettext("relocation", "To a new topic")),
            SelectChoice("there", lazy_pgettext("relocation", "To a topic that is there")),
        ],
        default="new",
        validate_choice=False,
    )
    title = StringField(lazy_pgettext("forum", "Title"), filters=[lambda v: one_line(v or "")])
    kind = SelectField(
        lazy_pgettext("forum", "What it is"),
        choices=[SelectChoice(kind, KINDS[kind]) for kind in ("discussion", "question")],
        default="discussion",
        validate_choice=False,
    )

    def validate_place(self, field: Field) -> None:
        """Refuse a place that is not offered."""
        if field.data not in {"new", "there"}:
            raise ValidationError(pgettext("form", "Choose one of the options."))

    def validate_category(self, field: Field) -> None:
        """A category is asked for where a topic is opened."""
        if self.place.data == "new":
            super().validate_category(field)

    def validate_title(self, field: Field) -> None:
        """So is a title."""
        if self.place.data != "new":
            return
        if len(field.data) < TITLE_MIN:
            raise ValidationError(
                pgettext("forum", "Give a title of a few words, so that others know what it is about.")
            )
        if len(field.data) > TITLE_MAX:
            raise ValidationError(pgettext("forum", "Shorten the title: %(most)d characters at most.", most=TITLE_MAX))

    def validate_kind(self, field: Field) -> None:
        """Refuse a kind that is not offered."""
        if self.place.data == "new" and field.data not in {"discussion", "question"}:
            raise ValidationError(pgettext("forum", "Say whether it is a discussion or a question."))

    def validate_numbers(self, field: Field) -> None:
        """Refuse what is no list of numbers."""
        if numbers_in(field.data) is None:
            raise ValidationError(pgettext("relocation", "Write numbers and ranges, such as 4, 7-12."))

    @property
    def chosen(self) -> set[int]:
        """Numbers of the messages ticked and written."""
        ticked = {int(number) for number in self.posts.data or () if number.isdecimal() and len(number) < 8}
        return ticked | (numbers_in(self.numbers.data or "") or set())

    @property
    def new_topic(self) -> NewTopic:
        """What is to be opened."""
        return NewTopic(self.title.data or "", self.shelves[self.category.data], self.kind.data)


def numbers_in(text: str) -> set[int] | None:
    """The numbers that "4, 7-12" names; None for what is no such list."""
    found: set[int] = set()
    for piece in re.split(r"[,;،\s]+", _AROUND.sub("-", text)):
        if not piece:
            continue
        named = _RANGE.match(piece)
        if not named:
            return None
        first, last = int(named[1]), int(named[2] or named[1])
        found.update(range(first, min(last, first + MOST_NUMBERS) + 1))
        if len(found) > MOST_NUMBERS:
            break
    return found
