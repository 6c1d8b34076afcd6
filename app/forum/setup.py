"""What the forum's templates may call."""

from __future__ import annotations

from flask import Flask

from app.accounts import admission
from app.engagement.shelf import holders
from app.forum.addresses import narrowed, topic_url
from app.forum.composing import kept_composer
from app.forum.composing.file_words import file_facts
from app.forum.drafting.fields import zone_name
from app.forum.drafting.queries import files_of_drafts
from app.forum.forms import new_token
from app.forum.order.carried import files_carried
from app.forum.reading import bars, fragments, topic_page
from app.forum.reading import pages as reading
from app.forum.reading.rows import shelf_lines, topic_lines
from app.forum.spaces.invitation_links import admits
from app.forum.spaces.invitations import keep_a_use
from app.forum.tags.rules import tag_rules_of
from app.places.queries import country_name
from app.terms.reasons import shown_reason


def init_app(app: Flask) -> None:
    """Fill the template environment; nothing is kept from an application made before, which had another database."""
    app.jinja_env.globals.update(
        new_token=new_token,
        shelf_lines=shelf_lines,
        topic_lines=topic_lines,
        topic_url=topic_url,
        narrowed=narrowed,
        country_name=country_name,
        zone_name=zone_name,
        file_facts=file_facts,
        tag_rules_of=tag_rules_of,
    )
    app.jinja_env.filters["shown_reason"] = shown_reason
    admission.admitting[:] = [admission.Invites(knows=admits, keep=keep_a_use)]
    holders[:] = [files_of_drafts, files_carried]
    clear()


def clear() -> None:
    """Forget everything kept of posts and pages."""
    fragments.clear()
    bars.clear()
    kept_composer.clear()
    topic_page.clear()
    reading.clear()
