"""The recap of a live session: messages marked while it ran, a draft made of them, a message that tells the rest."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.core.audit import audit
from app.core.db import db, lock
from app.core.errors import Conflict
from app.core.i18n import INTERFACE, pgettext, speaking
from app.core.markdown import plain
from app.core.policy import require
from app.forum import services
from app.forum.drafts import PostDraft
from app.forum.lifecycle import OUT_OF_STEP
from app.forum.models import Post
from app.forum.sessions.models import LiveSession, MarkedPost
from app.forum.sessions.policy import can_lead_session
from app.forum.sessions.questions import shown_questions
from app.forum.sessions.services import move_session

EXCERPT = 300
MARKS_AT_MOST = 60


def mark_post(actor: User, session: LiveSession, post: Post, is_wanted: bool | None = None) -> bool:
    """Mark a message for the recap, or take the mark off; by default the other of both. Raises NotAllowed, Conflict."""
    require(can_lead_session(actor, session))
    lock(session)
    if post.topic_id != session.topic_id or post.state != "visible":
        raise Conflict(OUT_OF_STEP)
    marked = db.session.get(MarkedPost, post.id)
    wanted = marked is None if is_wanted is None else is_wanted
    if marked is None and wanted:
        db.session.add(MarkedPost(post_id=post.id, topic_id=session.topic_id, marked_by_id=actor.id))
    elif marked is not None and not wanted:
        db.session.delete(marked)
    return wanted


def marked_ids(session: LiveSession) -> set[int]:
    """Ids of the messages marked for the recap."""
    return set(db.session.scalars(select(MarkedPost.post_id).where(MarkedPost.topic_id == session.topic_id)))


def marked_posts(session: LiveSession) -> list[Post]:
    """The messages marked and still shown, in the order they were said."""
    query = (
        select(Post)
        .join(MarkedPost, MarkedPost.post_id == Post.id)
        .where(MarkedPost.topic_id == session.topic_id, Post.state == "visible", Post.number.is_not(None))
        .options(joinedload(Post.author).lazyload(User.roles))
        .order_by(Post.number)
        .limit(MARKS_AT_MOST)
    )
    return list(db.session.scalars(query))


def drafted(session: LiveSession) -> str:
    """A recap to edit: each marked message quoted with the way to it, then the questions that were answered."""
    lang = session.topic.lang if session.topic.lang in INTERFACE else "fr"
    answered = shown_questions(session, ("answered",))
    with speaking(lang):
        said, asked = pgettext("forum", "What was said"), pgettext("forum", "Questions that were answered")
        parts = [f"## {said}"]
        parts += [_quoted(post) for post in marked_posts(session)]
        if answered:
            parts.append(f"## {asked}")
            parts.append("\n".join(f"- {question.body}" for question in answered))
    return "\n\n".join(parts) + "\n"


def _quoted(post: Post) -> str:
    words = " ".join(plain(post.html).split())
    short = words if len(words) <= EXCERPT else f"{words[:EXCERPT].rsplit(' ', 1)[0]}…"
    return f"> [post:{post.public_id}]\n> {short}"


def publish_recap(actor: User, session: LiveSession, draft: PostDraft) -> Post:
    """Publish the recap as a message of the topic, which is an open one from then on. Raises NotAllowed, Conflict."""
    require(can_lead_session(actor, session))
    if session.phase != "recap":
        raise Conflict(OUT_OF_STEP)
    post = services.reply(actor, session.topic, draft)
    move_session(actor, session, "close")
    session.recap_post_id = post.id
    audit(actor, "publish_recap", "post", post.id, space_id=session.topic.category.space_id)
    return post
