"""What live readers of a session are told: that it moved on, and one question at a time."""

from __future__ import annotations

from app.core.db import db
from app.core.live import Message, pushes
from app.forum.sessions.events import QuestionChanged, SessionChanged
from app.forum.sessions.models import LiveQuestion, LiveSession
from app.forum.sessions.page import render_question


@pushes(SessionChanged)
def session_changed(event: SessionChanged, _lang: str) -> Message | None:
    """Its phase: the panel depends on the reader, who asks for it."""
    session = db.session.get(LiveSession, event.topic_id, populate_existing=True)
    return Message("session", {"phase": session.phase}) if session else None


@pushes(QuestionChanged)
def question_changed(event: QuestionChanged, lang: str) -> Message | None:
    """A question as every reader sees it, with its state and number of voices."""
    question = db.session.get(LiveQuestion, event.question_id, populate_existing=True)
    if question is None:
        return None
    data = {
        "id": question.public_id,
        "state": question.state,
        "votes": question.votes,
        "author": question.author_id,
        "order": question.id,
    }
    shown = question.state in {"waiting", "taken", "answered"}
    return Message("question", data, html=render_question(question, lang) if shown else "")
