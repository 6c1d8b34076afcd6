"""Who is told what, after the commit: reporters of the receipt and the outcome, authors of decisions and appeals."""

from __future__ import annotations

from app.core import mail
from app.core.consumers import listen
from app.core.db import db, lock, now
from app.core.i18n import speaking
from app.core.subjects import kind
from app.moderation.events import AppealDecided, DecisionTaken, ReportFiled
from app.moderation.keys import decision_link, report_link
from app.moderation.models import Appeal, Decision, Report
from app.moderation.queries import reports_of


@listen(ReportFiled)
def send_receipt(event: ReportFiled) -> None:
    """A visitor gets the link under which the report can be followed; members find it on their page."""
    report = db.session.get(Report, event.report_id)
    if report is None or report.email is None or lock(report).receipt_at is not None:
        return
    report.receipt_at = now()
    with speaking(report.reporter_lang):
        link, title = report_link(report), title_of(report.subject_kind, report.subject_id)
    mail.send(report.email, "moderation/receipt", report.reporter_lang, report=report, link=link, subject_title=title)


@listen(DecisionTaken)
def tell_of_decision(event: DecisionTaken) -> None:
    """The person concerned is given the statement of reasons, those who reported what came of it; each once."""
    decision = db.session.get(Decision, event.decision_id)
    if decision is None:
        return
    _tell_member(lock(decision))
    for report in reports_of(decision):
        _tell_reporter(lock(report), decision)


def _tell_member(decision: Decision) -> None:
    member = decision.member
    if decision.told_at is not None or member is None or not member.email or not decision.statement:
        return
    decision.told_at = now()
    with speaking(decision.statement_lang):
        link, title = decision_link(decision), title_of(decision.subject_kind, decision.subject_id)
    mail.send(
        member.email, "moderation/statement", decision.statement_lang,
        decision=decision, member=member, link=link, subject_title=title,
    )  # fmt: skip


def _tell_reporter(report: Report, decision: Decision) -> None:
    address = report.email or (report.reporter.email if report.reporter else None)
    if report.told_at is not None or not address:
        return
    report.told_at = now()
    lang = report.reporter.ui_lang if report.reporter else report.reporter_lang
    with speaking(lang):
        link, title = report_link(report), title_of(report.subject_kind, report.subject_id)
    mail.send(address, "moderation/outcome", lang, report=report, decision=decision, link=link, subject_title=title)


@listen(AppealDecided)
def tell_of_appeal(event: AppealDecided) -> None:
    """The author of an appeal is told what another moderator decided."""
    filed = db.session.get(Appeal, event.appeal_id)
    if filed is None or lock(filed).told_at is not None:
        return
    decision, member = filed.decision, filed.decision.member
    if filed.report is not None:
        filed.told_at = now()
        if filed.state == "rejected":
            _tell_contested(filed)
        return
    if member is None or not member.email:
        return
    filed.told_at = now()
    with speaking(decision.statement_lang):
        link, title = decision_link(decision), title_of(decision.subject_kind, decision.subject_id)
    mail.send(
        member.email, "moderation/appeal_decided", decision.statement_lang,
        appeal=filed, decision=decision, member=member, link=link, subject_title=title,
    )  # fmt: skip


def _tell_contested(filed: Appeal) -> None:
    """Whoever reported what stays as it is reads the answer, in their own language, under their own link."""
    for report in reports_of(filed.decision):
        address = report.email or (report.reporter.email if report.reporter else None)
        if not address:
            continue
        lang = report.reporter.ui_lang if report.reporter else report.reporter_lang
        with speaking(lang):
            link, title = report_link(report), title_of(report.subject_kind, report.subject_id)
        mail.send(
            address, "moderation/appeal_decided", lang,
            appeal=filed, decision=filed.decision, member=report.reporter, link=link, subject_title=title,
        )  # fmt: skip
        report.told_at, report.email = now(), None


def title_of(kind_name: str, subject_id: int) -> str:
    """What a subject is called, in the language in force where it has several."""
    declared = kind(kind_name)
    subject = declared.load([subject_id]).get(subject_id)
    return declared.link(subject).title if subject is not None else ""
