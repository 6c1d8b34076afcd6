"""Invitations: making them, for those who lead a space; answering them, for whoever is invited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from app.accounts.actor import current_actor, current_member, member_key
from app.accounts.models import User
from app.core.errors import Conflict, Invalid, TooMany
from app.core.events import unit_of_work
from app.core.i18n import npgettext, pgettext
from app.core.policy import require
from app.extensions import limiter
from app.forum import queries
from app.forum.blueprint import bp
from app.forum.models import Space
from app.forum.spaces import invitation_links, invitations
from app.forum.spaces import policy as membership_policy
from app.forum.spaces.forms import InviteAddressForm, InviteListForm, InviteMemberForm, LinkForm, Refusable

KEY = "invitation"
"""Where a visitor's session keeps the invitation that brought them, until they have signed in."""
FORMS: dict[str, type[Refusable]] = {
    "member": InviteMemberForm,
    "mail": InviteAddressForm,
    "list": InviteListForm,
    "link": LinkForm,
}


def _space(slug: str) -> Space:
    space = queries.get_space(current_member(), slug)
    require(membership_policy.can_lead(current_member(), space))
    return space


@bp.get("/spaces/<slug>/invitations")
@login_required
def list_invitations(slug: str) -> ResponseReturnValue:
    """Ways to invite into a space, and the invitations there are."""
    return _page(_space(slug))


def _page(space: Space, sent: Refusable | None = None, summary: dict[str, Any] | None = None) -> str:
    forms = {name: sent if isinstance(sent, kind) else kind(formdata=None) for name, kind in FORMS.items()}
    return render_template(
        "forum/list_invitations.html",
        space=space,
        forms=forms,
        form=sent or forms["member"],
        listed=invitation_links.invitations_into(space.id),
        ruling=membership_policy.can_invite(current_member(), space),
        way_in=invitation_links.way_in,
        masked=invitation_links.masked,
        summary=summary_words(summary) if summary else [],
    )


@bp.post("/spaces/<slug>/invitations")
@login_required
@limiter.limit("60 per hour", key_func=member_key)
def invite(slug: str) -> ResponseReturnValue:
    """Form: `way` ("member", "mail", "list", "link") and its fields."""
    space, way = _space(slug), request.form.get("way", "member")
    form: Any = FORMS.get(way, InviteMemberForm)()
    if not form.validate():
        return _page(space, form), 422
    acts: dict[str, Callable[[Space, Any], ResponseReturnValue]] = {
        "mail": _invite_address,
        "list": _invite_list,
        "link": _make_link,
    }
    try:
        return acts.get(way, _invite_member)(space, form)
    except Invalid as error:
        form.say(error)
        return _page(space, form), 422
    except TooMany as error:
        form.form_errors.append(str(error.reason))
        return _page(space, form), 429


def _done(space: Space, words: str) -> ResponseReturnValue:
    flash(words, "success")
    return redirect(url_for("forum.list_invitations", slug=space.slug), 303)


def _invite_member(space: Space, form: InviteMemberForm) -> ResponseReturnValue:
    with unit_of_work():
        invitations.invite_member(current_member(), space, str(form.handle.data))
    return _done(space, pgettext("forum", "The invitation is sent."))


def _invite_address(space: Space, form: InviteAddressForm) -> ResponseReturnValue:
    with unit_of_work():
        invitations.invite_address(current_member(), space, str(form.email.data))
    return _done(space, pgettext("forum", "The invitation is sent."))


def _make_link(space: Space, form: LinkForm) -> ResponseReturnValue:
    with unit_of_work():
        invitations.make_link(current_member(), space, form.days.data or 0, form.uses.data or 0)
    return _done(space, pgettext("forum", "The link is ready: it is the first of the list."))


