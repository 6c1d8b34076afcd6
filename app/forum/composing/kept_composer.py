"""The composer of a topic's page, rendered once per language, languages written and time zone, filled in per reader.

A form of WTForms costs a millisecond; what differs between two readers of one page are four strings.
"""

from __future__ import annotations

from flask import current_app
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from app.accounts.models import User
from app.core.cache import FragmentCache
from app.forum.composing.quoting import reply_label
from app.forum.drafting.keeping import filled
from app.forum.drafting.models import Draft
from app.forum.drafting.queries import current_draft
from app.forum.forms import PostForm, new_token, own_languages, reply_form
from app.forum.models import Topic

_cache = FragmentCache(2_000_000)
SECRET, TOKEN, TOPIC, MEMBER = "\ue000", "\ue001", "\ue002", "\ue003"
"""Marks from the private use area, which no text of the interface contains."""


def render_composer(member: User, topic: Topic, lang: str, has_draft: bool) -> Markup:
    """The form to answer a topic with, as it is before anything is typed, or with the draft that the member left."""
    draft = current_draft(member, "reply", topic.id) if has_draft else None
    if draft is not None:
        return _with_draft(member, topic, draft)
    key = (lang, own_languages(member), member.timezone)
    kept = _cache.get(key)
    if kept is None:
        kept = _cache.put(key, _marked(member, topic))
    filled = kept.replace(SECRET, generate_csrf()).replace(TOKEN, new_token())
    return Markup(filled.replace(TOPIC, topic.public_id).replace(MEMBER, member.public_id))  # noqa: S704 - a template


def _with_draft(member: User, topic: Topic, draft: Draft) -> Markup:
    form = filled(PostForm, draft)
    form.offer_languages(member)
    template = current_app.jinja_env.get_template("forum/_composer.html")
    label = reply_label(topic, form.reply_to.data or "")
    return Markup(template.module.reply_composer(form, topic, label))  # type: ignore[attr-defined]  # noqa: S704


def _marked(member: User, topic: Topic) -> str:
    form = reply_form(member)
    template = current_app.jinja_env.get_template("forum/_composer.html")
    html = str(template.module.reply_composer(form, topic))  # type: ignore[attr-defined]
    own = ((generate_csrf(), SECRET), (str(form.client_token.data), TOKEN))
    for value, mark in (*own, (topic.public_id, TOPIC), (member.public_id, MEMBER)):
        html = html.replace(value, mark)
    return html


def clear() -> None:
    """Forget every composer."""
    _cache.clear()
