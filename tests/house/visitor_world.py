"""What visitors' pages show, and the ways in which it changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from app.accounts import services as accounts
from app.accounts.drafts import ProfileDraft
from app.accounts.models import User
from app.core import options
from app.core.db import db
from app.engagement import tag_keeping
from app.engagement.models import Tag
from app.engagement.queries import tag_of_slug
from app.forum import categories, services
from app.forum.drafts import draft_post
from app.forum.models import Topic
from app.forum.order import moderating
from app.forum.spaces import services as spaces
from app.privacy import closing
from app.terms import services as terms
from app.terms.models import Term
from tests.factories import UserFactory


@dataclass
class World:
    """One of each thing that visitors' pages show."""

    author: User
    topic: Topic
    chief: User
    pages: dict[str, str]
    """Addresses of kept pages by endpoint."""


def reply(world: World) -> None:
    services.reply(UserFactory(), world.topic, draft_post("Tout juste dit.", "fr", "now"))


def edit(world: World) -> None:
    post = services.reply(world.author, world.topic, draft_post("Dit.", "fr", "then"))
    services.edit_post(world.author, post, draft_post("Mieux dit.", "fr", ""), post.edits)


def retitle(world: World) -> None:
    services.edit_topic(world.author, world.topic, "Autrement", "fr", "question", ("nouveau",))


def hide(world: World) -> None:
    moderating.change_topic_state(world.chief, world.topic, "hide", "Hors sujet")


def pin(world: World) -> None:
    moderating.pin_topic(world.chief, world.topic, True, "À lire")


def close_space(world: World) -> None:
    space = world.topic.category.space
    spaces.edit_space(world.chief, space, spaces.SpaceDraft(space.title, space.description, "members"))


def archive_category(world: World) -> None:
    categories.archive_category(world.chief, world.topic.category)


def name_category(world: World) -> None:
    categories.edit_category(world.chief, world.topic.category, categories.CategoryDraft({"en": "Renamed"}))


def change_profile(world: World, **changes: Any) -> None:
    author = world.author
    draft = ProfileDraft(
        author.display_name, author.handle, author.name_lang, author.country, author.presentation, author.ui_lang,
        author.content_langs, author.timezone, True,
    )  # fmt: skip
    accounts.change_profile(author, author, replace(draft, **changes))


def rename(world: World) -> None:
    change_profile(world, display_name="Un autre nom")


def speak(world: World) -> None:
    change_profile(world, content_langs=["vi", "ar"])


def travel(world: World) -> None:
    change_profile(world, timezone="Asia/Tokyo", country=None)


def give_role(world: World) -> None:
    accounts.grant_role(world.chief, world.author, "moderator")


def suspend(world: World) -> None:
    accounts.suspend(world.chief, world.author, "Assez.")


def erase(world: World) -> None:
    closing.close_account(world.author, world.author)
    closing.erase_now(world.chief, world.author, "À sa demande.")


def name_site(_world: World) -> None:
    options.change(None, "site.name", "Another name")


def name_theme(world: World) -> None:
    term = db.session.scalars(select(Term).where(Term.scheme == "theme", Term.code == "health")).one()
    terms.edit_term(world.chief, term, {"en": "Being well"})


def tag(slug: str) -> Tag:
    found = tag_of_slug(slug)
    assert found
    return found


def rename_tag(world: World) -> None:
    tag_keeping.rename_tag(world.chief, tag("stage"), "Apprentissage")


def group_tags(world: World) -> None:
    tag_keeping.save_tag_group(world.chief, None, {"fr": "Partir"}, ("stage", "voyage"), is_single=False)


def merge_tags(world: World) -> None:
    tag_keeping.merge_tags(world.chief, tag("stage"), tag("voyage"))


CHANGES = (
    reply, edit, retitle, hide, pin, close_space, archive_category, name_category, rename, speak, travel, give_role,
    suspend, erase, name_site, name_theme, rename_tag, group_tags, merge_tags,
)  # fmt: skip
