"""What members asked to have published later: published when it is due, as their own act, or kept with the reason."""

from __future__ import annotations

import logging
from typing import Any

from app.accounts.models import User
from app.core import mail
from app.core.db import db, now
from app.core.errors import DomainError, Invalid, NotAllowed, NotFound
from app.core.events import unit_of_work
from app.core.i18n import lazy_pgettext, speaking
from app.forum import services
from app.forum.drafting import queries as draft_queries
from app.forum.drafting import services as draft_services
from app.forum.drafting.keeping import filled
from app.forum.drafting.models import Draft
from app.forum.forms import PostForm, TopicForm, WritingForm
from app.forum.models import Topic

log = logging.getLogger(__name__)
GONE = lazy_pgettext("draft", "What it was written for is no longer there.")
CLOSED = lazy_pgettext("draft rule", "Your account cannot publish now.")


def publish_due() -> int:
    """Publish what is due; returns how much was. Killed at any moment, it publishes each text once the next time."""
    return sum(_attempt(draft_id) for draft_id in draft_queries.due_drafts(now()))


def _attempt(draft_id: int) -> bool:
    draft = db.session.get(Draft, draft_id, populate_existing=True)
    author = db.session.get(User, draft.user_id) if draft else None
    if draft is None or author is None or draft.publish_at is None:
        return False
    try:
        with speaking(author.ui_lang):
            return _publish(author, draft)
    except DomainError as refusal:
        _refuse(author, draft, refusal)
    except Exception:  # one text that cannot be published must not hold up the others
        log.exception("draft %s was not published when it was due", draft_id)
    return False


def _publish(author: User, draft: Draft) -> bool:
    """As the author would by the form: it is checked, the right to write there is asked, the draft goes with it."""
    if not author.is_active:
        raise NotAllowed(CLOSED)
    version, seen = draft.version, draft_queries.places_of(author, [draft]).get(draft.id)
    if seen is None:
        raise NotFound(GONE)
    if seen.topic is not None:
        return _reply(author, draft, version, seen.topic)
    form = filled(TopicForm, draft, meta=WITHOUT_TOKEN)
    form.offer_languages(author)
    form.offer_kinds(author, seen.category)
    form.offer_themes()
    _check(form)
    opening = form.rendered()
    with unit_of_work():
        if taken := draft_services.take_due(draft, version):
            services.open_topic(author, seen.category, opening)
    return taken


def _reply(author: User, draft: Draft, version: int, topic: Topic) -> bool:
    form = filled(PostForm, draft, meta=WITHOUT_TOKEN)
    form.offer_languages(author)
    _check(form)
    reply = form.rendered()
    with unit_of_work():
        if taken := draft_services.take_due(draft, version):
            services.reply(author, topic, reply)
    return taken


WITHOUT_TOKEN: dict[str, Any] = {"csrf": False}
"""No page sent the form: there is no session to compare it with."""


def _check(form: WritingForm) -> None:
    """Raises Invalid with the first thing that stands in the way."""
    if not form.validate():
        raise Invalid(next(iter([*form.form_errors, *(field.errors[0] for field in form if field.errors)])))


def _refuse(author: User, draft: Draft, refusal: DomainError) -> None:
    """Keep the text as a draft and tell its author why it did not leave."""
    with speaking(author.ui_lang):
        reason = str(refusal.reason)
    with unit_of_work():
        kept = db.session.get(Draft, draft.id, populate_existing=True)
        if kept is None or kept.publish_at is None:
            return
        draft_services.refuse_schedule(kept, reason)
        if author.email and author.is_active:
            said: dict[str, Any] = {"user": author, "reason": reason, "draft": kept, "title": kept.first("title")}
            mail.send(author.email, "forum/not_published", author.ui_lang, **said)
