"""Changing what is there: edit, withdraw, accept; and what a topic is called."""

from __future__ import annotations

from typing import Any

from flask import jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.actor import current_member, member_key
from app.core.asking import wants_json
from app.core.events import unit_of_work
from app.core.i18n import current_lang
from app.core.policy import require
from app.engagement.queries import tags_of
from app.extensions import csrf, limiter
from app.forum import policy, queries, services
from app.forum.addresses import topic_url
from app.forum.blueprint import bp
from app.forum.composing.answering import answered, as_member, by_member
from app.forum.drafting.keeping import Keeping
from app.forum.forms import EditForm, TopicHeadForm
from app.forum.history import wikis
from app.forum.models import Post
from app.forum.order.holding import is_edit_waiting
from app.forum.order.waiting_views import waiting_url, waits_answer
from app.forum.reading.fragments import fragments_of
from app.forum.reading.thread import heads_of


@bp.route("/posts/<public_id>/edit", methods=["GET", "POST"])
@csrf.exempt
@as_member
def edit_post(public_id: str) -> ResponseReturnValue:
    """Edit a message. Where it was edited meanwhile, both texts are shown and the one typed can still be kept."""
    member = current_member()
    post = queries.get_post(member, public_id)
    keeping = Keeping(member, "edit", post.id, lambda: policy.can_edit_post(member, post), post.body)
    form = keeping.opened(EditForm, obj=None if request.method == "POST" else post)
    form.lang.data = form.lang.data or post.lang
    form.offer_languages(member)
    form.offer_files_of(post)

    def show(**shown: Any) -> str:
        is_late = (request.method == "POST" or bool(form.draft.data)) and form.begun_at != post.edits
        theirs = post if is_late else None
        form.edits.data = str(post.edits)  # whoever has seen the other text may keep their own
        wiki = policy.can_make_wiki(member, post)
        return render_template("forum/edit_post.html", form=form, post=post, theirs=theirs, may_make_wiki=wiki, **shown)

    def save() -> ResponseReturnValue:
        draft = form.rendered(post)
        with unit_of_work():
            services.edit_post(member, post, draft, form.begun_at)
            waits = is_edit_waiting(member, post)
        return waits_answer(waiting_url(post.topic)) if waits else _changed(post, post.id)

    if request.method == "GET":
        require(policy.can_edit_post(member, post))
        return show()
    return answered(form, save, show, keeping)


@bp.route("/topics/<public_id>/edit", methods=["GET", "POST"])
@csrf.exempt
@as_member
def edit_topic(public_id: str) -> ResponseReturnValue:
    """Change title, kind, tags and language of a topic."""
    member = current_member()
    topic = queries.get_topic(member, public_id)
    form = TopicHeadForm(obj=None if request.method == "POST" else topic)
    form.offer_languages(member)
    form.offer_kinds(member, topic.category, topic.kind)
    tags_before = tags_of("topic", [topic.id])[topic.id]
    form.offer_themes(tags_before)

    def show(**shown: Any) -> str:
        return render_template("forum/edit_topic.html", form=form, topic=topic, **shown)

    def save() -> ResponseReturnValue:
        title, kind, tags = form.head
        with unit_of_work():
            services.edit_topic(member, topic, title, form.lang.data, kind, tags)
        url = topic_url(topic)
        return jsonify(url=url) if wants_json() else redirect(url, 303)

    if request.method == "GET":
        require(policy.can_edit_topic(member, topic))
        form.fill_tags(tags_before)
        return show()
    return answered(form, save, show)


@bp.post("/posts/<public_id>/withdraw")
@limiter.limit("30 per minute", key_func=member_key)
@by_member
def withdraw_post(public_id: str) -> ResponseReturnValue:
    """Take a message back: a tombstone keeps its number."""
    member = current_member()
    post = queries.get_post(member, public_id)
    with unit_of_work():
        services.withdraw_post(member, post)
    return _changed(post, post.id)


@bp.post("/posts/<public_id>/wiki")
@limiter.limit("30 per minute", key_func=member_key)
@by_member
def set_wiki(public_id: str) -> ResponseReturnValue:
    """Form or address: `wiki`, 1 to let all who may answer edit a message, 0 to end that."""
    member = current_member()
    post = queries.get_post(member, public_id)
    with unit_of_work():
        wikis.set_wiki(member, post, request.values.get("wiki") == "1")
    return _changed(post, post.id)


@bp.post("/posts/<public_id>/accept")
@limiter.limit("30 per minute", key_func=member_key)
@by_member
def accept_answer(public_id: str) -> ResponseReturnValue:
    """Accept an answer, or take that back where it is the accepted one."""
    member = current_member()
    post = queries.get_post(member, public_id)
    before = post.topic.accepted_post_id
    with unit_of_work():
        services.accept_answer(member, post)
    return _changed(post, *{post.id, before or post.id})


def _changed(post: Post, *ids: int) -> ResponseReturnValue:
    """The way to a message that changed; for a script, the messages that look different now."""
    url = topic_url(post.topic, number=post.number)
    if not wants_json():
        return redirect(url, 303)
    heads = list(heads_of(ids).values())
    carried = [
        {"id": head.public_id, "number": head.number, "state": head.state, "html": str(html)}
        for head, html in zip(heads, fragments_of(heads, current_lang()), strict=True)
    ]
    return jsonify(url=url, posts=carried)
