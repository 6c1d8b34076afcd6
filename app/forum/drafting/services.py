"""Writes of drafts. They are private to one member: no event tells of them, no consumer reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select

from app.accounts.models import User
from app.core import options
from app.core.db import db, now
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import lazy_pgettext
from app.core.policy import require
from app.forum.drafting import policy as draft_policy
from app.forum.drafting import queries
from app.forum.drafting.models import Draft
from app.forum.models import Post

MOST = options.declare(
    options.Option(
        "forum.drafts", "int", 100, lazy_pgettext("option", "Drafts a member may keep"), "forum", least=5, most=1000
    )
)
SOONEST, LATEST = timedelta(minutes=1), timedelta(days=366)
CHANGED_ELSEWHERE = lazy_pgettext("draft rule", "This draft was changed in another window or on another device.")
TOO_MANY = lazy_pgettext("draft rule", "You keep %(most)s drafts, which is the most. Publish or discard some first.")
NOT_LATER = lazy_pgettext("draft rule", "Choose a moment between one minute and one year from now.")


class DraftConflict(Conflict):
    """The draft says something else than its writer had seen; `theirs` is what it says."""

    def __init__(self, theirs: Draft) -> None:
        super().__init__(CHANGED_ELSEWHERE)
        self.theirs = theirs


@dataclass(frozen=True)
class Typed:
    """What stands in a composer, and what the composer knows of the draft it is kept in."""

    place: str
    place_id: int
    fields: dict[str, list[str]]
    client_token: str
    draft: str = ""
    """Public id of the draft, empty where the composer knows of none."""
    version: int = 0
    """The version the composer has seen."""
    writer: str = ""
    turn: int = 0
    is_apart: bool = False
    """Whether it is kept beside what is there, as a draft of its own."""
    original: str = ""
    """What stands in the place already, for an edit: to say the same is to say nothing."""

    @property
    def says_something(self) -> bool:
        """Whether anything was written."""
        said = [self.fields.get(name, [""])[0].strip() for name in ("body", "title")]
        return any(said) and said != [self.original.strip(), ""]


def keep_draft(actor: User, typed: Typed) -> Draft | None:
    """Keep what is typed; None where there is nothing to keep: nothing is written, or it was published meanwhile.

    Raises DraftConflict where the draft was changed by another window since; Invalid where there are too many.
    """
    require(draft_policy.can_keep_drafts(actor))
    draft = None if typed.is_apart else _in_hand(actor, typed)
    draft = _locked(draft) if draft else None
    if draft is None:
        return _begin(actor, typed)
    if _is_late(draft, typed) or draft.fields == typed.fields:
        return draft
    if draft.version != typed.version and not (typed.writer and draft.writer == typed.writer):
        raise DraftConflict(draft)
    if not typed.says_something:
        db.session.delete(draft)
        return None
    draft.fields, draft.writer, draft.turn = typed.fields, typed.writer, typed.turn
    draft.client_token = _free_token(actor, typed, draft)
    draft.version, draft.updated_at, draft.refusal = draft.version + 1, now(), ""
    db.session.flush()
    return draft


def _in_hand(actor: User, typed: Typed) -> Draft | None:
    """The draft that a composer writes on: the one it names, else its own by the token, else the last of that place."""
    if typed.draft:
        return queries.find_draft(actor, typed.draft)
    own = queries.draft_of_token(actor, typed.client_token)
    return own or queries.current_draft(actor, typed.place, typed.place_id)


def _locked(draft: Draft) -> Draft | None:
    """The draft read again and kept for this unit of work, or None where it is gone meanwhile."""
    statement = select(Draft).where(Draft.id == draft.id).with_for_update()
    return db.session.scalars(statement.execution_options(populate_existing=True)).first()


def _held(draft: Draft) -> Draft:
    if (kept := _locked(draft)) is None:
        raise NotFound
    return kept


def _is_late(draft: Draft, typed: Typed) -> bool:
    """Whether the same page has saved something newer already."""
    return bool(typed.writer) and draft.writer == typed.writer and typed.turn <= draft.turn


def _begin(actor: User, typed: Typed) -> Draft | None:
    db.session.execute(select(User.id).where(User.id == actor.id).with_for_update())  # one draft begun at a time
    if not typed.says_something or _is_sent(actor, typed.client_token):
        return None
    most = int(options.value(MOST.name))
    if queries.count_drafts(actor) >= most:
        raise Invalid(TOO_MANY % {"most": most}, "body")
    draft = Draft(
        user_id=actor.id, place=typed.place, place_id=typed.place_id, fields=typed.fields,
        client_token=_free_token(actor, typed), writer=typed.writer, turn=typed.turn, version=1,
    )  # fmt: skip
    db.session.add(draft)
    db.session.flush()
    return draft


def _free_token(actor: User, typed: Typed, draft: Draft | None = None) -> str:
    """The token of the form, unless another draft has it: two drafts are two messages."""
    other = queries.draft_of_token(actor, typed.client_token)
    if other is None or other is draft:
        return typed.client_token
    return draft.client_token if draft else typed.client_token[:40] + now().strftime("%y%m%d%H%M%S%f")


def _is_sent(actor: User, client_token: str) -> bool:
    """Whether the text was published already: a page that was saving meanwhile must not bring it back."""
    sent = select(Post.id).where(Post.author_id == actor.id, Post.client_token == client_token)
    return db.session.scalar(sent.limit(1)) is not None


def discard_draft(actor: User, draft: Draft) -> None:
    """Forget a draft of one's own. Raises NotAllowed."""
    require(draft_policy.can_use_draft(actor, draft))
    db.session.delete(draft)


def schedule_draft(actor: User, draft: Draft, moment: datetime) -> Draft:
    """Have a draft published later. The place was asked for the right to write there. Raises NotAllowed, Invalid."""
    draft = _held(draft)
    require(draft_policy.can_schedule_draft(actor, draft))
    if not SOONEST <= moment - now() <= LATEST:
        raise Invalid(NOT_LATER, "later_day")
    draft.publish_at, draft.refusal = moment, ""
    draft.version += 1
    return draft


def cancel_schedule(actor: User, draft: Draft) -> Draft:
    """Keep as a draft what was to be published later. Raises NotAllowed."""
    draft = _held(draft)
    require(draft_policy.can_use_draft(actor, draft))
    draft.publish_at = None
    draft.version += 1
    return draft


def take_due(draft: Draft, version: int) -> bool:
    """Take a draft out, in the unit of work that publishes it; False where its author changed or cancelled it since."""
    held = _locked(draft)
    if held is None or held.version != version or held.publish_at is None:
        return False
    db.session.delete(held)
    return True


def refuse_schedule(draft: Draft, reason: str) -> None:
    """Keep as a draft what could not be published when it was due, with the reason."""
    draft.publish_at, draft.refusal = None, reason[:500]
    draft.version, draft.updated_at = draft.version + 1, now()


def drop_published(author_id: int, client_token: str, draft: str = "") -> None:
    """Forget the draft of a text in the unit of work that publishes it: the one it names, or its token's."""
    wanted: Any = Draft.client_token == client_token
    if draft:
        wanted = or_(wanted, Draft.public_id == draft)
    db.session.execute(delete(Draft).where(Draft.user_id == author_id, wanted))


def drop_edit(author_id: int, post_id: int) -> None:
    """Forget what a member had begun to make of a post, in the unit of work that changes it."""
    begun = delete(Draft).where(Draft.user_id == author_id, Draft.place == "edit", Draft.place_id == post_id)
    db.session.execute(begun)
