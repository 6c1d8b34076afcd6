"""Appeals at the desk: what the person says, and the decision of another moderator than the first."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from app.accounts.actor import current_member
from app.core.errors import Invalid, NotAllowed
from app.core.events import unit_of_work
from app.core.i18n import pgettext
from app.core.policy import require
from app.forum.addresses import narrowed
from app.moderation import policy, queries
from app.moderation.appealing import decide_appeal as settle_appeal
from app.moderation.blueprint import bp
from app.moderation.cases import case_if_there, fill
from app.moderation.desk import desk_rooms
from app.moderation.forms import AppealDecisionForm
from app.moderation.models import Appeal

STATES = ("open", "decided")


@bp.get("/moderation/appeals")
@login_required
def list_appeals() -> ResponseReturnValue:
    """Appeals in the actor's scope. Query: `state`, "open" or "decided"."""
    actor = current_member()
    require(policy.can_open_desk(actor))
    state = "decided" if request.args.get("state") == "decided" else "open"
    found = queries.appeals(actor, state, request.args.get("after"))
    address, kept = url_for("moderation.list_appeals"), {"state": "decided" if state == "decided" else ""}
    return render_template(
        "moderation/list_appeals.html",
        actor=actor,
        found=found,
        state=state,
        address=address,
        first_page="" if found.is_first else narrowed(address, **kept),
        next_page=narrowed(address, **kept, after=found.next_key) if found.next_key else "",
    )


@bp.get("/moderation/appeals/<public_id>")
@login_required
def show_appeal(public_id: str) -> ResponseReturnValue:
    """What was decided, what its author says, and the decision to take."""
    return _page(_own_appeal(public_id), AppealDecisionForm(formdata=None))


@bp.post("/moderation/appeals/<public_id>")
@login_required
def decide_appeal(public_id: str) -> ResponseReturnValue:
    """Decide on an appeal. Form: `outcome` ("uphold" or "reject"), `answer`."""
    filed, form = _own_appeal(public_id), AppealDecisionForm()
    if not form.validate():
        return _page(filed, form), 422
    try:
        with unit_of_work():
            settle_appeal(current_member(), filed, form.outcome.data or "", form.answer.data or "")
    except (Invalid, NotAllowed) as refused:
        form.say(refused)
        return _page(_own_appeal(public_id), form), 422
    flash(pgettext("moderation", "Decided. The person concerned is told."), "success")
    return redirect(url_for("moderation.list_appeals"), 303)


def _own_appeal(public_id: str) -> Appeal:
    actor = current_member()
    require(policy.can_open_desk(actor))
    return queries.get_appeal(actor, public_id)


def _page(filed: Appeal, form: AppealDecisionForm) -> str:
    actor, decision = current_member(), filed.decision
    case = case_if_there(decision.subject_kind, decision.subject_id)
    if case is not None:
        fill([case])
    return render_template(
        "moderation/show_appeal.html",
        actor=actor,
        appeal=filed,
        decision=decision,
        case=case,
        form=form,
        ruling=policy.can_decide_appeal(actor, filed),
        rooms=desk_rooms(actor),
    )
