"""Voting: by a form, and by the same form sent by a script."""

from __future__ import annotations

import csv
from io import StringIO

from flask import Response, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from app.accounts.actor import current_actor, current_member, member_key
from app.core.asking import wants_json
from app.core.errors import NotFound
from app.core.events import unit_of_work
from app.core.i18n import pgettext
from app.core.policy import require
from app.extensions import limiter
from app.forum import queries
from app.forum.addresses import topic_url
from app.forum.blueprint import bp
from app.forum.composing.answering import by_member
from app.forum.models import Post
from app.forum.polls import policy, services
from app.forum.polls.cards import percent_of, poll_cards
from app.forum.polls.queries import own_votes, poll_of
from app.forum.reading.thread import heads_of

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@bp.post("/posts/<public_id>/vote")
@limiter.limit("60 per minute", key_func=member_key)
@by_member
def vote(public_id: str) -> ResponseReturnValue:
    """Form: `option` once for each answer chosen; none takes the vote back. JSON: `{html}`."""
    member = current_member()
    post = queries.get_post(member, public_id)
    chosen = [int(value) for value in request.form.getlist("option") if value.isdecimal() and len(value) < 18]
    with unit_of_work():
        services.vote(member, post, [] if "take_back" in request.form else chosen)
    return _answer(post)


@bp.post("/posts/<public_id>/poll/close")
@limiter.limit("30 per minute", key_func=member_key)
@by_member
def close_poll(public_id: str) -> ResponseReturnValue:
    """End a poll before its date."""
    member = current_member()
    post = queries.get_post(member, public_id)
    with unit_of_work():
        services.close_poll(member, post)
    return _answer(post)


def _answer(post: Post) -> ResponseReturnValue:
    if not wants_json():
        return redirect(topic_url(post.topic, number=post.number), 303)
    return jsonify(html=_card(post))


def _card(post: Post) -> str:
    actor = current_actor()
    cards = poll_cards(actor, post.topic, [heads_of([post.id])[post.id]])
    if post.id not in cards:
        raise NotFound
    return str(cards[post.id])


@bp.get("/posts/<public_id>/poll")
def show_poll(public_id: str) -> ResponseReturnValue:
    """The poll of a message as the reader sees it now: a piece of HTML for scripts."""
    answer = Response(_card(queries.get_post(current_actor(), public_id)), mimetype="text/html")
    answer.headers["Cache-Control"] = "private, no-store"
    answer.vary.add("Cookie")
    return answer


@bp.get("/posts/<public_id>/poll.csv")
def export_poll(public_id: str) -> ResponseReturnValue:
    """The counts as a table, for those who may see them; no names."""
    actor = current_actor()
    post = queries.get_post(actor, public_id)
    if post.state != "visible":
        raise NotFound
    poll = poll_of(post.id)
    require(policy.can_see_results(actor, poll, bool(own_votes(actor, [poll.id])[poll.id])))
    written = StringIO()
    table = csv.writer(written)
    table.writerow([pgettext("poll", "Answer"), pgettext("poll", "Votes"), "%"])
    for option in poll.options:
        table.writerow([_harmless(option.label), option.votes, percent_of(option.votes, poll.voters)])
    answer = Response("\ufeff" + written.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="poll-{post.public_id}.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _harmless(words: str) -> str:
    """Words that no table program takes for a formula."""
    return f"'{words}" if words.startswith(_FORMULA) else words
