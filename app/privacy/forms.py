"""Forms of ending an account."""

from __future__ import annotations

from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from app.core.forms import Form
from app.core.i18n import lazy_pgettext


class CloseForm(Form):
    """One box, so that nobody closes an account by a slip."""

    is_sure = BooleanField(
        lazy_pgettext("privacy", "I want to close my account"),
        validators=[InputRequired(lazy_pgettext("privacy", "Tick the box if you want to close your account."))],
    )


class StaffForm(Form):
    """Why staff close or erase somebody's account; kept in the log."""

    reason = StringField(
        lazy_pgettext("privacy", "How the member asked for it"), validators=[InputRequired(), Length(max=500)]
    )
