"""Pages of spaces that are not open to all, and of live sessions, with something on each."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.core.db import db, now
from app.core.events import unit_of_work
from app.forum.addresses import topic_slug
from app.forum.drafts import TopicDraft, draft_post
from app.forum.models import Category, Space
from app.forum.sessions import services as sessions
from app.forum.sessions.models import LiveSession
from app.forum.sessions.services import SessionDraft
from app.forum.spaces import invitations
from app.forum.spaces.announcing import Letter, quiet_link
from app.forum.spaces.invitation_links import token_of

NETWORK, BY_REQUEST = "reseau-ong", "chambres"


def _member(handle: str) -> User:
    return db.session.scalars(select(User).where(User.handle == handle)).unique().one()


def space_pages(page_type: Any, member: str, administrator: str) -> list[Any]:
    """Doors, participants, invitations, settings; a session that is live, and one whose recap is being written."""
    leader, reader = _member(administrator), _member(member)
    network = db.session.scalars(select(Space).where(Space.slug == NETWORK)).one()
    with unit_of_work():
        named = invitations.invite_member(leader, network, reader.handle)
        link = invitations.make_link(leader, network, 7, 5)
        ended = invitations.make_link(leader, network, 7, 5)
    with unit_of_work():
        invitations.revoke_invitation(leader, ended)
    live = db.session.scalars(select(LiveSession).where(LiveSession.phase == "live")).one().topic
    place = f"/topics/{live.public_id}"
    shelf = db.session.scalars(select(Category).where(Category.slug == "stages")).one()
    return [
        page_type("forum.show_space", f"/spaces/{BY_REQUEST}", member),
        page_type("forum.show_space", f"/spaces/{NETWORK}", administrator),
        page_type("forum.list_people", f"/spaces/{BY_REQUEST}/people", administrator),
        page_type("forum.list_people", f"/spaces/{NETWORK}/people?q=zzz", administrator),
        page_type("forum.list_invitations", f"/spaces/{NETWORK}/invitations", administrator),
        page_type("forum.write_to_people", f"/spaces/{NETWORK}/letter", administrator),
        page_type("forum.keep_quiet", f"/quiet/{quiet_link(reader, network).rpartition('/')[2]}"),
        page_type("forum.edit_space", f"/spaces/{NETWORK}/settings", administrator),
        page_type("forum.show_invitation", f"/invitations/{token_of(named)}", member),
        page_type("forum.show_invitation", f"/invitations/{token_of(link)}"),
        page_type("forum.show_invitation", f"/invitations/{token_of(ended)}", member, 410),
        page_type("forum.show_topic", f"{place}/{topic_slug(live)}"),
        page_type("forum.show_topic", f"{place}/{topic_slug(live)}", member),
        page_type("forum.show_topic", f"{place}/{topic_slug(live)}", administrator),
        page_type("forum.open_session", f"/categories/{shelf.slug}/new-session", administrator),
        page_type("forum.edit_session", f"{place}/session", administrator),
        page_type("forum.write_question", f"{place}/questions", member),
        page_type("forum.write_recap", f"/topics/{_recapped(leader, shelf)}/recap", administrator),
    ]


def _recapped(leader: User, shelf: Category) -> str:
    """The public id of the topic of a session whose recap is being written."""
    post = draft_post("Une heure ensemble.", "fr", "recapped")
    times = SessionDraft(now(), now() + timedelta(hours=1), "Europe/Paris")
    with unit_of_work():
        session = sessions.open_session(leader, shelf, TopicDraft("Hier en direct", "live_session", (), post), times)
    for action in ("begin", "end"):
        with unit_of_work():
            sessions.move_session(leader, session, action)
    return session.topic.public_id


def space_letters() -> list[tuple[str, dict[str, Any]]]:
    """Every mail of the spaces, with what it says."""
    space = db.session.scalars(select(Space).where(Space.slug == NETWORK)).one()
    user = SimpleNamespace(display_name="Awa", handle="awa")
    accepted = SimpleNamespace(state="accepted", reason="")
    refused = SimpleNamespace(state="refused", reason="Réservé aux chambres.")
    way = "https://example.org/fr/invitations/x"
    return [
        ("forum/invited_member", {"user": user, "host": user, "space": space, "way": way}),
        ("forum/invited", {"host": user, "space": space, "way": way, "until": now()}),
        (
            "forum/letter",
            {"member": user, "host": user, "space": space, "letter": Letter("T", "Bonjour.", "ar"), "quiet": way},
        ),
        ("forum/request", {"user": user, "asker": user, "space": space, "note": "Bonjour."}),
        ("forum/request_decided", {"user": user, "asked": accepted, "space": space}),
        ("forum/request_decided", {"user": user, "asked": refused, "space": space}),
        ("forum/removed", {"user": user, "space": space, "why": "Parti."}),
    ]
