"""The form of every decision of a moderator: why."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import TextAreaField

from app.core.i18n import lazy_pgettext


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """A reason; the service refuses an empty one, so that every door does."""

    reason = TextAreaField(lazy_pgettext("forum", "Reason"), render_kw={"rows": 3, "maxlength": 500})

    def refuse(self, why: object) -> None:
        """Show a refusal beside the field."""
        self.reason.errors = (str(why),)
