"""Forms about spaces: what a space is, who is invited, what one says when asking to enter."""

from __future__ import annotations

from typing import Any

from wtforms import Field, IntegerField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.errors import Invalid
from app.core.forms import Form
from app.core.i18n import CONTENT, language_name, lazy_pgettext, offered_languages, pgettext
from app.core.policy import Actor
from app.core.slugs import slugify
from app.core.typed import one_line
from app.forum.models import VISIBILITIES, Space
from app.forum.naming import DESCRIPTION_MAX, TITLE_MAX
from app.forum.spaces.invitations import MOST_DAYS, MOST_USES
from app.forum.spaces.membership import NOTE_MAX
from app.forum.spaces.policy import can_give_visibility
from app.forum.spaces.services import SpaceDraft

AUDIENCES = {
    "public": lazy_pgettext("forum", "Everyone"),
    "members": lazy_pgettext("forum", "Members only"),
    "request": lazy_pgettext("forum", "On request"),
    "closed": lazy_pgettext("forum", "Closed"),
    "staff": lazy_pgettext("forum", "Team only"),
}
AUDIENCE_HINTS = {
    "public": lazy_pgettext("forum", "Anyone reads it, without an account too."),
    "members": lazy_pgettext("forum", "Whoever has an account reads it."),
    "request": lazy_pgettext("forum", "Members see its title and description, and ask to be let in."),
    "closed": lazy_pgettext("forum", "Nobody knows of it but those who take part in it. They come by invitation."),
    "staff": lazy_pgettext("forum", "Only those who keep order see it."),
}
WRITERS = {
    "members": lazy_pgettext("forum", "Everyone who sees it and has an account"),
    "participants": lazy_pgettext("forum", "Its participants"),
    "staff": lazy_pgettext("forum", "Those who lead it"),
}
CHECKS = {
    "none": lazy_pgettext("forum", "None: messages appear at once"),
    "first_posts": lazy_pgettext("forum", "The first messages of new members"),
    "all": lazy_pgettext("forum", "Every message"),
}
Texts = dict[str, str]


def _chosen_from(labels: dict[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(code, label) for code, label in labels.items()]


def _line(value: str | None) -> str:
    return one_line(value or "")


def _words(value: str | None) -> str:
    return (value or "").replace("\r\n", "\n").strip()


class Refusable(Form):
    """Parent of the forms below: the refusal of a service stands beside its field."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)  # type: ignore[no-untyped-call]

    def say(self, error: Invalid) -> None:
        """Put a refusal beside the field it is about, else above the form."""
        field = self._fields.get(error.field)
        if field is not None:
            field.errors = [*field.errors, str(error.reason)]
        else:
            self.form_errors.append(str(error.reason))


class AskForm(Refusable):
    """What a member says of themselves when asking to enter."""

    note = TextAreaField(
        lazy_pgettext("forum", "Who you are, and why you would like to take part"),
        filters=[_words],
        validators=[Length(max=NOTE_MAX)],
        render_kw={"rows": 4, "maxlength": NOTE_MAX},
    )


class InviteMemberForm(Refusable):
    """A member, by handle."""

    handle = StringField(
        lazy_pgettext("account", "Handle"),
        filters=[_line],
        validators=[InputRequired(), Length(max=60)],
        render_kw={"dir": "ltr", "maxlength": 60, "autocomplete": "off"},
    )


class InviteAddressForm(Refusable):
    """A person, by e-mail address."""

    email = StringField(
        lazy_pgettext("account", "E-mail address"),
        filters=[_line],
        validators=[InputRequired(), Length(max=254)],
        render_kw={"type": "email", "dir": "ltr", "maxlength": 254, "autocomplete": "off"},
    )


class InviteListForm(Refusable):
    """Many addresses at once."""

    addresses = TextAreaField(
        lazy_pgettext("forum", "E-mail addresses"),
        filters=[_words],
        validators=[InputRequired(), Length(max=60_000)],
        render_kw={"rows": 6, "dir": "ltr", "spellcheck": "false", "autocomplete": "off"},
    )


class LinkForm(Refusable):
    """A link for several people."""

    uses = IntegerField(
        lazy_pgettext("forum", "How many people may use it"),
        default=25,
        validators=[Optional()],
        render_kw={"min": 1, "max": MOST_USES},
    )
    days = IntegerField(
        lazy_pgettext("forum", "For how many days"),
        default=14,
        validators=[Optional()],
        render_kw={"min": 1, "max": MOST_DAYS},
    )


class SpaceForm(Refusable):
    """What a space is; `space_form` adds its texts in each language."""

    visibility = RadioField(lazy_pgettext("forum", "Who sees it"), default="public")
    posting = RadioField(lazy_pgettext("forum", "Who writes in it"), choices=_chosen_from(WRITERS), default="members")
    premoderation = RadioField(
        lazy_pgettext("forum", "Which messages wait for approval"), choices=_chosen_from(CHECKS), default="none"
    )
    langs = SelectMultipleField(
        lazy_pgettext("forum", "Languages spoken in it"),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def validate_langs(self, field: Field) -> None:
        """Leave out what is no language of texts."""
        field.data = [tag for tag in field.data or () if tag in CONTENT]

    def texts(self, name: str) -> Texts:
        """The title or the description, by language."""
        return {tag: str(self[f"{name}-{tag}"].data or "") for tag in self.text_langs}

    text_langs: tuple[str, ...] = ()

    @property
    def draft(self) -> SpaceDraft:
        """What was chosen."""
        return SpaceDraft(
            title=self.texts("title"),
            description=self.texts("description"),
            visibility=self.visibility.data,
            posting=self.posting.data,
            premoderation=self.premoderation.data,
            langs=tuple(self.langs.data or ()),
        )


def space_form(actor: Actor, space: Space | None = None) -> SpaceForm:
    """The form of a space, or of one to be made: its texts in each language of the site, then its audience."""
    tags = tuple(dict.fromkeys([*offered_languages(), *((*space.title, *space.description) if space else ())]))
    fields: dict[str, Any] = {"text_langs": tags}
    for tag in tags:
        name = language_name(tag)
        fields[f"title-{tag}"] = StringField(
            pgettext("forum", "Title in %(language)s", language=name),
            filters=[_line],
            validators=[Length(max=TITLE_MAX)],
            render_kw={"maxlength": TITLE_MAX, "lang": tag, "dir": "auto"},
        )
        fields[f"description-{tag}"] = TextAreaField(
            pgettext("forum", "Description in %(language)s", language=name),
            filters=[_line],
            validators=[Length(max=DESCRIPTION_MAX)],
            render_kw={"maxlength": DESCRIPTION_MAX, "rows": 2, "lang": tag, "dir": "auto"},
        )
    form = type("SpaceFormWithTexts", (SpaceForm,), fields)(data=_current(space, tags))
    offered = [code for code in VISIBILITIES if space is None or can_give_visibility(actor, space, code)]
    form.visibility.choices = [SelectChoice(code, AUDIENCES[code]) for code in offered]
    named = sorted(CONTENT, key=lambda tag: slugify(language_name(tag)))
    form.langs.choices = [SelectChoice(tag, language_name(tag)) for tag in named]
    return form  # type: ignore[no-any-return]


def _current(space: Space | None, tags: tuple[str, ...]) -> dict[str, Any]:
    if space is None:
        return {}
    texts = {f"title-{tag}": space.title.get(tag, "") for tag in tags}
    texts |= {f"description-{tag}": space.description.get(tag, "") for tag in tags}
    chosen = {name: getattr(space, name) for name in ("visibility", "posting", "premoderation", "langs")}
    return texts | chosen
