"""A member's own topics."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from app.accounts.actor import current_member
from app.forum.addresses import narrowed
from app.forum.blueprint import bp
from app.forum.reading.own_topics import VIEWS, lately_moved, own_topics_page


@bp.get("/my/topics")
@login_required
def list_own_topics() -> ResponseReturnValue:
    """Topics one opened or wrote in. `?view=`: opened, answered, unread."""
    view = request.args.get("view", "")
    view = view if view in VIEWS else VIEWS[0]
    found = own_topics_page(current_member(), view, request.args.get("after"))
    address = url_for("forum.list_own_topics")
    kept = "" if view == VIEWS[0] else view
    return render_template(
        "forum/list_own_topics.html",
        found=found,
        moved=lately_moved(current_member()) if found.is_first else [],
        view=view,
        address=address,
        tabs=[(name, narrowed(address, view="" if name == VIEWS[0] else name)) for name in VIEWS],
        first_page="" if found.is_first else narrowed(address, view=kept),
        next_page=narrowed(address, view=kept, after=found.next_key) if found.next_key else "",
    )
