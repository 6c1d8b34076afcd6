"""The form of a webhook."""

from __future__ import annotations

from typing import Any

from wtforms import SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.widgets import CheckboxInput, ListWidget

from app.api.models import HAPPENINGS, Webhook
from app.api.services import WebhookDraft
from app.core.errors import Invalid
from app.core.forms import Form
from app.core.i18n import lazy_pgettext
from app.core.subjects import kinds

NAMES = {
    "published": lazy_pgettext("door", "Something was published"),
    "changed": lazy_pgettext("door", "Something was changed"),
    "withdrawn": lazy_pgettext("door", "Something was taken back or hidden"),
}
BOXES: dict[str, Any] = {"widget": ListWidget(prefix_label=False), "option_widget": CheckboxInput()}


class WebhookForm(Form):
    """Where to send what."""

    url = StringField(lazy_pgettext("door", "Address"), render_kw={"maxlength": 500, "dir": "ltr", "required": True})
    happenings = SelectMultipleField(
        lazy_pgettext("door", "When to tell"), choices=[SelectChoice(name, NAMES[name]) for name in HAPPENINGS], **BOXES
    )
    kinds = SelectMultipleField(lazy_pgettext("door", "What to tell of"), choices=list, **BOXES)

    def __init__(self, webhook: Webhook | None = None) -> None:
        filled = {"url": webhook.url, "happenings": webhook.happenings, "kinds": webhook.kinds} if webhook else None
        super().__init__(data=filled)  # type: ignore[no-untyped-call]
        self.kinds.choices = [SelectChoice(kind.name, kind.label) for kind in kinds() if kind.search_document]

    def draft(self) -> WebhookDraft:
        """What was typed and ticked."""
        return WebhookDraft((self.url.data or "").strip(), self.happenings.data or (), self.kinds.data or ())

    def say(self, error: Invalid) -> None:
        """Put a refusal beside its field."""
        self[error.field].errors = [str(error.reason)]
