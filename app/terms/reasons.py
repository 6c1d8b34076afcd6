"""Why something is reported and decided upon: the reasons of a notice, in the order in which they are offered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.i18n import lazy_pgettext


@dataclass(frozen=True)
class Reason:
    """One reason. The higher the gravity, the sooner it is looked at."""

    code: str
    label: Any
    help: Any
    gravity: int
    is_urgent: bool = False
    """Whether it goes to the top of the queue, to be looked at within a day."""


_ALL = (
    Reason("minor_safety", lazy_pgettext("reason", "Safety of a minor"),
           lazy_pgettext("reason", "A child or a teenager is in danger, approached or shown."), 5, True),
    Reason("illegal_content", lazy_pgettext("reason", "Illegal content"),
           lazy_pgettext("reason", "The law forbids it: threats, incitement, stolen goods."), 4, True),
    Reason("hate", lazy_pgettext("reason", "Hatred"),
           lazy_pgettext("reason", "It attacks people for what they are."), 3),
    Reason("harassment", lazy_pgettext("reason", "Harassment"),
           lazy_pgettext("reason", "It targets or pursues a person."), 3),
    Reason("privacy", lazy_pgettext("reason", "Privacy"),
           lazy_pgettext("reason", "It gives away what concerns a person: address, telephone, picture."), 2),
    Reason("fraud_offer", lazy_pgettext("reason", "Fraud"),
           lazy_pgettext("reason", "A false offer, a request for money, someone else's name."), 2),
    Reason("copyright", lazy_pgettext("reason", "Copyright"),
           lazy_pgettext("reason", "A work shown without the permission of its author."), 1),
    Reason("spam", lazy_pgettext("reason", "Advertising"),
           lazy_pgettext("reason", "Unwanted advertising, or the same text many times."), 1),
    Reason("off_topic", lazy_pgettext("reason", "Off topic"),
           lazy_pgettext("reason", "It does not belong here and disturbs the conversation."), 0),
    Reason("other", lazy_pgettext("reason", "Another reason"),
           lazy_pgettext("reason", "Say which one in your own words."), 0),
)  # fmt: skip
REASONS: dict[str, Reason] = {reason.code: reason for reason in _ALL}


def shown_reason(words: str) -> str:
    """What readers are told: the name of a reason in their language, or the words of whoever decided."""
    return str(REASONS[words].label) if words in REASONS else words
