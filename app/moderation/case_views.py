"""One case: what was reported in its surroundings, who reported it and why, and the decision to take."""

from __future__ import annotations

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from app.accounts.actor import current_member
from app.accounts.models import User
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.core.events import unit_of_work
from app.core.i18n import INTERFACE, pgettext
from app.core.lifecycle import OUT_OF_STEP
from app.core.policy import require
from app.moderation import policy, queries
from app.moderation.acts import LABELS
from app.moderation.blueprint import bp
from app.moderation.cases import Case, fill, get_case
from app.moderation.deciding import decide as take_decision
from app.moderation.deciding import in_force
from app.moderation.desk import desk_rooms
from app.moderation.forms import DecisionForm
from app.moderation.statements import statement
from app.terms.reasons import REASONS

NONE_YET = "none"
FIRST = ("dismiss", "hide", "remove", "restore", "lock", "unlock", "warn", "exclude", "suspend", "ban")
"""The order in which decisions are offered."""


@bp.get("/moderation/subjects/<kind_name>/<public_id>")
@login_required
def show_case(kind_name: str, public_id: str) -> ResponseReturnValue:
    """Everything about a case. Query: `act` and `reason` prepare the statement of reasons."""
    actor = current_member()
    case = _own_case(actor, kind_name, public_id)
    form = _form(actor, case, is_blank=True)
    form.act.data, form.reason.data = _asked_act(form), _asked_reason(case)
    if case.owner:
        form.statement.data = statement(form.act.data, form.reason.data, _lang(case.owner))
    return _page(actor, case, form)


@bp.post("/moderation/subjects/<kind_name>/<public_id>/decide")
@login_required
def decide(kind_name: str, public_id: str) -> ResponseReturnValue:
    """Take a decision. Form: `act`, `reason`, `statement`, `words`, `days`."""
    actor = current_member()
    case = _own_case(actor, kind_name, public_id)
    form = _form(actor, case)
    if form.validate():
        try:
            _refuse_overtaken(case, form.seen.data or "")
            with unit_of_work():
                take_decision(actor, case, form.draft())
        except (Conflict, Invalid, NotAllowed) as refused:
            form.say(refused)
        else:
            flash(_said(case, form.act.data), "success")
            return redirect(url_for("moderation.show_queue"), 303)
    return _page(actor, _own_case(actor, kind_name, public_id), form), 422


def _refuse_overtaken(case: Case, seen: str) -> None:
    """Refuse a decision taken on a page that did not show the last one about the subject. Raises Conflict."""
    if seen and seen != _last_decision(case):
        raise Conflict(OUT_OF_STEP)


def _last_decision(case: Case) -> str:
    found = queries.last_decision_on(case)
    return found.public_id if found else NONE_YET


def _said(case: Case, act: str) -> str:
    if act == "dismiss" or case.owner is None:
        return pgettext("moderation", "Decided. Those who reported it are told.")
    return pgettext("moderation", "Decided. The person concerned and those who reported it are told.")


def _own_case(actor: User, kind_name: str, public_id: str) -> Case:
    """A case that the actor may look at; nobody reads who reported what is their own."""
    case = get_case(actor, kind_name, public_id)
    if case.owner is not None and case.owner.id == actor.id:
        raise NotFound
    return case


def _form(actor: User, case: Case, is_blank: bool = False) -> DecisionForm:
    form = DecisionForm(formdata=None) if is_blank else DecisionForm()
    form.offer(_offered(actor, case))
    return form


def _offered(actor: User, case: Case) -> list[str]:
    """Decisions that the actor may take now. What was hidden at once may be kept hidden by a decision."""
    offered = [act for act in FIRST if policy.can_decide(actor, act, case.matter)]
    if not case.reports:
        offered.remove("dismiss") if "dismiss" in offered else None
    at_once = any(one.is_automatic and one.act == "hide" for one in in_force(case))
    if at_once and case.state == "hidden" and "hide" not in offered and policy.can_handle(actor, case.matter):
        offered.insert(0, "hide")
    return offered


def _asked_act(form: DecisionForm) -> str:
    offered = [choice[0] for choice in form.act.choices or ()]
    asked = request.args.get("act", "")
    usual = "hide" if "hide" in offered else next(iter(offered), "")
    return asked if asked in offered else usual


def _asked_reason(case: Case) -> str:
    asked = request.args.get("reason", "")
    return asked if asked in REASONS else next((code for code, _ in case.reasons), "other")


def _lang(owner: User) -> str:
    return owner.ui_lang if owner.ui_lang in INTERFACE else INTERFACE[0]


def _page(actor: User, case: Case, form: DecisionForm) -> str:
    fill([case])
    form.seen.data = _last_decision(case)
    return render_template(
        "moderation/show_case.html",
        actor=actor,
        case=case,
        form=form,
        ruling=policy.can_handle(actor, case.matter),
        offered=[choice[0] for choice in form.act.choices or ()],
        earlier=queries.decisions_on(case),
        statement_lang=_lang(case.owner) if case.owner else "",
        rooms=desk_rooms(actor),
    )


@bp.get("/moderation/statement")
@login_required
def show_statement() -> ResponseReturnValue:
    """The usual text of a decision, for scripts. Query: `act`, `reason`, `said_in`. JSON: `{text}`."""
    require(policy.can_open_desk(current_member()))
    act, reason, lang = (request.args.get(name, "") for name in ("act", "reason", "said_in"))
    if act not in LABELS or reason not in REASONS or lang not in INTERFACE:
        raise NotFound
    return jsonify(text=statement(act, reason, lang))
