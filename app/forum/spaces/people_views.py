"""Who takes part in a space: the list for its members, the decisions for those who lead it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from app.accounts.actor import current_member
from app.core.db import now
from app.core.errors import Invalid, NotFound
from app.core.events import unit_of_work
from app.core.i18n import lazy_pgettext, pgettext
from app.core.policy import require
from app.core.typed import one_line
from app.forum import queries
from app.forum.addresses import narrowed
from app.forum.blueprint import bp
from app.forum.models import Space
from app.forum.spaces import membership, participants
from app.forum.spaces import policy as membership_policy

NOT_A_DATE = lazy_pgettext("form", "Write a date.")
IN_THE_PAST = lazy_pgettext("forum rule", "Choose a day that is still to come.")


class Wrong(NamedTuple):
    """A refused decision, shown where it was taken with what was typed."""

    place: str
    """Handle of the participant, or `request-<id>`."""
    field: str
    reason: Any
    typed: str


@bp.get("/spaces/<slug>/people")
@login_required
def list_people(slug: str) -> ResponseReturnValue:
    """The participants of a space, by pages, narrowed by `q`; requests and decisions for those who lead it."""
    return _page(_space(slug))


def _space(slug: str) -> Space:
    space = queries.get_space(current_member(), slug)
    require(membership_policy.can_see_people(current_member(), space))
    return space


def _page(space: Space, wrong: Wrong | None = None) -> str:
    leads = bool(membership_policy.can_lead(current_member(), space))
    sought = one_line(request.args.get("q", ""))[:60]
    found = participants.people_page(space.id, sought, request.args.get("after"))
    address = url_for("forum.list_people", slug=space.slug)
    return render_template(
        "forum/list_people.html",
        space=space,
        leads=leads,
        leaders=participants.leaders(space.id),
        found=found,
        count=participants.people_count(space.id),
        requests=participants.waiting_requests(space.id) if leads else [],
        sought=sought,
        address=address,
        first_page="" if found.is_first else narrowed(address, q=sought),
        next_page=narrowed(address, q=sought, after=found.next_key) if found.next_key else "",
        wrong=wrong,
    )


@bp.post("/spaces/<slug>/people/<handle>")
@login_required
def change_participant(slug: str, handle: str) -> ResponseReturnValue:
    """Form: `action` ("remove", "facilitator", "participant"), with `reason` or `until`, a day."""
    actor, space = current_member(), _space(slug)
    require(membership_policy.can_lead(actor, space))
    member, action = participants.get_participant(space.id, handle), request.form.get("action", "")
    reason = request.form.get("reason", "")
    try:
        with unit_of_work():
            if action == "remove":
                membership.remove_participant(actor, space, member, reason)
            elif action == "facilitator":
                membership.make_facilitator(actor, space, member, _until(request.form.get("until", "")))
            elif action == "participant":
                membership.make_participant(actor, space, member)
            else:
                raise NotFound
    except Invalid as error:
        return _page(space, Wrong(handle, error.field, error.reason, reason)), 422
    flash(pgettext("forum", "Done, and noted in the log."), "success")
    if not current_member().moderates(space.id):
        return redirect(url_for("forum.show_space", slug=slug), 303)
    return redirect(url_for("forum.list_people", slug=slug), 303)


def _until(day: str) -> datetime | None:
    """The end of a day, or None where none was chosen. Raises Invalid(until)."""
    if not day:
        return None
    try:
        end = datetime.combine(date.fromisoformat(day), time(23, 59, 59), UTC)
    except ValueError:
        raise Invalid(NOT_A_DATE, "until") from None
    if end <= now():
        raise Invalid(IN_THE_PAST, "until")
    return end


@bp.post("/spaces/<slug>/requests/<int:request_id>")
@login_required
def decide_request(slug: str, request_id: int) -> ResponseReturnValue:
    """Form: `action` ("accept", "refuse"), and `reason` to refuse."""
    actor, space = current_member(), _space(slug)
    require(membership_policy.can_lead(actor, space))
    asked, action = participants.get_request(space.id, request_id), request.form.get("action", "")
    reason = request.form.get("reason", "")
    try:
        with unit_of_work():
            if action == "accept":
                membership.accept_request(actor, asked)
            elif action == "refuse":
                membership.refuse_request(actor, asked, reason)
            else:
                raise NotFound
    except Invalid as error:
        return _page(space, Wrong(f"request-{request_id}", error.field, error.reason, reason)), 422
    flash(pgettext("forum", "The answer is given. The person is told by mail."), "success")
    return redirect(url_for("forum.list_people", slug=slug), 303)
