"""The lifecycles of the domain as the services run them: the states, the acts, which pairs are allowed and what they
record, and how a thing is put into a state."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from app.accounts import admission
from app.accounts import services as accounts
from app.accounts.models import User
from app.core.db import db, now
from app.core.events import unit_of_work
from app.forum import services as forum
from app.forum.drafting import services as drafting
from app.forum.drafting.models import Draft
from app.forum.drafts import TopicDraft, draft_post
from app.forum.models import Post
from app.forum.order import approving, moderating
from app.forum.order.held import HeldText
from app.forum.sessions import services as sessions
from app.forum.sessions.models import LiveSession
from app.forum.spaces import invitations, membership
from app.forum.spaces.models import SpaceInvitation, SpaceRequest
from app.moderation import appealing, deciding
from app.moderation.drafts import DecisionDraft
from app.moderation.models import Appeal, Report
from app.privacy import closing
from tests.factories import CategoryFactory, SpaceFactory, UserFactory
from tests.support.forum import opened, replied
from tests.support.moderation import appealed, case_of, decided, reported

_count = itertools.count()


@dataclass(frozen=True)
class Case:
    """A thing whose states are walked, with those who act on it."""

    thing: Any
    keeper: User
    owner: User


Do = Callable[[Case], object]


@dataclass(frozen=True)
class Lifecycle:
    """`allowed`: state and act lead to a state and record these events. Every other pair is refused: by policy where it
    looks at the state itself (`ruled`), as not there (`missing`), else because it is out of step."""

    make: Callable[[], Case]
    states: tuple[str, ...]
    acts: dict[str, Do]
    allowed: dict[tuple[str, str], tuple[str, set[str]]]
    put: Callable[[Case, str], None] = lambda case, state: _put(case.thing, state=state)
    state_of: Callable[[Any], str] = lambda thing: str(thing.state)
    ruled: set[tuple[str, str]] = field(default_factory=set)
    missing: set[tuple[str, str]] = field(default_factory=set)


def _put(thing: Any, **values: Any) -> None:
    with unit_of_work():
        for name, value in values.items():
            setattr(thing, name, value)


def _topic() -> Case:
    category, author = CategoryFactory(), UserFactory()
    return Case(opened(author, category), UserFactory(role="moderator", space=category.space), author)


def _post() -> Case:
    case = _topic()
    return Case(replied(case.owner, case.thing), case.keeper, case.owner)


def _held() -> Case:
    case = _post()
    with unit_of_work() as session:
        post = case.thing
        post.state, post.number = "pending", None
        held = HeldText(post_id=post.id, kind="post", author_id=case.owner.id, space_id=post.topic.category.space_id,
                        lang="fr")  # fmt: skip
        session.add(held)
    return Case(held, case.keeper, case.owner)


def _put_held(case: Case, state: str) -> None:
    posts = {"waiting": "pending", "approved": "visible", "refused": "refused", "withdrawn": "deleted_by_author"}
    _put(case.thing.post, state=posts[state])
    _put(case.thing, state=state)


def _account() -> Case:
    member = UserFactory()
    with unit_of_work() as session:
        session.add(admission.JoinRequest(user_id=member.id, motive="Bonjour"))
    return Case(member, UserFactory(role="administrator"), member)


def _put_account(case: Case, status: str) -> None:
    _put(case.thing, status=status, active=status == "active")
    with unit_of_work() as session:
        for kept in session.query(closing.AccountClosing).all():
            session.delete(kept)
    if status in {"closed", "anonymised"}:
        with unit_of_work() as session:
            session.add(closing.AccountClosing(user_id=case.thing.id, due_at=now() + timedelta(days=3), was="active"))


def _closing(case: Case) -> closing.AccountClosing:
    """The closing of an account; one is made up for an account that is not closed."""
    kept = db.session.get(closing.AccountClosing, case.thing.id)
    return kept or closing.AccountClosing(user=case.thing, user_id=case.thing.id, was="active", due_at=now())


def _report() -> Case:
    case = _post()
    report: Report = reported(UserFactory(), case.thing)
    return Case(report, case.keeper, case.owner)


def _decide(act: str) -> Do:
    def run(case: Case) -> object:
        post = db.session.get(Post, case.thing.subject_id)
        return deciding.decide(case.keeper, case_of(post), DecisionDraft(act, "spam"))

    return run


def _appeal() -> Case:
    case = _post()
    filed: Appeal = appealed(decided(case.keeper, case.thing))
    space = case.thing.topic.category.space
    return Case(filed, UserFactory(role="moderator", space=space), case.owner)


def _session() -> Case:
    category = CategoryFactory()
    leader = UserFactory(role="facilitator", space=category.space)
    draft = TopicDraft("Une heure", "live_session", (), draft_post("Venez.", "fr", f"life-{next(_count)}"))
    times = sessions.SessionDraft(now() + timedelta(minutes=5), now() + timedelta(hours=1), "Europe/Paris")
    with unit_of_work():
        session: LiveSession = sessions.open_session(leader, category, draft, times)
    return Case(session, leader, leader)


def _request() -> Case:
    space, asker = SpaceFactory(visibility="request"), UserFactory()
    with unit_of_work():
        asked: SpaceRequest = membership.ask_to_join(asker, space, "Bonjour")
    return Case(asked, UserFactory(role="facilitator", space=space), asker)


def _invitation() -> Case:
    space, guest = SpaceFactory(visibility="closed"), UserFactory()
    leader = UserFactory(role="facilitator", space=space)
    with unit_of_work():
        made: SpaceInvitation = invitations.invite_member(leader, space, guest.handle)
    return Case(made, leader, guest)


def _put_invitation(case: Case, state: str) -> None:
    one: SpaceInvitation = case.thing
    fields = {"open": {}, "used": {"uses": 1}, "expired": {"expires_at": now() - timedelta(days=1)},
              "revoked": {"revoked_at": now()}}[state]  # fmt: skip
    _put(one, **{"uses": 0, "most_uses": 1, "revoked_at": None, "expires_at": now() + timedelta(days=1)} | fields)


def _draft() -> Case:
    author, category = UserFactory(), CategoryFactory()
    with unit_of_work() as session:
        kept = Draft(user_id=author.id, place="topic", place_id=category.id, client_token=f"life-{next(_count)}",
                     fields={"body": ["Un texte."]})  # fmt: skip
        session.add(kept)
    return Case(kept, author, author)


def _draft_state(draft: Any) -> str:
    if db.session.get(Draft, draft.id) is None:
        return "gone"
    if draft.publish_at is not None:
        return "scheduled"
    return "refused" if draft.refusal else "draft"


def _put_draft(case: Case, state: str) -> None:
    later = now() + timedelta(days=1) if state == "scheduled" else None
    _put(case.thing, publish_at=later, refusal="Fermé" if state == "refused" else "")


def _topic_act(action: str) -> Do:
    return lambda case: moderating.change_topic_state(case.keeper, case.thing, action, "Raison")


SHOWN = {"SubjectPublished"}
GONE = {"SubjectHidden"}
TOPIC_STATES = ("pending", "refused", "withdrawn", "open", "locked", "hidden", "removed", "merged")
POST_STATES = ("pending", "refused", "visible", "deleted_by_author", "hidden_by_moderator", "removed")
LIFECYCLES: dict[str, Lifecycle] = {
    "topic": Lifecycle(
        _topic, TOPIC_STATES,
        {act: _topic_act(act) for act in ("lock", "unlock", "hide", "restore", "remove", "reinstate")},
        {
            ("open", "lock"): ("locked", {"TopicChanged"}), ("locked", "unlock"): ("open", {"TopicChanged"}),
            ("open", "hide"): ("hidden", GONE), ("locked", "hide"): ("hidden", GONE),
            ("hidden", "restore"): ("open", SHOWN), ("hidden", "remove"): ("removed", set()),
            ("open", "remove"): ("removed", GONE), ("locked", "remove"): ("removed", GONE),
            ("removed", "reinstate"): ("open", SHOWN),
        },
        ruled=set(itertools.product(
            ("pending", "refused", "withdrawn", "removed"), ("lock", "unlock", "hide", "restore", "remove")
        )),
    ),
    "post": Lifecycle(
        _post, POST_STATES,
        {
            "hide": lambda case: moderating.hide_post(case.keeper, case.thing, "Raison"),
            "restore": lambda case: moderating.restore_post(case.keeper, case.thing, "Raison"),
            "remove": lambda case: moderating.remove_post(case.keeper, case.thing, "Raison"),
            "reinstate": lambda case: moderating.reinstate_post(case.keeper, case.thing, "Raison"),
            "withdraw": lambda case: forum.withdraw_post(case.owner, case.thing),
        },
        {
            ("visible", "hide"): ("hidden_by_moderator", {"PostHidden", *GONE}),
            ("visible", "remove"): ("removed", {"PostHidden", *GONE}),
            ("visible", "withdraw"): ("deleted_by_author", {"PostWithdrawn", *GONE}),
            ("hidden_by_moderator", "restore"): ("visible", {"PostRestored", *SHOWN}),
            ("hidden_by_moderator", "remove"): ("removed", {"PostHidden", *GONE}),
            ("removed", "reinstate"): ("visible", {"PostRestored", *SHOWN}),
        },
        ruled={(state, "withdraw") for state in POST_STATES},
    ),
    "waiting text": Lifecycle(
        _held, ("waiting", "approved", "refused", "withdrawn"),
        {
            "approve": lambda case: approving.approve(case.keeper, case.thing),
            "refuse": lambda case: approving.refuse(case.keeper, case.thing, "Raison"),
            "withdraw": lambda case: approving.take_back(case.owner, case.thing),
        },
        {
            ("waiting", "approve"): ("approved", {"TextDecided", "PostPublished", *SHOWN}),
            ("waiting", "refuse"): ("refused", {"TextDecided"}),
            ("waiting", "withdraw"): ("withdrawn", {"TextDecided"}),
            ("refused", "withdraw"): ("withdrawn", {"TextDecided"}),
        },
        put=_put_held,
    ),
    "report": Lifecycle(
        _report, ("new", "triaged", "actioned", "dismissed", "closed"),
        {"hide": _decide("hide"), "dismiss": _decide("dismiss"), "close": lambda case: appealing.close(case.thing)},
        {
            ("new", "hide"): ("actioned", {"DecisionTaken", "PostHidden"}),
            ("triaged", "hide"): ("actioned", {"DecisionTaken", "PostHidden"}),
            ("new", "dismiss"): ("dismissed", {"DecisionTaken"}),
            ("triaged", "dismiss"): ("dismissed", {"DecisionTaken"}),
            ("actioned", "close"): ("closed", set()), ("dismissed", "close"): ("closed", set()),
            # What is settled stays settled: a new decision on the post is another matter.
            ("actioned", "hide"): ("actioned", {"DecisionTaken"}),
            ("dismissed", "hide"): ("dismissed", {"DecisionTaken"}),
            ("closed", "hide"): ("closed", {"DecisionTaken"}),
        },
    ),
    "appeal": Lifecycle(
        _appeal, ("open", "upheld", "rejected"),
        {
            "uphold": lambda case: appealing.decide_appeal(case.keeper, case.thing, "uphold", ""),
            "reject": lambda case: appealing.decide_appeal(case.keeper, case.thing, "reject", "Raison"),
        },
        {
            ("open", "uphold"): ("upheld", {"AppealDecided", "PostRestored"}),
            ("open", "reject"): ("rejected", {"AppealDecided"}),
        },
    ),
    "account": Lifecycle(
        _account, ("pending", "waiting", "refused", "active", "suspended", "closed", "anonymised"),
        {
            "let in": lambda case: admission.let_in(case.keeper, case.thing.id),
            "turn away": lambda case: admission.turn_away(case.keeper, case.thing.id, "Raison"),
            "suspend": lambda case: accounts.suspend(case.keeper, case.thing, "Raison"),
            "reinstate": lambda case: accounts.reinstate(case.keeper, case.thing, "Raison"),
            "close": lambda case: closing.close_account(case.keeper, case.thing, "Raison"),
            "reopen": lambda case: closing.reopen(_closing(case)),
            "erase": lambda case: closing.erase_now(case.keeper, case.thing, "Raison"),
        },
        {
            ("waiting", "let in"): ("active", {"MemberJoined", *SHOWN}),
            ("waiting", "turn away"): ("refused", set()),
            ("active", "suspend"): ("suspended", {"RightsChanged", *GONE}),
            ("suspended", "reinstate"): ("active", {"RightsChanged", *SHOWN}),
            ("active", "close"): ("closed", {"RightsChanged", *GONE}),
            ("suspended", "close"): ("closed", {"RightsChanged", *GONE}),
            ("closed", "reopen"): ("active", {"RightsChanged", *SHOWN}),
            ("closed", "erase"): ("anonymised", {"RightsChanged", "SubjectRemoved"}),
        },
        put=_put_account,
        state_of=lambda member: str(member.status),
        ruled={(state, "erase") for state in ("pending", "waiting", "refused", "active", "suspended", "anonymised")},
        missing=set(itertools.product(
            ("pending", "refused", "active", "suspended", "closed", "anonymised"), ("let in", "turn away")
        )),
    ),
    "live session": Lifecycle(
        _session, ("planned", "live", "recap", "over"),
        {
            act: lambda case, act=act: sessions.move_session(case.keeper, case.thing, act)  # type: ignore[misc]
            for act in ("begin", "end", "resume", "close", "lapse")
        },
        {
            ("planned", "begin"): ("live", {"SessionChanged"}), ("live", "end"): ("recap", {"SessionChanged"}),
            ("recap", "resume"): ("live", {"SessionChanged"}), ("recap", "close"): ("over", {"SessionChanged"}),
        },
        put=lambda case, state: _put(case.thing, phase=state),
        state_of=lambda session: str(session.phase),
    ),
    "space request": Lifecycle(
        _request, ("waiting", "accepted", "refused", "withdrawn"),
        {
            "accept": lambda case: membership.accept_request(case.keeper, case.thing),
            "refuse": lambda case: membership.refuse_request(case.keeper, case.thing, "Raison"),
            "withdraw": lambda case: membership.withdraw_request(case.owner, case.thing),
        },
        {
            ("waiting", "accept"): ("accepted", {"RightsChanged"}), ("waiting", "refuse"): ("refused", set()),
            ("waiting", "withdraw"): ("withdrawn", set()),
        },
    ),
    "invitation": Lifecycle(
        _invitation, ("open", "used", "expired", "revoked"),
        {
            "accept": lambda case: invitations.accept_invitation(case.owner, case.thing),
            "decline": lambda case: invitations.decline_invitation(case.owner, case.thing),
            "revoke": lambda case: invitations.revoke_invitation(case.keeper, case.thing),
        },
        {
            ("open", "accept"): ("used", {"RightsChanged"}), ("open", "decline"): ("revoked", set()),
            ("open", "revoke"): ("revoked", set()),
        },
        put=_put_invitation,
    ),
    "draft": Lifecycle(
        _draft, ("draft", "scheduled", "refused"),
        {
            "schedule": lambda case: drafting.schedule_draft(case.owner, case.thing, now() + timedelta(days=2)),
            "cancel": lambda case: drafting.cancel_schedule(case.owner, case.thing),
            "discard": lambda case: drafting.discard_draft(case.owner, case.thing),
        },
        {
            ("draft", "schedule"): ("scheduled", set()), ("refused", "schedule"): ("scheduled", set()),
            ("scheduled", "schedule"): ("scheduled", set()),
            ("scheduled", "cancel"): ("draft", set()),
            ("draft", "cancel"): ("draft", set()), ("refused", "cancel"): ("refused", set()),
            ("draft", "discard"): ("gone", set()), ("scheduled", "discard"): ("gone", set()),
            ("refused", "discard"): ("gone", set()),
        },
        put=_put_draft,
        state_of=_draft_state,
    ),
}  # fmt: skip
