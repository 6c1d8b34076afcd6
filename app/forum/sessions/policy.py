"""Who opens a live session, leads it, asks and votes in it."""

from __future__ import annotations

from app.core.i18n import lazy_pgettext
from app.core.policy import YES, Actor, Ruling, no
from app.forum.models import Category
from app.forum.policy import NOT_YOURS, TOPIC_CLOSED, can_open_topic, can_see_topic, can_write
from app.forum.sessions.models import LiveQuestion, LiveSession

OPENERS = lazy_pgettext("forum rule", "Those who lead this space open live sessions in it.")
LEADERS = lazy_pgettext("forum rule", "Only those who lead this session may do this.")
NO_MORE_QUESTIONS = lazy_pgettext("forum rule", "This session takes no more questions.")
NOT_OWN = lazy_pgettext("forum rule", "Your own question has your voice already.")
ASKING = ("planned", "live")


def can_open_session(actor: Actor, category: Category) -> Ruling:
    """Whoever leads the space; members of other roles as these come."""
    if not (opens := can_open_topic(actor, category)):
        return opens
    return YES if actor.moderates(category.space_id) else no(OPENERS)


def is_leader(actor: Actor, session: LiveSession) -> bool:
    """Whether the actor leads a session: wrote its topic, was named, or moderates the space."""
    if actor.is_visitor:
        return False
    named = {session.topic.author_id, *(host.id for host in session.hosts)}
    return actor.actor_id in named or actor.moderates(session.topic.category.space_id)


def can_lead_session(actor: Actor, session: LiveSession) -> Ruling:
    """Begin and end it, its times, slow mode, its questions, its recap."""
    if not (seen := can_see_topic(actor, session.topic)):
        return seen
    if not is_leader(actor, session):
        return no(LEADERS)
    return can_write(actor, session.topic.category.space)


def can_ask_question(actor: Actor, session: LiveSession) -> Ruling:
    """Whoever writes there asks, before the session and while it is live."""
    topic = session.topic
    if not (seen := can_see_topic(actor, topic)):
        return seen
    if not (writes := can_write(actor, topic.category.space)):
        return writes
    if topic.state != "open":
        return no(TOPIC_CLOSED)
    return YES if session.phase in ASKING else no(NO_MORE_QUESTIONS)


def can_vote(actor: Actor, session: LiveSession, question: LiveQuestion) -> Ruling:
    """Whoever may ask lends a voice to the waiting question of another."""
    if not (asks := can_ask_question(actor, session)):
        return asks
    if question.state != "waiting":
        return no(NO_MORE_QUESTIONS)
    return no(NOT_OWN) if question.author_id == actor.actor_id else YES


def can_withdraw_question(actor: Actor, session: LiveSession, question: LiveQuestion) -> Ruling:
    """Its author takes a question back."""
    if actor.is_visitor or question.author_id != actor.actor_id:
        return no(NOT_YOURS)
    return can_see_topic(actor, session.topic)
