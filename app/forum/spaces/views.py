"""The door of a space: what is seen from outside, entering, asking, leaving; and its settings, for who leads it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from app.accounts.actor import current_actor, current_member, member_key
from app.core.errors import Conflict, Invalid, NotFound
from app.core.events import unit_of_work
from app.core.i18n import pgettext
from app.core.policy import require
from app.extensions import limiter
from app.forum import policy as forum_policy
from app.forum import queries
from app.forum.blueprint import bp
from app.forum.models import Space
from app.forum.spaces import membership, participants
from app.forum.spaces import policy as membership_policy
from app.forum.spaces import services as spaces
from app.forum.spaces.forms import AUDIENCE_HINTS, AUDIENCES, AskForm, space_form


def show_door(space: Space, form: AskForm | None = None) -> str:
    """A space from outside: title, description, and a way to ask."""
    actor = current_actor()
    return render_template(
        "forum/show_door.html",
        space=space,
        form=form or AskForm(formdata=None),
        waiting=participants.waiting_request(actor, space.id),
        refused=participants.last_refusal(actor, space.id),
        may_ask=membership_policy.can_ask(actor, space),
    )


@bp.post("/spaces/<slug>/join")
@login_required
@limiter.limit("30 per hour", key_func=member_key)
def join_space(slug: str) -> ResponseReturnValue:
    """Enter a space that is open to all members."""
    space = queries.get_known_space(current_member(), slug)
    with unit_of_work():
        membership.join_space(current_member(), space)
    flash(pgettext("forum", "You take part in this space now."), "success")
    return redirect(url_for("forum.show_space", slug=slug), 303)


@bp.post("/spaces/<slug>/leave")
@login_required
@limiter.limit("30 per hour", key_func=member_key)
def leave_space(slug: str) -> ResponseReturnValue:
    """Leave a space; what one wrote stays there."""
    space = queries.get_known_space(current_member(), slug)
    with unit_of_work():
        membership.leave_space(current_member(), space)
    flash(pgettext("forum", "You have left this space."), "success")
    return redirect(url_for("forum.list_spaces"), 303)


@bp.post("/spaces/<slug>/ask")
@login_required
@limiter.limit("10 per hour", key_func=member_key)
def ask_to_join(slug: str) -> ResponseReturnValue:
    """Ask to be let in. Form: `note`."""
    space, form = queries.get_known_space(current_member(), slug), AskForm()
    if not form.validate():
        return show_door(space, form), 422
    try:
        with unit_of_work():
            membership.ask_to_join(current_member(), space, str(form.note.data))
    except Conflict as error:
        form.form_errors.append(str(error.reason))
        return show_door(space, form), 409
    flash(pgettext("forum", "Your request is sent. You will be told by mail."), "success")
    return redirect(url_for("forum.show_space", slug=slug), 303)


@bp.post("/spaces/<slug>/ask/withdraw")
@login_required
def withdraw_request(slug: str) -> ResponseReturnValue:
    """Take back one's own request."""
    space = queries.get_known_space(current_member(), slug)
    asked = participants.waiting_request(current_member(), space.id)
    if asked is None:
        raise NotFound
    with unit_of_work():
        membership.withdraw_request(current_member(), asked)
    flash(pgettext("forum", "Your request is taken back."), "success")
    return redirect(url_for("forum.show_space", slug=slug), 303)


@bp.route("/spaces/<slug>/settings", methods=["GET", "POST"])
@login_required
def edit_space(slug: str) -> ResponseReturnValue:
    """What a space is called, whom it is for and how it is kept: for those who lead it."""
    actor = current_member()
    space = queries.get_space(actor, slug)
    require(membership_policy.can_lead(actor, space))
    form = space_form(actor, space)
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                with unit_of_work():
                    spaces.edit_space(actor, space, form.draft)
            except Invalid as error:
                form.say(error)
            else:
                flash(pgettext("forum", "The settings of the space are saved."), "success")
                return redirect(url_for("forum.edit_space", slug=slug), 303)
    page = render_template(
        "forum/edit_space.html", space=space, form=form, hints=AUDIENCE_HINTS, may_invite=_may_invite(space)
    )
    return page, status


def _may_invite(space: Space) -> bool:
    return bool(membership_policy.can_invite(current_actor(), space))


def standing_facts(space: Space) -> dict[str, object]:
    """What the head of a space's pages shows its reader: what they are to it, and what they may do."""
    actor = current_actor()
    return {
        "standing": participants.standing(actor, space),
        "may_join": bool(membership_policy.can_join(actor, space)),
        "may_see_people": bool(membership_policy.can_see_people(actor, space)),
        "may_lead": bool(membership_policy.can_lead(actor, space)),
        "audience": AUDIENCES.get(space.visibility, ""),
        "may_write": bool(forum_policy.can_write(actor, space)),
    }
