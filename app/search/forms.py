"""The form of a search that is kept."""

from __future__ import annotations

from wtforms import StringField

from app.core.errors import DomainError, Invalid
from app.core.forms import Form
from app.core.i18n import lazy_pgettext
from app.core.typed import one_line
from app.search.models import LONGEST_NAME


def _line(value: str | None) -> str:
    return one_line(value or "")


class SavedSearchForm(Form):
    """Its name."""

    name = StringField(lazy_pgettext("search", "Name"), filters=[_line], render_kw={"maxlength": LONGEST_NAME})

    def say(self, error: DomainError) -> None:
        """Put a refusal beside the name, or above the form."""
        if isinstance(error, Invalid) and error.field == "name":
            self.name.errors = [*self.name.errors, str(error.reason)]
        else:
            self.form_errors.append(str(error.reason))
