"""What follows when a text begins or ceases to wait, and what the classifier learns from decisions on reports."""

from __future__ import annotations

from app.core.consumers import listen
from app.core.db import db
from app.core.subjects import kind
from app.forum.events import TextDecided, TextHeld
from app.forum.order.held import HeldText
from app.moderation.acts import DISMISS
from app.moderation.events import DecisionTaken, tell_desks
from app.moderation.learning import learn
from app.moderation.models import Decision

AGAINST = ("hide", "remove")
SPAM = "spam"


@listen(TextHeld)
def tell_held(event: TextHeld) -> None:
    """The moderators of the space see live that something waits."""
    _tell(event.held_id, "held", event.space_id)


@listen(TextDecided)
def tell_decided(event: TextDecided) -> None:
    """The other moderators see live that it waits no longer."""
    _tell(event.held_id, "decided", event.space_id)


def _tell(held_id: int, what: str, space_id: int) -> None:
    held = db.session.get(HeldText, held_id)
    if held is not None:
        tell_desks(what, "post", held.post_id, space_id)


@listen(DecisionTaken)
def learn_from_decision(event: DecisionTaken) -> None:
    """What was hidden or removed as advertising is learnt as such; what was reported as such and left, as fine."""
    decision = db.session.get(Decision, event.decision_id)
    if decision is None or decision.reason != SPAM or decision.act not in {*AGAINST, DISMISS}:
        return
    declared = kind(decision.subject_kind)
    subject = declared.load([decision.subject_id]).get(decision.subject_id)
    if subject is None or declared.oversight is None:
        return
    said = declared.oversight.words([subject]).get(decision.subject_id)
    if said is not None and said.html:
        learn(decision.subject_kind, decision.subject_id, "", said.html, decision.act in AGAINST)
