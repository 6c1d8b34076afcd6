"""Reporting something, and what became of one's reports."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from flask_login import login_required

from app.accounts.actor import current_actor, current_member, member_key
from app.accounts.trust import effects
from app.core.errors import DomainError, Invalid, NotAllowed, NotFound
from app.core.events import unit_of_work
from app.core.i18n import pgettext
from app.core.policy import require
from app.core.subjects import Link, SubjectKind, kind
from app.engagement.queries import subject_id_of
from app.extensions import limiter
from app.forum.addresses import narrowed
from app.moderation import appealing, policy, queries, reporting
from app.moderation.blueprint import bp
from app.moderation.forms import AppealForm, ReportForm, VisitorReportForm
from app.moderation.keys import is_key_of
from app.moderation.models import Report


def _whoever() -> str:
    """Members are counted one by one, visitors by their address."""
    return get_remote_address() if current_actor().is_visitor else member_key()


def _reports_an_hour() -> str:
    """Whoever has taken part for longer may report more."""
    return f"{effects(current_actor()).flags} per hour"


@bp.route("/report/<kind_name>/<public_id>", methods=["GET", "POST"])
@limiter.limit(
    _reports_an_hour, key_func=_whoever, methods=["POST"], deduct_when=lambda answer: answer.status_code == 303
)
def report_subject(kind_name: str, public_id: str) -> ResponseReturnValue:
    """Say what is wrong with something that one sees. Visitors give an address, and get a receipt by mail."""
    actor, declared = current_actor(), kind(kind_name)
    if declared.oversight is None:
        raise NotFound
    subject_id = subject_id_of(actor, kind_name, public_id)
    subject = declared.load([subject_id])[subject_id]
    require(policy.can_report(actor, declared, subject))
    if not actor.is_visitor and (earlier := reporting.open_report(actor, kind_name, subject.id)):
        flash(pgettext("moderation", "You have reported this already. This is where it stands."), "info")
        return redirect(url_for("moderation.show_report", public_id=earlier.public_id))
    form = VisitorReportForm() if actor.is_visitor else ReportForm()
    if form.validate_on_submit():  # type: ignore[no-untyped-call]
        try:
            with unit_of_work():
                report = reporting.report_subject(actor, kind_name, subject, form.draft())
        except DomainError as refused:
            form.say(refused)
        else:
            return _sent(report, declared.link(subject))
    page = _form_page(declared, declared.link(subject), form)
    return (page, 422) if form.errors else page


def _sent(report: Report, link: Link) -> ResponseReturnValue:
    """Members go to their report. A visitor's is opened by the mailed link alone: whoever types somebody else's address
    reads neither what that person has reported, nor whether they did."""
    flash(pgettext("moderation", "Thank you. Your report has reached the moderators."), "success")
    if current_actor().is_visitor:
        return redirect(link.url, 303)
    return redirect(url_for("moderation.show_report", public_id=report.public_id), 303)


def _form_page(declared: SubjectKind, link: Link, form: ReportForm) -> str:
    return render_template("moderation/report_subject.html", kind=declared, link=link, form=form, actor=current_actor())


@bp.get("/reports/<public_id>")
def show_report(public_id: str) -> ResponseReturnValue:
    """Where a report stands: for who sent it, signed in or by the link of the receipt."""
    key = request.args.get("key", "")
    report = queries.get_report(current_actor(), public_id, key)
    return _report_page(report, AppealForm(report.reporter_lang, formdata=None, key=key))


@bp.post("/reports/<public_id>/contest")
@limiter.limit("10 per hour", key_func=get_remote_address)
def contest(public_id: str) -> ResponseReturnValue:
    """Ask another moderator to look again at what was left as it is. Form: `text`, `lang`, and `key` for who is not
    signed in."""
    key = request.form.get("key", "")
    report = queries.get_report(current_actor(), public_id, key)
    form = AppealForm(report.reporter_lang)
    if not form.validate():
        return _report_page(report, form), 422
    try:
        with unit_of_work():
            appealing.contest(current_actor(), report, form.draft(), has_key=is_key_of(report, key))
    except (Invalid, NotAllowed) as refused:
        form.say(refused)
        return _report_page(report, form), 422
    flash(
        pgettext("moderation", "Your appeal has reached the moderators. Another one than the first decides."), "success"
    )
    return redirect(narrowed(url_for("moderation.show_report", public_id=public_id), key=key), 303)


def _report_page(report: Report, form: AppealForm) -> str:
    ruling = policy.can_contest(current_actor(), report, is_key_of(report, form.key.data or ""))
    return render_template(
        "moderation/show_report.html", report=report, link=_link_of(report), form=form, ruling=ruling
    )


def _link_of(report: Report) -> Link | None:
    """Where the subject stands, while its reporter may still see it."""
    declared = kind(report.subject_kind)
    if report.subject_id not in declared.visible_to(current_actor(), [report.subject_id]):
        return None
    return declared.link(declared.load([report.subject_id])[report.subject_id])


@bp.get("/account/reports")
@login_required
def list_reports() -> ResponseReturnValue:
    """What one has reported, and what became of it."""
    found = queries.own_reports(current_member(), request.args.get("after"))
    address = url_for("moderation.list_reports")
    return render_template(
        "moderation/list_reports.html",
        found=found,
        kinds={report.subject_kind: kind(report.subject_kind) for report in found.rows},
        first_page="" if found.is_first else address,
        next_page=narrowed(address, after=found.next_key) if found.next_key else "",
    )
