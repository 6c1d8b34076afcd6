"""Forms of those who report, decide and appeal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from wtforms import EmailField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Email, Length, Optional

from app.core.db import now
from app.core.errors import DomainError, Invalid
from app.core.forms import Form
from app.core.humans import HumanCheck
from app.core.i18n import INTERFACE, OWN_NAMES, current_lang, lazy_pgettext, npgettext, pgettext
from app.moderation import appealing, reporting, statements
from app.moderation.acts import LABELS, SPANS
from app.moderation.drafts import AppealDraft, DecisionDraft, ReportDraft
from app.places.queries import languages
from app.terms.reasons import REASONS


def tidy(value: str | None) -> str:
    """A text as it is kept."""
    return (value or "").replace("\r\n", "\n").replace("\x00", "").strip()


class Saying(Form):
    """Parent of the forms below: a refusal of a service stands beside the field it is about, else above the form."""

    def say(self, error: DomainError) -> None:
        """Show why it was refused; what was typed stays."""
        named = error.field if isinstance(error, Invalid) else ""
        field = self._fields.get(named)
        if field is not None:
            field.errors = [*field.errors, str(error.reason)]
        else:
            self.form_errors = [*self.form_errors, str(error.reason)]


class ReportForm(Saying):
    """What is wrong with something; a visitor also says where to be answered."""

    reason = RadioField(lazy_pgettext("moderation", "What is wrong?"), validate_choice=False)
    text = TextAreaField(
        lazy_pgettext("moderation", "In your own words"),
        filters=[tidy],
        validators=[Length(max=reporting.LONGEST)],
        render_kw={"rows": 4, "dir": "auto"},
    )
    email = EmailField(
        lazy_pgettext("account", "E-mail address"),
        filters=[tidy],
        validators=[Optional(), Email(), Length(max=254)],
        render_kw={"autocomplete": "email", "dir": "ltr"},
    )

    is_visitor = False

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)  # type: ignore[no-untyped-call]
        self.reason.choices = [(code, reason.label) for code, reason in REASONS.items()]
        self.hints = {code: reason.help for code, reason in REASONS.items()}

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """The shape of the fields, then what the service would refuse: before anything else is asked of a visitor."""
        if not super().validate(*args, **kwargs):
            return False
        try:
            reporting.check(self.draft(), self.is_visitor)
        except Invalid as refused:
            self.say(refused)
            return False
        return True

    def draft(self) -> ReportDraft:
        """The report as it was written."""
        return ReportDraft(
            reason=self.reason.data or "", text=self.text.data or "", email=self.email.data or "", lang=current_lang()
        )


class VisitorReportForm(HumanCheck, ReportForm):
    """A report of someone without an account, who shows that somebody is there."""

    human_purpose = "report"
    is_visitor = True


class DecisionForm(Saying):
    """A decision with what the person concerned is told."""

    seen = HiddenField(filters=[tidy])
    """The last decision that the page showed: what another moderator decided since is shown before anything is done."""

    act = SelectField(lazy_pgettext("moderation", "What to do"), validate_choice=False)
    reason = SelectField(lazy_pgettext("moderation", "Reason"), validate_choice=False)
    days = SelectField(lazy_pgettext("moderation", "How long"), validate_choice=False)
    statement = TextAreaField(
        lazy_pgettext("moderation", "Statement of reasons"),
        filters=[tidy],
        validators=[Length(max=statements.LONGEST)],
        render_kw={"rows": 6, "dir": "auto"},
    )
    words = StringField(
        lazy_pgettext("moderation", "Shown in its place"),
        filters=[tidy],
        validators=[Length(max=500)],
        render_kw={"maxlength": 500, "dir": "auto"},
    )

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)  # type: ignore[no-untyped-call]

    def offer(self, acts: list[str]) -> None:
        """Offer these acts, with every reason and span."""
        self.act.choices = [(act, LABELS[act]) for act in acts]
        self.reason.choices = [(code, reason.label) for code, reason in REASONS.items()]
        spans = [(str(days), _span(days)) for days in SPANS]
        self.days.choices = [
            ("", pgettext("moderation", "Without end")),
            *spans,
        ]

    def draft(self) -> DecisionDraft:
        """The decision as it was asked for."""
        return DecisionDraft(
            act=self.act.data or "", reason=self.reason.data or "", statement=self.statement.data or "",
            words=self.words.data or "", until=_end(self.days.data or ""),
        )  # fmt: skip


def _span(days: int) -> str:
    return npgettext("moderation", "%(num)d day", "%(num)d days", days)


def _end(days: str) -> datetime | None:
    return now() + timedelta(days=int(days)) if days in {str(span) for span in SPANS} else None


class AppealForm(Saying):
    """Why a decision is wrong, in one's own language."""

    lang = SelectField(lazy_pgettext("forum", "Language of the text"), validate_choice=False)
    text = TextAreaField(
        lazy_pgettext("moderation", "Why you think that the decision is wrong"),
        filters=[tidy],
        validators=[Length(max=appealing.LONGEST)],
        render_kw={"rows": 6, "dir": "auto"},
    )
    key = HiddenField(filters=[tidy])

    def __init__(self, lang: str = "", **values: Any) -> None:
        super().__init__(**values)  # type: ignore[no-untyped-call]
        self.lang.choices = list(languages(current_lang()))
        self.lang.data = self.lang.data or lang or current_lang()

    def draft(self) -> AppealDraft:
        """The appeal as it was written."""
        return AppealDraft(self.text.data or "", self.lang.data)


class AppealDecisionForm(Saying):
    """What another moderator decides on an appeal."""

    outcome = RadioField(lazy_pgettext("moderation", "Your decision"), validate_choice=False)
    answer = TextAreaField(
        lazy_pgettext("moderation", "Answer to the person"),
        filters=[tidy],
        validators=[Length(max=appealing.LONGEST)],
        render_kw={"rows": 5, "dir": "auto"},
    )

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)  # type: ignore[no-untyped-call]
        self.outcome.choices = [
            ("uphold", lazy_pgettext("moderation", "Take the decision back")),
            ("reject", lazy_pgettext("moderation", "Keep the decision")),
        ]


def tongues() -> list[tuple[str, str]]:
    """The languages in which statements are written, by their own names."""
    return [(tag, OWN_NAMES[tag]) for tag in INTERFACE]
