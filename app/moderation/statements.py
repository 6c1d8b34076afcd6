"""Statements of reasons: what was done and by which rule, in the language of the person concerned.

The sentences come from the catalogues; the operator's own wording of a reason takes the place of the shipped one.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.core.db import db
from app.core.errors import Invalid, NotFound
from app.core.i18n import INTERFACE, lazy_pgettext, speaking
from app.core.policy import Actor, require
from app.moderation import policy
from app.moderation.models import CannedText
from app.terms.reasons import REASONS

LONGEST = 2000
TOO_LONG = lazy_pgettext("moderation rule", "Shorten this text: at most %(most)s characters.")
ACTS: dict[str, Any] = {
    "hide": lazy_pgettext("statement", "We have hidden what you published: nobody but the moderators can read it now."),
    "remove": lazy_pgettext("statement", "We have removed what you published."),
    "restore": lazy_pgettext("statement", "What you published is shown again."),
    "lock": lazy_pgettext("statement", "We have closed your topic: it can be read, and takes no more replies."),
    "unlock": lazy_pgettext("statement", "Your topic takes replies again."),
    "warn": lazy_pgettext("statement", "This is a warning: nothing was hidden, and your account stays as it is."),
    "exclude": lazy_pgettext("statement", "You can no longer write in this space."),
    "suspend": lazy_pgettext("statement", "We have suspended your account: you cannot sign in until the date below."),
    "ban": lazy_pgettext("statement", "We have suspended your account without an end: you can no longer sign in."),
}
RULES: dict[str, Any] = {
    "minor_safety": lazy_pgettext(
        "statement", "Nothing here may put a child or a teenager in danger, approach them or expose them."
    ),
    "illegal_content": lazy_pgettext("statement", "We do not keep what the law forbids."),
    "hate": lazy_pgettext("statement", "Nobody is attacked here for what they are, believe or where they come from."),
    "harassment": lazy_pgettext("statement", "Nobody is pursued, insulted or threatened here."),
    "privacy": lazy_pgettext(
        "statement", "Nobody's address, telephone number, picture or private life is published without their consent."
    ),
    "fraud_offer": lazy_pgettext(
        "statement", "False offers, requests for money and false identities have no place here."
    ),
    "copyright": lazy_pgettext("statement", "What others have made is published with their permission alone."),
    "spam": lazy_pgettext("statement", "This site is free of advertising, and nothing is posted many times over."),
    "off_topic": lazy_pgettext("statement", "Each conversation keeps to its subject, so that everyone can follow it."),
    "other": lazy_pgettext("statement", "It is not in keeping with the rules of this site."),
}
"""The rule behind each reason, as it ships."""
AT_ONCE = lazy_pgettext(
    "statement", "This was done at once and by itself after a report, to protect a minor. A moderator is looking at it."
)


def rule(reason: str, lang: str) -> str:
    """The rule behind a reason in a language: the operator's wording, else the shipped one."""
    query = select(CannedText.text).where(CannedText.reason == reason, CannedText.lang == lang)
    if own := db.session.scalar(query):
        return own
    with speaking(lang):
        return str(RULES[reason])


def statement(act: str, reason: str, lang: str, words: str = "") -> str:
    """What someone is told of a decision, before anyone edits it; empty where there is nothing to tell."""
    if act not in ACTS:
        return ""
    with speaking(lang):
        parts = [str(ACTS[act])]
    if act not in {"restore", "unlock"}:
        parts.append(rule(reason, lang))
    return "\n\n".join([*parts, *([words] if words else [])])


def statement_at_once(act: str, reason: str, lang: str) -> str:
    """What someone is told of what was hidden at once."""
    with speaking(lang):
        return f"{statement(act, reason, lang)}\n\n{AT_ONCE}"


def own_texts(lang: str) -> dict[str, str]:
    """The operator's wordings in a language, by reason."""
    found = db.session.scalars(select(CannedText).where(CannedText.lang == lang))
    return {text.reason: text.text for text in found}


def shipped(lang: str) -> dict[str, str]:
    """The shipped wordings in a language, by reason."""
    with speaking(lang):
        return {reason: str(words) for reason, words in RULES.items()}


def keep_texts(actor: Actor, lang: str, texts: dict[str, str]) -> None:
    """Keep the operator's wordings of a language; an empty one, or the shipped one, falls back to what ships.

    Raises NotAllowed, NotFound, Invalid.
    """
    require(policy.can_edit_texts(actor))
    if lang not in INTERFACE:
        raise NotFound
    rows = {row.reason: row for row in db.session.scalars(select(CannedText).where(CannedText.lang == lang))}
    as_shipped = shipped(lang)
    for reason in REASONS:
        words = texts.get(reason, "").strip()
        if len(words) > LONGEST:
            raise Invalid(TOO_LONG % {"most": LONGEST}, reason)
        row = rows.get(reason)
        if not words or words == as_shipped[reason]:
            if row is not None:
                db.session.delete(row)
        elif row is None:
            db.session.add(CannedText(reason=reason, lang=lang, text=words))
        else:
            row.text = words
