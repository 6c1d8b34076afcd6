"""Forms of the forum: the shape of what members write, with our own words beside each field."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from wtforms import (
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.models import User
from app.core.errors import DomainError, Invalid
from app.core.forms import Form
from app.core.i18n import CONTENT, current_lang, direction, language_name, lazy_pgettext, npgettext, pgettext
from app.core.slugs import slugify
from app.core.typed import one_line
from app.engagement.queries import TagLabel
from app.engagement.tagging import labels_by_slug
from app.forum.composing.category_templates import is_untouched, template_of
from app.forum.composing.extra_fields import ExtraFields
from app.forum.drafting.fields import DraftFields
from app.forum.drafts import PostDraft, TopicDraft, draft_post
from app.forum.models import Category, Post
from app.places.queries import sort_key
from app.terms.queries import label, terms, vocabulary

TITLE_MIN, TITLE_MAX, BODY_MAX = 5, 160, 20_000
STALE = lazy_pgettext(
    "forum", "Your session has changed since this page was opened. Nothing is lost: send it once more."
)
NOTHING_YET = lazy_pgettext("forum", "Write your message: there is nothing to send yet.")
KINDS = {
    "discussion": lazy_pgettext("forum", "Discussion"),
    "question": lazy_pgettext("forum", "Question"),
    "announcement": lazy_pgettext("forum", "Announcement"),
}
SAID_BESIDE = frozenset({"body", "title", "tags", "kind", "lang", "later_day", "files", "poll_question"})
"""Fields beside which a refusal of a service is shown; others have no place on every page."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Signs that no keyboard writes and that databases refuse."""


def new_token() -> str:
    """What tells a second attempt to send a text from a second text."""
    return secrets.token_urlsafe(18)


def _text(value: str | None) -> str:
    return _CONTROLS.sub("", (value or "").replace("\r\n", "\n")).strip()


def _line(value: str | None) -> str:
    return one_line(value or "")


def _token(value: str | None) -> str:
    return value if value and len(value) <= 64 and value.isascii() and value.isprintable() else new_token()


def clean_token(value: str | None) -> str:
    """The token that a form brings, or a new one where it brings none that could be kept."""
    return _token(value)


def _of(field: Field) -> str:
    return str(field.data or "")


def split_tags(value: str) -> tuple[str, ...]:
    """The tags typed in one line, each once."""
    parts = [part for part in (_line(part) for part in re.split("[,،]", value)) if part]
    return tuple(dict.fromkeys(parts))


@lru_cache(maxsize=64)
def _languages(lang: str, first: tuple[str, ...]) -> list[tuple[str, str, dict[str, str]]]:
    """Content languages with their names in an interface language, the member's own before the others."""
    others = sorted(set(CONTENT) - set(first), key=lambda tag: slugify(language_name(tag, lang)))
    return [(tag, language_name(tag, lang), {"data-dir": direction(tag)}) for tag in (*first, *others)]


def own_languages(member: User) -> tuple[str, ...]:
    """The languages a member writes, the likeliest first; the interface's where they named none."""
    return tuple(tag for tag in member.content_langs if tag in CONTENT) or (current_lang(),)


