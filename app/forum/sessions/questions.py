"""The questions of a live session: asked, voted for, taken one after the other, answered or dismissed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.core.audit import audit
from app.core.db import db, lock, now
from app.core.errors import Conflict, Invalid, NotFound
from app.core.events import record
from app.core.i18n import CONTENT, lazy_pgettext
from app.core.policy import Actor, require
from app.forum.lifecycle import next_state
from app.forum.models import Topic
from app.forum.sessions.events import QuestionChanged
from app.forum.sessions.lifecycle import QUESTION_STATES
from app.forum.sessions.models import QUESTION_MAX, LiveQuestion, LiveSession, QuestionVote
from app.forum.sessions.policy import can_ask_question, can_lead_session, can_vote, can_withdraw_question

WAITING_AT_MOST = 3
"""Questions of one person that may wait at the same time."""
LISTED = 100
DECISIONS = ("take", "answer", "dismiss", "put_back")
EMPTY = lazy_pgettext("forum rule", "Write your question.")
TOO_LONG = lazy_pgettext("form", "This is too long: at most %(max)d characters.")
TOO_MANY = lazy_pgettext("forum rule", "Three of your questions wait already. Take one back, or wait for an answer.")
NOBODY_ASKS = lazy_pgettext("forum rule", "No question waits.")
ANY_LANGUAGE = lazy_pgettext("forum", "Choose the language you write in.")


def ask(actor: User, session: LiveSession, body: str, lang: str, client_token: str) -> LiveQuestion:
    """Put a question. A retry with the same token returns the first. Raises NotAllowed, Invalid, Conflict."""
    lock(session)
    query = select(LiveQuestion).where(LiveQuestion.author_id == actor.id, LiveQuestion.client_token == client_token)
    if earlier := db.session.scalars(query).first():
        return earlier
    require(can_ask_question(actor, session))
    said = " ".join(body.split())
    if not said:
        raise Invalid(EMPTY, "question")
    if len(said) > QUESTION_MAX:
        raise Invalid(TOO_LONG % {"max": QUESTION_MAX}, "question")
    if lang not in CONTENT:
        raise Invalid(ANY_LANGUAGE, "lang")
    mine = select(func.count(LiveQuestion.id)).where(
        LiveQuestion.topic_id == session.topic_id, LiveQuestion.author_id == actor.id, LiveQuestion.state == "waiting"
    )
    if (db.session.scalar(mine) or 0) >= WAITING_AT_MOST:
        raise Conflict(TOO_MANY)
    asked = LiveQuestion(
        topic_id=session.topic_id, author_id=actor.id, lang=lang, body=said, client_token=client_token, votes=0,
        state="waiting",
    )  # fmt: skip
    db.session.add(asked)
    db.session.flush()
    record(QuestionChanged(session.topic_id, asked.id))
    return asked


def vote(actor: User, session: LiveSession, question: LiveQuestion, wanted: bool | None = None) -> bool:
    """Lend one's voice to a question or take it back; by default the other of both. Returns whether it has it now."""
    lock(question)
    require(can_vote(actor, session, question))
    held = db.session.get(QuestionVote, (question.id, actor.id))
    is_wanted = held is None if wanted is None else wanted
    if is_wanted is (held is not None):
        return is_wanted
    if held is None:
        db.session.add(QuestionVote(question_id=question.id, user_id=actor.id))
    else:
        db.session.delete(held)
    question.votes += 1 if is_wanted else -1
    db.session.flush()
    record(QuestionChanged(session.topic_id, question.id))
    return is_wanted


def decide(actor: User, session: LiveSession, question: LiveQuestion, action: str) -> None:
    """Take, answer, dismiss or put back a question. Raises NotAllowed, Conflict."""
    require(can_lead_session(actor, session))
    lock(question)
    _to(question, action)
    audit(actor, f"{action}_question", "topic", session.topic_id, space_id=session.topic.category.space_id,
          question=question.id)  # fmt: skip


def take_next(actor: User, session: LiveSession) -> LiveQuestion:
    """Take the question with the most voices; the one taken before counts as answered. Raises NotAllowed, Conflict."""
    require(can_lead_session(actor, session))
    lock(session)
    of_session = select(LiveQuestion).where(LiveQuestion.topic_id == session.topic_id)
    waiting = of_session.where(LiveQuestion.state == "waiting").order_by(LiveQuestion.votes.desc(), LiveQuestion.id)
    chosen = db.session.scalars(waiting.limit(1)).first()
    if chosen is None:
        raise Conflict(NOBODY_ASKS)
    for taken in db.session.scalars(of_session.where(LiveQuestion.state == "taken")):
        _to(taken, "answer")
    _to(chosen, "take")
    return chosen


def withdraw(actor: User, session: LiveSession, question: LiveQuestion) -> None:
    """Take one's own question back. Raises NotAllowed, Conflict."""
    lock(question)
    require(can_withdraw_question(actor, session, question))
    _to(question, "withdraw")


def _to(question: LiveQuestion, action: str) -> None:
    question.state = next_state(QUESTION_STATES, action, question.state)
    question.decided_at = now()
    db.session.flush()
    record(QuestionChanged(question.topic_id, question.id))


def get_question(topic: Topic, public_id: str) -> LiveQuestion:
    """A question of this topic. Raises NotFound."""
    query = select(LiveQuestion).where(LiveQuestion.public_id == public_id, LiveQuestion.topic_id == topic.id)
    if (found := db.session.scalars(query).first()) is None:
        raise NotFound
    return found


def shown_questions(
    session: LiveSession, states: Sequence[str] = ("taken", "waiting", "answered")
) -> list[LiveQuestion]:
    """Questions in these states with their authors: the taken one, then by voices."""
    order = (LiveQuestion.state != "taken", LiveQuestion.votes.desc(), LiveQuestion.id)
    query = select(LiveQuestion).where(LiveQuestion.topic_id == session.topic_id, LiveQuestion.state.in_(states))
    named = query.options(joinedload(LiveQuestion.author).lazyload(User.roles))
    return list(db.session.scalars(named.order_by(*order).limit(LISTED)))


def own_votes(actor: Actor, session: LiveSession) -> set[int]:
    """Ids of the questions of a session that have the actor's voice."""
    if actor.is_visitor:
        return set()
    query = select(QuestionVote.question_id).join(LiveQuestion, LiveQuestion.id == QuestionVote.question_id)
    return set(
        db.session.scalars(
            query.where(LiveQuestion.topic_id == session.topic_id, QuestionVote.user_id == actor.actor_id)
        )
    )
