"""The queue of the moderators: what was reported, the gravest first."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from app.accounts.actor import current_member
from app.core.events import unit_of_work
from app.core.i18n import CONTENT, language_name
from app.core.policy import require
from app.core.redirects import back
from app.core.subjects import kinds
from app.forum.addresses import narrowed
from app.moderation import policy, queries, reporting
from app.moderation.blueprint import bp
from app.moderation.cases import get_case
from app.moderation.desk import counts_of, desk_rooms
from app.moderation.queries import Wanted
from app.terms.reasons import REASONS


@bp.get("/moderation")
@login_required
def show_queue() -> ResponseReturnValue:
    """What waits for a decision in the actor's scope. Query: `reason`, `text_lang`, `kind`, `after`."""
    actor = current_member()
    require(policy.can_open_desk(actor))
    wanted, reportable = _wanted(), {one.name: one for one in kinds() if one.oversight}
    found = queries.queue(actor, wanted, request.args.get("after", ""))
    address = url_for("moderation.show_queue")
    kept = {"reason": wanted.reason, "text_lang": wanted.lang, "kind": wanted.kind}
    return render_template(
        "moderation/show_queue.html",
        actor=actor,
        found=found,
        rulings={(case.kind, case.subject.id): policy.can_handle(actor, case.matter) for case in found.cases},
        wanted=wanted,
        total=counts_of(actor).reports,
        reasons=queries.waiting_reasons(actor),
        langs=[(tag, language_name(tag)) for tag in queries.waiting_langs(actor)],
        kinds=reportable,
        rooms=desk_rooms(actor),
        address=address,
        narrowed=lambda **changed: narrowed(address, **(kept | changed)),
        first_page="" if found.is_first else narrowed(address, **kept),
        next_page=narrowed(address, **kept, after=found.next_key) if found.next_key else "",
    )


def _wanted() -> Wanted:
    reason, lang = request.args.get("reason", ""), request.args.get("text_lang", "")
    return Wanted(
        reason=reason if reason in REASONS else "",
        lang=lang if lang in CONTENT else "",
        kind=request.args.get("kind", "")[:20],
    )


@bp.post("/moderation/subjects/<kind_name>/<public_id>/take")
@login_required
def take(kind_name: str, public_id: str) -> ResponseReturnValue:
    """Say that one is looking at a case, or no longer. Form: `take`, 1 or 0."""
    actor = current_member()
    case = get_case(actor, kind_name, public_id)
    with unit_of_work():
        if request.values.get("take") == "0":
            reporting.leave(actor, case)
        else:
            reporting.take(actor, case)
    default = url_for("moderation.show_case", kind_name=kind_name, public_id=public_id)
    return redirect(back(default), 303)
