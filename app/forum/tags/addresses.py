"""Addresses of lists narrowed to a tag: one address for a tag, whatever word led to it."""

from __future__ import annotations

from flask import request

from app.core.policy import Actor
from app.engagement.queries import tag_of_slug, visible_tag_ids
from app.forum.addresses import narrowed
from app.terms.queries import vocabulary


def known_by_its_tag(actor: Actor, address: str) -> str:
    """The address of this list under the tag that its `?tag=` stands for; empty where it names the tag itself.

    A word for a tag that the actor may not know of is a word like any other.
    """
    asked = request.args.get("tag", "")[:40]
    if not asked or vocabulary().get(asked):
        return ""
    tag = tag_of_slug(asked)
    if tag is not None and tag.slug != asked and visible_tag_ids(actor, [tag.id]):
        known = tag.slug
    elif tag is None and (theme := vocabulary().find(asked)):
        known = theme.slug
    else:
        return ""
    kept = {name: request.args.get(name, "") for name in ("view", "lang", "after")}
    return narrowed(address, tag=known, **kept)
