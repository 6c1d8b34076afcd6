"""What a member is about to publish, rendered before any lock is taken."""

from __future__ import annotations

from dataclasses import dataclass

from app.core import markdown
from app.forum.composing.extras import NOTHING, Extras
from app.forum.composing.naming import resolve_names


@dataclass(frozen=True)
class PostDraft:
    """A post ready to be written: its text in Markdown and in HTML."""

    body: str
    html: str
    lang: str
    client_token: str
    reply_to: str = ""
    """Public id of the post replied to."""
    draft: str = ""
    """Public id of the draft it was kept in, which goes when it is published."""
    extras: Extras = NOTHING
    """Its files and its poll."""

    @property
    def cited(self) -> list[str]:
        """Public ids of the posts that it quotes."""
        return markdown.cited(self.html)


@dataclass(frozen=True)
class TopicDraft:
    """A topic ready to be opened, with its first post."""

    title: str
    kind: str
    tags: tuple[str, ...]
    post: PostDraft


def draft_post(body: str, lang: str, client_token: str, reply_to: str = "", draft: str = "") -> PostDraft:
    """Render a text; the same HTML is previewed, stored, shown and sent."""
    text = body.replace("\r\n", "\n").strip()
    return PostDraft(text, resolve_names(markdown.render(text)), lang, client_token, reply_to, draft)
