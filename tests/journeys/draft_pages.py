"""Drafts of a member in every state, for the pages that show them."""

from __future__ import annotations

from datetime import timedelta

from app.accounts.models import User
from app.core.db import now
from app.core.events import unit_of_work
from app.forum.drafting.models import Draft
from app.forum.models import Topic


def begin_drafts(member: User, topic: Topic) -> str:
    """One whose place is gone, one that leaves later, one that was refused; returns the id of the first."""
    fields = {"title": ["Un titre"], "body": ["Un texte commencé, avec <signes> & tout."], "lang": ["fr"]}
    shelf = {"place": "topic", "place_id": topic.category_id}
    places = [
        {"place": "reply", "place_id": 10**9},
        shelf | {"publish_at": now() + timedelta(days=2)},
        shelf | {"refusal": "Ce sujet est fermé : on ne peut plus rien y ajouter."},
    ]
    with unit_of_work() as session:
        drafts = [
            Draft(user_id=member.id, fields=fields, client_token=f"page-{number}", **place)
            for number, place in enumerate(places)
        ]
        session.add_all(drafts)
        session.flush()
        return drafts[0].public_id
