"""A member's own pages: bookmarks with their notes and reminders, and what they follow."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from app.accounts.actor import current_member, member_key
from app.core.asking import wants_json
from app.core.errors import DomainError
from app.core.events import unit_of_work
from app.core.i18n import pgettext
from app.core.redirects import back, local_address
from app.core.typed import one_line, whole
from app.engagement import bookmarking, own, services
from app.engagement.forms import BookmarkForm
from app.engagement.models import FOLLOW_LEVELS
from app.engagement.views import as_member, bp, named_subject
from app.extensions import limiter

VIEWS = ("all", "reminders", "due")


@bp.post("/<lang>/bookmark")
@limiter.limit("60 per minute", key_func=member_key)
@as_member
def bookmark() -> ResponseReturnValue:
    """Form: `kind`, `id`, and `next`, where to go back to afterwards. JSON: `{url}`, where its note is written."""
    name, subject_id = named_subject()
    with unit_of_work():
        mark = bookmarking.bookmark(current_member(), name, subject_id)
        mark_id = mark.id
    afterwards = local_address(request.values.get("next"), "") or None
    url = url_for("engagement.edit_bookmark", bookmark_id=mark_id, next=afterwards)
    return jsonify(url=url) if wants_json() else redirect(url, 303)


@bp.route("/<lang>/my/bookmarks/<int:bookmark_id>", methods=["GET", "POST"])
@login_required
def edit_bookmark(bookmark_id: int) -> ResponseReturnValue:
    """Note and reminder of one's own bookmark; `drop` forgets it. Form: `note`, `preset`, `day`, `clock`."""
    member = current_member()
    mark = own.get_bookmark(member, bookmark_id)
    form = BookmarkForm()  # type: ignore[no-untyped-call]
    noted = own.noted_one(member, mark)
    afterwards = back(noted.link.url if noted.link else url_for("engagement.list_bookmarks"))
    status = 200
    if request.method == "POST" and "drop" in request.form:
        return _dropped(bookmark_id, back(url_for("engagement.list_bookmarks")))
    if request.method == "GET":
        form.show(mark, member.timezone)
    elif form.validate():
        try:
            draft = form.draft(member.timezone)
            with unit_of_work():
                bookmarking.change_bookmark(member, mark, draft)
        except DomainError as refused:
            form.say(refused)
            status = refused.status
        else:
            flash(pgettext("bookmark", "Your bookmark is saved."), "success")
            return redirect(afterwards, 303)
    else:
        status = 422
    return render_template("engagement/edit_bookmark.html", form=form, noted=noted, afterwards=afterwards), status


def _dropped(bookmark_id: int, afterwards: str) -> ResponseReturnValue:
    member = current_member()
    with unit_of_work():
        bookmarking.drop_bookmark(member, own.get_bookmark(member, bookmark_id))
    flash(pgettext("bookmark", "The bookmark is gone."), "success")
    return redirect(afterwards, 303)


@bp.get("/<lang>/my/bookmarks")
@login_required
def list_bookmarks() -> ResponseReturnValue:
    """One's own bookmarks. `?q=` words of their notes, `?view=reminders` those to come, `?view=due` those that came."""
    words, view = one_line(request.args.get("q", ""))[:100], request.args.get("view", "")
    view = view if view in VIEWS else VIEWS[0]
    found = own.bookmarks_page(current_member(), words, view, request.args.get("after"))
    address = url_for("engagement.list_bookmarks")

    def narrowed(**changes: str | None) -> str:
        query = {"q": words, "view": "" if view == VIEWS[0] else view} | changes
        kept = {name: value for name, value in query.items() if value}
        return f"{address}?{urlencode(kept)}" if kept else address

    return render_template(
        "engagement/list_bookmarks.html",
        found=found,
        words=words,
        view=view,
        address=address,
        tabs=[(name, narrowed(view="" if name == VIEWS[0] else name)) for name in VIEWS],
        first_page="" if found.is_first else narrowed(),
        next_page=narrowed(after=found.next_key) if found.next_key else "",
    )


@bp.get("/<lang>/my/follows")
@login_required
def list_follows() -> ResponseReturnValue:
    """What one follows or mutes, of one kind (`?kind=`), and how one wants to follow."""
    member, kind_name = current_member(), request.args.get("kind", "")
    kind_name = kind_name if kind_name in own.FOLLOWED else own.FOLLOWED[0]
    found = own.follows_page(member, kind_name, request.args.get("after"))
    address = url_for("engagement.list_follows", kind=kind_name)
    return render_template(
        "engagement/list_follows.html",
        found=found,
        kind_name=kind_name,
        counts=own.follow_counts(member),
        tabs=[(name, url_for("engagement.list_follows", kind=name)) for name in own.FOLLOWED],
        levels=FOLLOW_LEVELS,
        tracks=own.tracks_replied(member.id),
        first_page="" if found.is_first else address,
        next_page=f"{address}&after={found.next_key}" if found.next_key else "",
    )


@bp.post("/<lang>/my/follows")
@login_required
@limiter.limit("60 per minute", key_func=member_key)
def change_follow() -> ResponseReturnValue:
    """Form: `kind`, `row` (the id in one's own list) and `level`, empty to choose nothing any more; or `tracks`."""
    member, kind_name = current_member(), request.form.get("kind", "")
    with unit_of_work():
        if "preference" in request.form:
            services.prefer_tracking(member, request.form.get("tracks") == "1")
        elif level := request.form.get("level", ""):
            services.follow(member, kind_name, request.form.get("row", 0, type=whole), level)
        else:
            services.unfollow(member, kind_name, request.form.get("row", 0, type=whole))
    flash(pgettext("follow", "Your choice is saved."), "success")
    return redirect(url_for("engagement.list_follows", kind=kind_name or None), 303)
