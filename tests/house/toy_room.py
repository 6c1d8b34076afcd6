"""A later room in small: recipes. It knows the kernel and nothing else, and no other room knows it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from html import escape

from sqlalchemy import or_, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.core.audit import audit
from app.core.db import CreatedAt, IntPk, PublicId, Utc, db
from app.core.errors import Conflict
from app.core.events import Event, record, unit_of_work
from app.core.live import Message, pushes
from app.core.oversight import Oversight, Said
from app.core.policy import Actor
from app.core.subjects import (
    Link,
    SearchDocument,
    SubjectChanged,
    SubjectHidden,
    SubjectKind,
    SubjectPublished,
    unregister,
)
from app.core.subjects import register as register_kind


class ToyBase(DeclarativeBase):
    """Tables of the toy room alone: the platform's migrations do not know them."""

    type_annotation_map = {datetime: Utc}  # noqa: RUF012 - as SQLAlchemy reads it


class Recipe(ToyBase):
    """How to cook something."""

    __tablename__ = "toy_recipe"

    id: Mapped[IntPk]
    public_id: Mapped[PublicId]
    created_at: Mapped[CreatedAt]
    owner_id: Mapped[int]
    title: Mapped[str]
    steps: Mapped[str]
    is_secret: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)


@dataclass(frozen=True)
class RecipeTasted(Event):
    """Someone cooked it."""

    recipe_id: int

    @property
    def room(self) -> str:
        """The readers of the recipe."""
        return f"recipe:{self.recipe_id}"


def load(ids: Collection[int]) -> Mapping[int, Recipe]:
    """Recipes by id."""
    return {row.id: row for row in db.session.scalars(select(Recipe).where(Recipe.id.in_(ids)))}


def visible_to(actor: Actor, ids: Collection[int]) -> set[int]:
    """A secret recipe is its owner's."""
    seen = or_(Recipe.is_secret.is_(False), Recipe.owner_id == actor.actor_id)
    return set(db.session.scalars(select(Recipe.id).where(Recipe.id.in_(ids), seen)))


def document(recipe_id: int) -> SearchDocument | None:
    """What is found of a recipe."""
    row = db.session.get(Recipe, recipe_id, populate_existing=True)
    if row is None or row.is_secret:
        return None
    return SearchDocument(
        kind="recipe", id=row.id, lang="fr", title=row.title, body=row.steps, author_id=row.owner_id, space_id=None,
        date=row.created_at, visibility=("public",), revision=row.version,
    )  # fmt: skip


def ids_above(after: int, limit: int) -> list[int]:
    """Ids of all recipes, piece by piece."""
    return list(db.session.scalars(select(Recipe.id).where(Recipe.id > after).order_by(Recipe.id).limit(limit)))


def act(actor: Actor, recipe: Recipe, reason: str, *, is_secret: bool) -> None:
    """What moderators do to a recipe."""
    if recipe.is_secret is is_secret:
        raise Conflict
    recipe.is_secret = is_secret
    audit(actor, "hide" if is_secret else "restore", "recipe", recipe.id, reason)
    record((SubjectHidden if is_secret else SubjectPublished)("recipe", recipe.id))


OVERSIGHT = Oversight(
    words=lambda recipes: {one.id: Said(f"<p>{escape(one.steps)}</p>", "fr", one.owner_id) for one in recipes},
    state=lambda recipe: "hidden" if recipe.is_secret else "shown",
    acts={"hide": partial(act, is_secret=True), "restore": partial(act, is_secret=False)},
    offered=lambda recipe: ("restore",) if recipe.is_secret else ("hide",),
)
KIND = SubjectKind(
    name="recipe",
    label="Recipes",
    load=load,
    visible_to=visible_to,
    link=lambda recipe: Link(f"/fr/recipes/{recipe.public_id}", recipe.title, "fr"),
    owner_id=lambda recipe: recipe.owner_id,
    by_public_id=lambda public_id: db.session.scalars(select(Recipe).where(Recipe.public_id == public_id)).first(),
    search_document=document,
    ids=ids_above,
    fragment=lambda recipe, lang: f'<article lang="fr">{escape(recipe.steps)}</article>',
    has_room=True,
    is_discussable=True,
    is_open=lambda recipe: not recipe.is_secret,
    oversight=OVERSIGHT,
)


@contextmanager
def open_room() -> Iterator[None]:
    """Declare the kind and make the table; forget both after."""
    register_kind(KIND)
    pushes(RecipeTasted)(show_tasted)
    ToyBase.metadata.create_all(db.engine)
    try:
        yield
    finally:
        db.session.remove()
        ToyBase.metadata.drop_all(db.engine)
        unregister("recipe")


def show_tasted(event: RecipeTasted, lang: str) -> Message:
    """The recipe as it is now, for its readers."""
    recipe = load([event.recipe_id])[event.recipe_id]
    assert KIND.fragment is not None
    return Message("recipe", {"public_id": recipe.public_id}, html=KIND.fragment(recipe, lang))


def publish(owner_id: int, title: str, steps: str) -> Recipe:
    """Write a recipe down."""
    recipe = Recipe(owner_id=owner_id, title=title, steps=steps)
    with unit_of_work() as session:
        session.add(recipe)
        session.flush()
        record(SubjectPublished("recipe", recipe.id))
    return recipe


def change(recipe: Recipe, *, is_secret: bool) -> None:
    """Hide a recipe, or show it again."""
    with unit_of_work():
        recipe.is_secret = is_secret
        recipe.version += 1
        record((SubjectHidden if is_secret else SubjectChanged)("recipe", recipe.id))


def taste(recipe: Recipe) -> None:
    """Cook it once."""
    with unit_of_work():
        record(RecipeTasted(recipe.id))
