"""Writing in the forum: topics and replies, as pages for everyone and as JSON for the composer's script."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.accounts.actor import current_member
from app.core.asking import wants_json
from app.core.db import db
from app.core.errors import Conflict
from app.core.events import unit_of_work
from app.core.i18n import current_lang, lazy_pgettext
from app.core.policy import require
from app.extensions import csrf
from app.forum import policy, queries, services
from app.forum.addresses import topic_url
from app.forum.blueprint import bp
from app.forum.composing.answering import answered, as_member
from app.forum.composing.completing_views import similar_topics
from app.forum.composing.quoting import reply_label, start_of
from app.forum.drafting.keeping import Keeping, joined
from app.forum.forms import PostForm, TopicForm, new_token
from app.forum.models import Post, Topic
from app.forum.moving.merged import replies_after_merge
from app.forum.order.waiting_views import waiting_url, waits_answer
from app.forum.reading.fragments import fragments_of
from app.forum.reading.thread import PostHead, head_of
from app.forum.sessions.live_rules import is_live

ALREADY_SENT = lazy_pgettext(
    "forum", "This message has been sent already, with another text. Edit it there, or send this one as a new message."
)


# The forms check their token themselves, so that a text sent with an old one is given back and not lost.
@bp.route("/categories/<slug>/new-topic", methods=["GET", "POST"])
@csrf.exempt
@as_member
def open_topic(slug: str) -> ResponseReturnValue:
    """The page of a new topic; publishing leads to the topic."""
    member = current_member()
    category = queries.get_category(member, slug)
    keeping = Keeping(member, "topic", category.id, lambda: policy.can_open_topic(member, category))
    form = keeping.opened(TopicForm)
    form.offer_languages(member)
    form.offer_kinds(member, category)
    form.offer_themes()
    form.begin_in(category)

    def show(**shown: Any) -> str:
        similar = similar_topics(form.title.data or "") if request.method == "POST" else []
        return render_template("forum/open_topic.html", form=form, category=category, similar=similar, **shown)

    def publish() -> ResponseReturnValue:
        draft = form.rendered()
        with unit_of_work():
            topic = services.open_topic(member, category, draft)
            sent = _as_sent(_first_post(topic), draft.post.body)
        return _answer(sent, form)

    if request.method == "POST":
        return answered(form, publish, show, keeping)
    require(policy.can_open_topic(member, category))
    return show()


@bp.route("/topics/<public_id>/reply", methods=["GET", "POST"])
@csrf.exempt
@as_member
@replies_after_merge
def reply(public_id: str) -> ResponseReturnValue:
    """Answer a topic. GET `?to=<post>&quote=<post>`: the composer with the quotation in it, or JSON for its script."""
    member = current_member()
    topic = queries.get_topic(member, public_id)
    keeping = Keeping(member, "reply", topic.id, lambda: policy.can_reply(member, topic))
    form = keeping.opened(PostForm)
    form.is_live = is_live(topic)
    form.offer_languages(member)
    if request.method == "GET":
        require(policy.can_reply(member, topic))
        start = start_of(member, topic, request.args.get("to", ""), request.args.get("quote", ""))
        if wants_json():
            return jsonify(reply_to=start.reply_to, label=start.label, body=start.body)
        form.reply_to.data = start.reply_to or form.reply_to.data
        form.body.data = joined(form.body.data or "", start.body)

    def show(**shown: Any) -> str:
        label = reply_label(topic, form.reply_to.data or "")
        return render_template("forum/reply.html", form=form, topic=topic, reply_label=label, **shown)

    def publish() -> ResponseReturnValue:
        draft = form.rendered()
        with unit_of_work():
            sent = _as_sent(services.reply(member, topic, draft), draft.body)
        return _answer(sent, form)

    return show() if request.method == "GET" else answered(form, publish, show, keeping)


def _first_post(topic: Topic) -> Post:
    return db.session.scalars(select(Post).where(Post.topic_id == topic.id).order_by(Post.id).limit(1)).one()


class Sent(NamedTuple):
    """What the answer to a sent message needs of it, noted before the rows are let go."""

    head: PostHead
    url: str
    is_other: bool
    """The same token sent another text before."""
    waits: bool
    """A moderator looks at it first."""


def _as_sent(post: Post, body: str) -> Sent:
    is_other = post.body != body and not post.edits
    waits = post.number is None
    url = waiting_url(post.topic) if waits else topic_url(post.topic, number=post.number)
    return Sent(head_of(post), url, is_other, waits)


def _answer(sent: Sent, form: PostForm | TopicForm) -> ResponseReturnValue:
    """The way to a message just sent. Raises Conflict where the same token sent another text before."""
    if sent.is_other:
        form.client_token.data = new_token()
        raise Conflict(ALREADY_SENT)
    if sent.waits:
        return waits_answer(sent.url)
    if not wants_json():
        return redirect(sent.url, 303)
    html = fragments_of([sent.head], current_lang())[0]
    return jsonify(id=sent.head.public_id, number=sent.head.number, url=sent.url, html=str(html)), 201
