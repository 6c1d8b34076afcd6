"""The form of every decision of a moderator: why."""

from __future__ import annotations

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import TextAreaField

from app.core.i18n import lazy_pgettext


class ReasonForm(FlaskForm):
    """A reason; the service refuses an empty one, so that every door does."""

    reason = TextAreaField(lazy_pgettext("forum", "Reason"), render_kw={"rows": 3, "maxlength": 500})

    @classmethod
    def empty(cls) -> ReasonForm:
        """Before anything is typed."""
        return cls(formdata=None)

    @classmethod
    def refused(cls, reason: str, why: object) -> ReasonForm:
        """What was typed, with the refusal beside it."""
        form = cls(formdata=MultiDict({"reason": reason}))
        form.reason.errors = (str(why),)
        return form
