"""The form of a category: its texts in every language of the site, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import Length

from app.core.i18n import language_name, lazy_pgettext, offered_languages, pgettext, translated
from app.core.typed import one_line
from app.forum.categories import TEMPLATE_MAX, CategoryDraft
from app.forum.models import Category, Space
from app.forum.naming import DESCRIPTION_MAX, TITLE_MAX
from app.forum.spaces.forms import Refusable

TEXTS = ("title", "description", "template")


def _line(value: str | None) -> str:
    return one_line(value or "")


class CategoryForm(Refusable):
    """What a category is; `category_form` adds its texts and the space it is in."""

    is_locked = BooleanField(lazy_pgettext("desk", "Only those who keep order open topics here"))
    accepts_readers = BooleanField(lazy_pgettext("desk", "More people may read it in its new space"))
    text_langs: tuple[str, ...] = ()

    def texts(self, name: str) -> dict[str, str]:
        """One of the texts, by language."""
        return {tag: str(self[f"{name}-{tag}"].data or "") for tag in self.text_langs}

    def is_missing(self, tag: str) -> bool:
        """Whether a language lacks what another has."""
        return any(not self.texts(name)[tag] and any(self.texts(name).values()) for name in TEXTS[:2])

    @property
    def draft(self) -> CategoryDraft:
        """What was typed."""
        title, description, template = (self.texts(name) for name in TEXTS)
        return CategoryDraft(title, description, template, bool(self.is_locked.data))


def category_form(category: Category | None = None, spaces: Sequence[Space] = ()) -> CategoryForm:
    """The form of a category, or of one to be made."""
    kept = (*category.title, *category.description, *category.template) if category else ()
    tags = tuple(dict.fromkeys([*offered_languages(), *kept]))
    fields: dict[str, Any] = {"text_langs": tags}
    values: dict[str, Any] = {}
    for tag in tags:
        fields |= _texts_in(tag)
        values |= {f"{name}-{tag}": getattr(category, name).get(tag, "") for name in TEXTS if category}
    if category is not None:
        choices = [SelectChoice(space.slug, translated(space.title)) for space in spaces]
        fields["space"] = SelectField(pgettext("forum", "Space"), choices=choices)
        values |= {"space": category.space.slug, "is_locked": category.is_locked}
    return type("CategoryFormWithTexts", (CategoryForm,), fields)(data=values)  # type: ignore[no-any-return]


def _texts_in(tag: str) -> dict[str, Any]:
    name, shared = language_name(tag), {"lang": tag, "dir": "auto"}
    return {
        f"title-{tag}": StringField(
            pgettext("forum", "Title in %(language)s", language=name),
            filters=[_line],
            validators=[Length(max=TITLE_MAX)],
            render_kw={"maxlength": TITLE_MAX, **shared},
        ),
        f"description-{tag}": TextAreaField(
            pgettext("forum", "Description in %(language)s", language=name),
            filters=[_line],
            validators=[Length(max=DESCRIPTION_MAX)],
            render_kw={"maxlength": DESCRIPTION_MAX, "rows": 2, **shared},
        ),
        f"template-{tag}": TextAreaField(
            pgettext("desk", "What an empty message begins with, in %(language)s", language=name),
            filters=[lambda said: (said or "").replace("\r\n", "\n").strip()],
            validators=[Length(max=TEMPLATE_MAX)],
            render_kw={"maxlength": TEMPLATE_MAX, "rows": 3, **shared},
        ),
    }
