"""Spaces and categories that come from elsewhere."""

from __future__ import annotations

from typing import Any

from app.core.slugs import slugify
from app.forum.models import Category, Space
from app.transfer.batch import Batch
from app.transfer.keys import Keys
from app.transfer.values import LineError


class PlacesWriter:
    """Takes the spaces and categories of one batch; what is here under the same slug stays as it is."""

    def __init__(self, keys: Keys, batch: Batch) -> None:
        self._keys = keys
        self._batch = batch

    def take(self, kind: str, values: dict[str, Any], line: int) -> bool:
        """Add a place; whether it is new. Raises LineError."""
        slug = values["slug"] or slug_of(values["id"], kind)
        if found := self._keys.find(kind, [slug]).get(slug):
            self._keys.note(kind, values["id"], found)
            return False
        row = self._space(values, slug) if kind == "space" else self._category(values, slug)
        self._keys.note(kind, values["id"], row["id"])
        if slug != values["id"]:
            self._keys.note(kind, slug, row["id"])
        return True

    def _space(self, values: dict[str, Any], slug: str) -> dict[str, Any]:
        names = ("title", "description", "kind", "visibility", "posting", "premoderation", "langs", "position")
        shown = {name: values[name] for name in names}
        return self._batch.add_numbered(Space, slug=slug, archived_at=values["archived"], **shown)

    def _category(self, values: dict[str, Any], slug: str) -> dict[str, Any]:
        spaces = self._keys.find("space", [values["space"]])
        if values["space"] not in spaces:
            raise LineError(f"there is no space {values['space']}")
        shown = {name: values[name] for name in ("title", "description", "template", "position")}
        return self._batch.add_numbered(
            Category, slug=slug, space_id=spaces[values["space"]], is_locked=values["locked"],
            archived_at=values["archived"], topic_count=0, post_count=0, last_topic_id=None, **shown,
        )  # fmt: skip


def slug_of(name: str, kind: str) -> str:
    """The slug of a place that names none. Raises LineError."""
    slug = slugify(name, 40 if kind == "space" else 60)
    if slug == "-":
        raise LineError("slug is missing, and none can be made from the id")
    return slug
