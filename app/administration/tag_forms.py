"""The forms by which staff keep the tags."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from app.core.i18n import language_name, lazy_pgettext, offered_languages, pgettext
from app.core.typed import one_line
from app.engagement.models import Tag, TagGroup
from app.engagement.tagging import MOST_TAGS, TAG_LENGTH
from app.forum.forms import split_tags
from app.forum.spaces.forms import Refusable
from app.forum.tags.rules import NO_SUCH_NUMBER, TagRules

WORDS_MOST = 2000
"""Characters of a list of tags."""


def _line(said: str | None) -> str:
    return one_line(said or "")


def _one_tag(label: Any) -> StringField:
    return StringField(
        label, filters=[_line], validators=[DataRequired(), Length(max=TAG_LENGTH)],
        render_kw={"maxlength": TAG_LENGTH, "dir": "auto", "autocomplete": "off"},
    )  # fmt: skip


def _many_tags() -> StringField:
    return StringField(
        lazy_pgettext("desk", "Tags"), filters=[_line], validators=[Length(max=WORDS_MOST)],
        render_kw={"maxlength": WORDS_MOST, "dir": "auto", "autocomplete": "off"},
    )  # fmt: skip


class RenameForm(Refusable):
    """Another name for a tag."""

    label = _one_tag(lazy_pgettext("tags", "Name of the tag"))


class SynonymForm(Refusable):
    """Another word that leads to a tag."""

    word = _one_tag(lazy_pgettext("tags", "Another word for it"))


class MergeForm(Refusable):
    """The tag that takes another over."""

    target = _one_tag(lazy_pgettext("tags", "Tag that takes its place"))


class GroupForm(Refusable):
    """Tags that belong together; `group_form` adds the titles."""

    words = _many_tags()
    is_single = BooleanField(lazy_pgettext("tags", "A topic bears at most one of them"))
    text_langs: tuple[str, ...] = ()

    def titles(self) -> dict[str, str]:
        """The name of the group by language."""
        return {lang: str(self[f"title-{lang}"].data or "") for lang in self.text_langs}

    def tags(self) -> tuple[str, ...]:
        """The tags typed."""
        return split_tags(str(self.words.data or ""))


def group_form(group: TagGroup | None = None, tags: list[Tag] | None = None) -> GroupForm:
    """The form of a group, or of one to be made."""
    langs = tuple(dict.fromkeys([*offered_languages(), *(group.title if group else ())]))
    fields: dict[str, Any] = {"text_langs": langs}
    values: dict[str, Any] = {"words": ", ".join(tag.label for tag in tags or ())}
    if group is not None:
        values |= {"is_single": group.is_single} | {f"title-{lang}": group.title.get(lang, "") for lang in langs}
    for lang in langs:
        fields[f"title-{lang}"] = StringField(
            pgettext("forum", "Title in %(language)s", language=language_name(lang)), filters=[_line],
            validators=[Length(max=80)], render_kw={"maxlength": 80, "lang": lang, "dir": "auto"},
        )  # fmt: skip
    return type("GroupFormWithTitles", (GroupForm,), fields)(data=values)  # type: ignore[no-any-return]


class RulesForm(Refusable):
    """What a category asks of the tags of its topics."""

    least = IntegerField(
        lazy_pgettext("tags", "Tags that a topic must have at least"),
        validators=[InputRequired(), NumberRange(0, MOST_TAGS, NO_SUCH_NUMBER)],
        render_kw={"min": 0, "max": MOST_TAGS, "inputmode": "numeric"},
    )
    words = _many_tags()
    is_closed_set = BooleanField(lazy_pgettext("tags", "Topics bear these tags and no others"))

    def tags(self) -> tuple[str, ...]:
        """The tags typed."""
        return split_tags(str(self.words.data or ""))


def rules_form(rules: TagRules) -> RulesForm:
    """The form of the rules of a category."""
    words = ", ".join(tag.label for tag in rules.allowed)
    return RulesForm(data={"least": rules.least, "words": words, "is_closed_set": rules.is_closed_set})