class WritingForm(Form):
    """Parent of the forms below: whatever stands in the way is said on the form, and what was typed stays in it."""

    lang = SelectField(lazy_pgettext("forum", "Language of the text"), validate_choice=False)
    is_live = False
    """Whether it is sent into a session that is live, where people write short and often."""
    is_stale = False
    """Whether the form was made in a session that has ended: a script takes the new token and sends it once more."""

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)  # type: ignore[no-untyped-call]

    def offer_languages(self, member: User) -> None:
        """Offer every content language, the member's own first, the likeliest chosen."""
        own = own_languages(member)
        self.lang.choices = _languages(current_lang(), own)
        self.lang.data = self.lang.data or own[0]

    def validate_lang(self, field: Field) -> None:
        """Refuse a language that is not offered."""
        if field.data not in CONTENT:
            raise ValidationError(pgettext("forum", "Choose the language you write in."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field; an outdated token is said in words of ours, as something to send once more."""
        valid = bool(super().validate(extra_validators))
        token = self._fields.get("csrf_token")
        if token is not None and token.errors:
            token.errors = []
            self.say_stale()
        return valid

    def say_stale(self) -> None:
        """Say that the form was made in a session that has ended."""
        self.is_stale = True
        self.form_errors.append(str(STALE))

    def say(self, error: DomainError) -> None:
        """Put a refusal beside the field it is about, else above the form."""
        field = self._fields.get(error.field) if isinstance(error, Invalid) else None
        if field is not None and field.name in SAID_BESIDE:
            field.errors = [*field.errors, str(error.reason)]
        else:
            self.form_errors.append(str(error.reason))


def _fits(_form: object, field: Field) -> None:
    """Refuse an empty text and one too long to be read."""
    length = len(field.data)
    if not length:
        raise ValidationError(str(NOTHING_YET))
    if length > BODY_MAX:
        over = length - BODY_MAX
        words = npgettext(
            "forum",
            "Your message is too long by %(num)d character. Shorten it, or send it in two.",
            "Your message is too long by %(num)d characters. Shorten it, or send it in two.",
            over,
        )
        raise ValidationError(words)


def _body() -> TextAreaField:
    return TextAreaField(lazy_pgettext("forum", "Text of the message"), filters=[_text], validators=[_fits])


class PostForm(ExtraFields, DraftFields, WritingForm):
    """A reply."""

    body = _body()
    reply_to = HiddenField(filters=[_line])
    client_token = HiddenField(default=new_token, filters=[_token])

    def rendered(self) -> PostDraft:
        """What was written, as a draft whose HTML is made before any lock is taken."""
        draft = draft_post(_of(self.body), self.lang.data, _of(self.client_token), _of(self.reply_to), _of(self.draft))
        return replace(draft, extras=self.extras)


class EditForm(ExtraFields, DraftFields, WritingForm):
    """The text of a message that is there already."""

    body = _body()
    edits = HiddenField()

    @property
    def begun_at(self) -> int:
        """How often the message had been edited when the member began; -1 when the form does not say."""
        return int(_of(self.edits)) if _of(self.edits).isdecimal() else -1

    def rendered(self, post: Post) -> PostDraft:
        """The new text of a message."""
        return replace(draft_post(_of(self.body), self.lang.data, post.client_token), extras=self.extras)


class _Head(WritingForm):
    title = StringField(lazy_pgettext("forum", "Title"), filters=[_line])
    kind = RadioField(lazy_pgettext("forum", "What it is"), validate_choice=False, default="discussion")
    tags = StringField(lazy_pgettext("forum", "Tags"), filters=[_line])
    themes = SelectMultipleField(
        lazy_pgettext("forum", "Themes"), validate_choice=False, option_widget=CheckboxInput(), widget=ListWidget()
    )

    def offer_kinds(self, member: User, category: Category, current: str = "") -> None:
        """Offer the kinds of topic; an announcement to moderators alone, or where the topic is one."""
        if current == "live_session":  # times make it one: it stays one
            self.kind.choices = self.offered = [(current, lazy_pgettext("forum", "Live session"))]
            return
        held = {"announcement"} - {current} if not member.moderates(category.space_id) else set()
        self.offered = [(kind, label) for kind, label in KINDS.items() if kind not in held]
        self.kind.choices = self.offered

    def offer_themes(self, tags: Sequence[TagLabel] = ()) -> None:
        """Offer the themes by their names, and those the topic has even where they were withdrawn."""
        lang = current_lang()
        codes = dict.fromkeys([*(theme.code for theme in terms()), *(tag.theme for tag in tags if tag.theme)])
        named = [(code, label(code, lang)) for code in codes]
        self.offered_themes = set(codes)
        self.themes.choices = sorted(named, key=lambda theme: sort_key(theme[1], lang))

    def fill_tags(self, tags: Sequence[TagLabel]) -> None:
        """Show the tags a topic has: themes as boxes, the others as words."""
        self.themes.data = [tag.theme for tag in tags if tag.theme]
        self.tags.data = ", ".join(tag.label for tag in tags if not tag.theme)

    def validate_title(self, field: Field) -> None:
        """Refuse a title that says nothing, and one that no list can show."""
        if len(field.data) < TITLE_MIN:
            raise ValidationError(
                pgettext("forum", "Give a title of a few words, so that others know what it is about.")
            )
        if len(field.data) > TITLE_MAX:
            words = pgettext("forum", "Shorten the title: %(most)d characters at most.", most=TITLE_MAX)
            raise ValidationError(words)

    def validate_kind(self, field: RadioField) -> None:
        """Refuse a kind that is not offered."""
        if field.data not in {kind for kind, _label in self.offered}:
            raise ValidationError(pgettext("forum", "Say whether it is a discussion or a question."))

    def validate_tags(self, field: Field) -> None:
        """Refuse more tags and themes than a line can show, and tags without a letter or a digit."""
        try:
            labels_by_slug((*split_tags(field.data), *(self.themes.data or ())), vocabulary())
        except Invalid as refusal:
            raise ValidationError(str(refusal.reason)) from refusal

    def validate_themes(self, field: SelectMultipleField) -> None:
        """Refuse a theme that is not offered."""
        if not set(field.data or ()) <= self.offered_themes:
            raise ValidationError(pgettext("forum", "Choose themes of the list."))

    @property
    def head(self) -> tuple[str, str, tuple[str, ...]]:
        """Title, kind, and tags: the words typed, then the codes of the themes chosen."""
        return _of(self.title), self.kind.data, (*split_tags(_of(self.tags)), *(self.themes.data or ()))


class TopicForm(ExtraFields, DraftFields, _Head):
    """A topic and its first message."""

    body = _body()
    client_token = HiddenField(default=new_token, filters=[_token])
    begins_with: Category | None = None

    @property
    def is_template(self) -> bool:
        """Whether the text is the template of the category, and nothing was written yet."""
        return self.begins_with is not None and is_untouched(self.begins_with, _of(self.body))

    def begin_in(self, category: Category) -> None:
        """Begin an empty text with the template of its category."""
        self.begins_with = category
        if not self.is_submitted() and not self.body.data:  # type: ignore[no-untyped-call]
            self.body.data = template_of(category)

    def validate_body(self, _field: Field) -> None:
        """Refuse a template that was sent as it is: nothing was written."""
        if self.is_template:
            raise ValidationError(str(NOTHING_YET))

    def rendered(self) -> TopicDraft:
        """What was written, as a draft whose HTML is made before any lock is taken."""
        post = draft_post(_of(self.body), self.lang.data, _of(self.client_token), draft=_of(self.draft))
        return TopicDraft(*self.head, replace(post, extras=self.extras))


class TopicHeadForm(_Head):
    """What a topic is called and filed under."""


def reply_form(member: User) -> PostForm:
    """An empty form to answer a topic with, for its page."""
    form = PostForm(formdata=None)
    form.offer_languages(member)
    return form
