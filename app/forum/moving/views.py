"""Pages on which moderators move a topic, merge it into another, split messages off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from app.accounts.actor import current_member
from app.accounts.models import User
from app.core.db import db
from app.core.errors import DomainError, NotFound
from app.core.events import unit_of_work
from app.core.i18n import pgettext
from app.core.markdown import plain
from app.core.policy import require
from app.core.typed import whole
from app.forum import policy, queries
from app.forum.addresses import topic_url
from app.forum.blueprint import bp
from app.forum.models import PAGE, Post, Topic
from app.forum.moving import relocating
from app.forum.moving.forms import MergeForm, MoveForm, RelocationForm, SplitForm
from app.forum.reading.thread import page_count

WORDS = 160
"""Characters of a message by which it is known in the list of those to split off."""


@bp.route("/topics/<public_id>/move", methods=["GET", "POST"])
@login_required
def move_topic(public_id: str) -> ResponseReturnValue:
    """Another category for a topic."""
    topic, form = _moderated(public_id), MoveForm()
    form.offer(current_member(), topic.category)

    def act() -> Topic:
        return relocating.move_topic(
            current_member(), topic, form.chosen, form.reason.data or "", accepts_readers=form.accepts_readers.data
        )

    return _answered("move_topic", topic, form, act)


@bp.route("/topics/<public_id>/merge", methods=["GET", "POST"])
@login_required
def merge_topics(public_id: str) -> ResponseReturnValue:
    """The topic that takes over the messages of this one."""
    topic, form = _moderated(public_id), MergeForm()

    def act() -> Topic:
        target = form.find(current_member())
        return relocating.merge_topics(
            current_member(), topic, target, form.reason.data or "", accepts_readers=form.accepts_readers.data
        )

    return _answered("merge_topics", topic, form, act)


@bp.route("/topics/<public_id>/split", methods=["GET", "POST"])
@login_required
def split_posts(public_id: str) -> ResponseReturnValue:
    """Messages to split off: boxes for those of a page (`?page=`), a field for the numbers of others."""
    topic, form = _moderated(public_id), SplitForm()
    form.offer(current_member(), topic.category)
    last = page_count(topic)
    page = min(max(request.args.get("page", 1, type=whole), 1), last)
    shown = _listed(topic, page)
    form.posts.choices = [SelectChoice(str(post.number), str(post.number)) for post in shown]

    def act() -> Topic:
        place = form.new_topic if form.place.data == "new" else form.find(current_member())
        return relocating.split_posts(
            current_member(), topic, form.chosen, place, form.reason.data or "",
            accepts_readers=form.accepts_readers.data,
        )  # fmt: skip

    words = {post.number: _begun(post) for post in shown}

    def page_address(number: int) -> str:
        return url_for("forum.split_posts", public_id=public_id, page=number)

    return _answered(
        "split_posts", topic, form, act, posts=shown, words=words, page=page, last_page=last, page_address=page_address
    )


def _moderated(public_id: str) -> Topic:
    topic = queries.get_topic(current_member(), public_id)
    require(policy.can_moderate(current_member(), topic))
    return topic


def _answered(
    name: str, topic: Topic, form: RelocationForm, act: Callable[[], Topic], **shown: Any
) -> ResponseReturnValue:
    """The page of a form, what stands in its way, or the way to where the topic or its messages are now."""
    address, status = topic_url(topic), 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                with unit_of_work():
                    target = act()
            except NotFound:
                raise
            except DomainError as refused:
                form.say(refused)
                status = refused.status
            else:
                flash(pgettext("forum", "Done, and noted in the log."), "success")
                return redirect(topic_url(target), 303)
    return render_template(f"forum/{name}.html", topic=topic, topic_address=address, form=form, **shown), status


def _listed(topic: Topic, page: int) -> list[Post]:
    """The messages of a page that can leave."""
    first = (page - 1) * PAGE + 1
    query = select(Post).where(
        Post.topic_id == topic.id, Post.number.between(max(first, 2), first + PAGE - 1),
        Post.state.not_in(("moved", "removed")),
    )  # fmt: skip
    authors = joinedload(Post.author).lazyload(User.roles)
    return list(db.session.scalars(query.options(authors).order_by(Post.number)))


def _begun(post: Post) -> str:
    """The beginning of what a message says; nothing of one that its author took back."""
    if post.state == "deleted_by_author":
        return ""
    text = " ".join(plain(post.html).split())
    return text if len(text) <= WORDS else f"{text[:WORDS].rsplit(' ', 1)[0]}…"
