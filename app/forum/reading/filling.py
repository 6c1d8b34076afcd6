"""Fills the places that a stored text leaves open: whom it cites and names, its tags, files and footnotes.

What is filled in is in the reader's interface language, inside a text that may be in another and run the other way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, url_for
from markupsafe import Markup, escape

from app.accounts.models import User
from app.core.i18n import current_lang, direction, pgettext
from app.core.markdown import CITE
from app.core.marks import FILE, MEMBER, NOTE, NOTE_BACK, NOTE_TAG, TAG
from app.engagement.models import Attachment
from app.forum.addresses import narrowed
from app.forum.models import Post

GONE = frozenset({"closed", "anonymised"})


@dataclass(frozen=True)
class Fillings:
    """What one text may be filled with."""

    cited: Mapping[str, Post] = field(default_factory=dict)
    """Posts by public id."""
    people: Mapping[str, User] = field(default_factory=dict)
    """Members by public id."""
    files: Sequence[Attachment] = ()
    """The text's own files."""
    own: str = "0"
    """What tells the footnotes of this text from those of others on the page."""


def author_name(post: Post) -> str:
    """The author's name, or what stands for someone who closed their account."""
    return post.author.display_name if post.author else pgettext("forum", "Former member")


def fill(html: str, given: Fillings) -> Markup:
    """The words as their readers see them."""
    html = CITE.sub(lambda match: _cite(given.cited.get(match[1])), html)
    if "<span data-" in html:
        html = MEMBER.sub(lambda match: _member(given.people.get(match[1])), html)
        html = TAG.sub(lambda match: _tag(match[1], match[2]), html)
        html = _with_files(html, given.files)
    if 'role="doc-' in html:
        html = NOTE_BACK.sub(_way_back, html)
        html = NOTE_TAG.sub(lambda tag: NOTE.sub(rf"\g<1>{given.own}-", tag[0]), html)
    return Markup(html)  # noqa: S704  sanitised when it was written


def _spoken() -> str:
    return f'lang="{current_lang()}" dir="{direction(current_lang())}"'


def _cite(source: Post | None) -> str:
    if source is None or source.state == "removed":
        gone = pgettext("forum", "A message that is no longer there")
        return f"<cite><span {_spoken()}>{escape(gone)}</span></cite>"
    label = pgettext("forum", "%(name)s, message %(number)s", name=author_name(source), number=source.number)
    url = url_for("forum.show_post", public_id=source.public_id)
    return f'<cite><a href="{escape(url)}" {_spoken()}>{escape(label)}</a></cite>'


def _member(member: User | None) -> str:
    if member is None or member.status in GONE:
        return f'<span class="mention" {_spoken()}>{escape(pgettext("forum", "Former member"))}</span>'
    tongue = f' lang="{escape(member.name_lang)}"' if member.name_lang else ""
    name = f"<bdi{tongue}>@{escape(member.display_name)}</bdi>"
    if member.status != "active":
        return f'<span class="mention">{name}</span>'
    url = url_for("site.show_member", handle=member.handle)
    return f'<a class="mention" href="{escape(url)}">{name}</a>'


def _tag(slug: str, words: str) -> str:
    return f'<a class="mention" href="{escape(narrowed(url_for("forum.list_latest"), tag=slug))}">{words}</a>'


def _with_files(html: str, files: Sequence[Attachment]) -> str:
    own = {file.public_id: file for file in files}
    template: Any = current_app.jinja_env.get_template("forum/_files.html")

    def show(match: Any) -> str:
        file = own.get(match[1])
        if file is None:
            return str(match[2])
        words = Markup(match[2]).unescape() or file.alt_text  # noqa: S704 - escaped when it was rendered
        return str(template.module.picture(file, words) if file.is_image else template.module.way_to(file))

    return FILE.sub(show, html)


def unplaced(html: str, files: Sequence[Attachment]) -> list[Attachment]:
    """The files that the text does not place itself: they are shown under it."""
    placed = {match[1] for match in FILE.finditer(html)}
    return [file for file in files if file.public_id not in placed]


def _way_back(match: Any) -> str:
    label = pgettext("forum", "Back to note %(number)s in the text", number=match[1])
    return f'{match[0]} aria-label="{escape(label)}"'