def _invite_list(space: Space, form: InviteListForm) -> ResponseReturnValue:
    """Each address in a unit of its own, so that nobody waits for two hundred mails."""
    listed = invitations.read_list(str(form.addresses.data))
    sent, needless, left = 0, 0, 0
    for place, address in enumerate(listed.addresses):
        try:
            with unit_of_work():
                invitations.invite_address(current_member(), space, address)
            sent += 1
        except Invalid:
            needless += 1
        except TooMany:
            left = len(listed.addresses) - place
            break
    summary = {"sent": sent, "needless": needless, "left": left, "unread": listed.unread}
    return _page(space, None, summary)


@bp.post("/spaces/<slug>/invitations/<public_id>/revoke")
@login_required
def revoke_invitation(slug: str, public_id: str) -> ResponseReturnValue:
    """Take an invitation back."""
    space = _space(slug)
    invitation = invitation_links.get_invitation(space.id, public_id)
    with unit_of_work():
        invitations.revoke_invitation(current_member(), invitation)
    return _done(space, pgettext("forum", "The invitation is taken back."))


@bp.get("/invitations/<token>")
def show_invitation(token: str) -> ResponseReturnValue:
    """Who invites whom into what; ended invitations say so. A visitor is brought back here after signing in or up."""
    actor = current_actor()
    invitation = invitation_links.invitation_for(actor, token)
    is_for_another = invitation.kind == "member" and invitation.user_id != actor.actor_id and not actor.is_visitor
    state = "other" if is_for_another else "open" if invitations.lets_in(actor, invitation) else invitation.state
    if isinstance(actor, User):
        session.pop(KEY, None)
        if state == "open" and membership_policy.is_in(actor, invitation.space_id):
            return redirect(url_for("forum.show_space", slug=invitation.space.slug))
    elif state == "open":
        session[KEY] = token
    page = render_template(
        "forum/show_invitation.html",
        invitation=invitation,
        space=invitation.space,
        state=state,
        token=token,
        is_own=isinstance(actor, User) and invitations.is_for(actor, invitation),
    )
    return page, 200 if state == "open" else 410


@bp.post("/invitations/<token>")
@login_required
@limiter.limit("30 per hour", key_func=member_key)
def accept_invitation(token: str) -> ResponseReturnValue:
    """Enter the space."""
    invitation = invitation_links.invitation_for(current_member(), token)
    try:
        with unit_of_work():
            space = invitations.accept_invitation(current_member(), invitation)
            slug = space.slug
    except Conflict:
        return redirect(url_for("forum.show_invitation", token=token), 303)
    flash(pgettext("forum", "You take part in this space now."), "success")
    return redirect(url_for("forum.show_space", slug=slug), 303)


@bp.post("/invitations/<token>/decline")
@login_required
def decline_invitation(token: str) -> ResponseReturnValue:
    """Say no."""
    invitation = invitation_links.invitation_for(current_member(), token)
    with unit_of_work():
        invitations.decline_invitation(current_member(), invitation)
    flash(pgettext("forum", "You have declined the invitation."), "success")
    return redirect(url_for("forum.list_spaces"), 303)


@bp.before_app_request
def lead_to_invitation() -> ResponseReturnValue | None:
    """Whoever came by an invitation and has signed in now is led back to it from the home page."""
    if request.endpoint != "site.home" or KEY not in session or current_actor().is_visitor:
        return None
    return redirect(url_for("forum.show_invitation", token=session.pop(KEY)), 302)


def summary_words(summary: dict[str, Any]) -> list[str]:
    """What became of a pasted list, in sentences that name no address."""
    said = [npgettext("forum", "%(num)d invitation sent.", "%(num)d invitations sent.", summary["sent"])]
    if summary["needless"]:
        said.append(
            npgettext(
                "forum",
                "%(num)d person takes part already or is invited.",
                "%(num)d people take part already or are invited.",
                summary["needless"],
            )
        )
    if summary["left"]:
        said.append(
            npgettext(
                "forum",
                "%(num)d was left out: you have sent as many as one may in a day.",
                "%(num)d were left out: you have sent as many as one may in a day.",
                summary["left"],
            )
        )
    if summary["unread"]:
        lines = ", ".join(map(str, summary["unread"]))
        said.append(pgettext("forum", "No address could be read in these lines: %(lines)s.", lines=lines))
    return said
