"""How members are found and linked."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask import url_for
from sqlalchemy import select

from app.accounts.models import User
from app.core.db import db
from app.core.i18n import lazy_pgettext
from app.core.policy import Actor
from app.core.subjects import Link, SearchDocument, SubjectKind, register


def load(ids: Collection[int]) -> Mapping[int, User]:
    """Members by id."""
    return {row.id: row for row in db.session.scalars(select(User).where(User.id.in_(ids))).unique()}


def visible_to(_actor: Actor, ids: Collection[int]) -> set[int]:
    """Active members have a card that everyone may see."""
    return set(db.session.scalars(select(User.id).where(User.id.in_(ids), User.status == "active")))


def link(member: User) -> Link:
    """The member's card."""
    return Link(url_for("site.show_member", handle=member.handle), member.display_name, member.name_lang)


def search_document(member_id: int) -> SearchDocument | None:
    """A member is found by name, handle and presentation."""
    member = db.session.get(User, member_id, populate_existing=True)
    if member is None or member.status != "active":
        return None
    return SearchDocument(
        kind="member", id=member.id, lang=member.name_lang or member.ui_lang, title=member.display_name,
        body=f"{member.handle}\n{member.presentation}", author_id=member.id, space_id=None, date=member.created_at,
        visibility=("public",), revision=member.version,
    )  # fmt: skip


MEMBER = register(
    SubjectKind(
        name="member",
        label=lazy_pgettext("account", "People"),
        load=load,
        visible_to=visible_to,
        link=link,
        owner_id=lambda member: member.id,
        by_public_id=lambda public_id: db.session.scalars(select(User).where(User.public_id == public_id)).first(),
        search_document=search_document,
    )
)
