"""How members are found and linked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import lazyload

from app.accounts.models import User
from app.accounts.oversight import MEMBER_OVERSIGHT
from app.core.db import IDS, db
from app.core.i18n import lazy_pgettext
from app.core.policy import Actor
from app.core.subjects import Link, SearchDocument, SubjectKind, register

_LOADED = select(User).where(User.id.in_(IDS)).options(lazyload(User.roles))
_ACTIVE = select(User.id).where(User.id.in_(IDS), User.status == "active")


def load(ids: Collection[int]) -> Mapping[int, User]:
    """Members by id."""
    return {row.id: row for row in db.session.scalars(_LOADED, {"ids": list(ids)})}


_NAMED = select(User.id, User.handle, User.display_name, User.name_lang).where(User.id.in_(IDS))


def _named(ids: Collection[int]) -> Mapping[int, Any]:
    return {row.id: row for row in db.session.execute(_NAMED, {"ids": list(ids)})}


def visible_to(_actor: Actor, ids: Collection[int]) -> set[int]:
    """Active members have a card that everyone may see."""
    return set(db.session.scalars(_ACTIVE, {"ids": list(ids)}))


def link(member: User) -> Link:
    """The member's card."""
    return Link(url_for("site.show_member", handle=member.handle), member.display_name, member.name_lang)


def search_documents(ids: Collection[int]) -> Mapping[int, SearchDocument]:
    """Members are found by name, handle and presentation."""
    fresh = _LOADED.where(User.status == "active").execution_options(populate_existing=True)
    return {member.id: _document(member) for member in db.session.scalars(fresh, {"ids": list(ids)})}


def _ids(after: int, limit: int) -> Sequence[int]:
    return db.session.scalars(select(User.id).where(User.id > after).order_by(User.id).limit(limit)).all()


def _document(member: User) -> SearchDocument:
    return SearchDocument(
        kind="member", id=member.id, lang=member.name_lang or member.ui_lang, title=member.display_name,
        body=f"{member.presentation}\n@{member.handle}", author_id=member.id, space_id=None, date=member.created_at,
        visibility=("public",), revision=member.version,
    )  # fmt: skip


MEMBER = register(
    SubjectKind(
        name="member",
        label=lazy_pgettext("account", "People"),
        label_of_one=lazy_pgettext("account", "Person"),
        load=load,
        named=_named,
        visible_to=visible_to,
        link=link,
        owner_id=lambda member: member.id,
        by_public_id=lambda public_id: db.session.scalars(select(User).where(User.public_id == public_id)).first(),
        search_document=lambda member_id: search_documents([member_id]).get(member_id),
        search_documents=search_documents,
        ids=_ids,
        oversight=MEMBER_OVERSIGHT,
    )
)
