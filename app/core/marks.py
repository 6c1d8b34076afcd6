"""What texts may name besides what CommonMark knows: members, tags, emoji, files and footnotes.

Each becomes a place in the stored HTML that holds no name: whoever shows the text fills it in for its readers.
Typed HTML is text, so none of these places can be forged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from app.core.emoji import with_emoji
from app.core.slugs import slugify

HANDLE = re.compile(r'<span data-handle="([a-z0-9_-]+)">(@[\w-]+)</span>')
"""Someone named, before it is known who that is."""
MEMBER = re.compile(r'<span data-member="([0-9a-z]{26})"></span>')
"""A member named, by public id."""
TAG = re.compile(r'<span data-tag="([^"]+)">(#[\w-]+)</span>')
FILE = re.compile(r'<span data-file="([0-9a-z]{26})">([^<]*)</span>')
"""The place of one of the text's own files, and the words that stand for it."""
NOTE_TAG = re.compile(r"<(?:a|li) [^<>]*\bfn(?:ref)?-0-[^<>]*>")
NOTE = re.compile(r'((?:id="|href="#)fn(?:ref)?-)0-')
"""Ids of footnotes and the links to them, inside such a tag, where a fragment names the post instead of 0."""
NOTE_BACK = re.compile(r'<a href="#fnref-0-(\d+)(?:-\d+)?" role="doc-backlink" class="note-back"')
"""The beginning of a link from a footnote back to the text, which is named in the reader's language."""
NOTE_ID = re.compile(r"fn(ref)?-0-\d+(-\d+)?")
FILE_ADDRESS = re.compile(r"file:([0-9a-hjkmnp-tv-z]{26})")
ROLES = frozenset({"doc-noteref", "doc-backlink", "doc-endnotes"})
_NAMED = re.compile(r"(?<![\w@#/.&])(?:@(?P<handle>[A-Za-z0-9_-]{2,29}[A-Za-z0-9])|#(?P<tag>[\w-]{1,40}))(?![\w@])")


class Parser(MarkdownIt):
    """CommonMark where the address of an own file is one too."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """Whether a link may lead there."""
        return bool(FILE_ADDRESS.fullmatch(url)) or super().validateLink(url)


def use_marks(parser: MarkdownIt) -> None:
    """Teach a parser all of them."""
    parser.use(footnote_plugin, inline=False)
    parser.core.ruler.before("text_join", "names", _mark_names)
    for name, rule in _RULES.items():
        parser.add_render_rule(name, rule)


def file_place(token: Token) -> str | None:
    """The place of a file, for an image whose address is one."""
    match = FILE_ADDRESS.fullmatch(str(token.attrGet("src")))
    return f'<span data-file="{match[1]}">{escapeHtml(token.content)}</span>' if match else None


def _mark_names(state: StateCore) -> None:
    """Find names of members and tags in words, but not in code, in links, or after a backslash."""
    for block in state.tokens:
        if block.type != "inline" or not block.children:
            continue
        depth, found = 0, list[Token]()
        for token in block.children:
            depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
            if token.type == "link_open":
                _lead_to_file(token)
            found.extend(_named(token) if token.type == "text" and not depth else [token])
        block.children = found


def _lead_to_file(token: Token) -> None:
    if match := FILE_ADDRESS.fullmatch(str(token.attrGet("href"))):
        token.attrSet("href", f"/files/{match[1]}")


def _named(token: Token) -> Iterator[Token]:
    text, end = with_emoji(token.content), 0
    for match in _NAMED.finditer(text):
        place = _place(match)
        if place is None:
            continue
        yield Token("text", "", 0, content=text[end : match.start()], level=token.level)
        yield Token("html_inline", "", 0, content=place, level=token.level)
        end = match.end()
    yield Token("text", "", 0, content=text[end:], level=token.level)


def _place(match: re.Match[str]) -> str | None:
    if handle := match["handle"]:
        return f'<span data-handle="{handle.lower()}">@{handle}</span>'
    slug = slugify(match["tag"], 40)
    if slug == "-" or not any(sign.isalpha() for sign in slug):
        return None
    return f'<span data-tag="{slug}">#{match["tag"]}</span>'


def _number(token: Token) -> str:
    return str(token.meta["id"] + 1)


def _reference_id(token: Token) -> str:
    again = token.meta.get("subId") or 0
    return f"fnref-0-{_number(token)}" + (f"-{again}" if again > 0 else "")


def _reference(self: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
    number, own = _number(tokens[place]), _reference_id(tokens[place])
    return f'<sup class="note-ref"><a href="#fn-0-{number}" id="{own}" role="doc-noteref">{number}</a></sup>'


def _notes_open(self: RendererHTML, *_: object) -> str:
    return '<div class="notes" role="doc-endnotes"><ol>\n'


def _notes_close(self: RendererHTML, *_: object) -> str:
    return "</ol></div>\n"


def _note_open(self: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
    return f'<li id="fn-0-{_number(tokens[place])}">'


def _note_close(self: RendererHTML, *_: object) -> str:
    return "</li>\n"


def _way_back(self: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
    return f' <a href="#{_reference_id(tokens[place])}" role="doc-backlink" class="note-back">↩</a>'


_RULES: dict[str, Callable[..., str]] = {
    "footnote_ref": _reference,
    "footnote_block_open": _notes_open,
    "footnote_block_close": _notes_close,
    "footnote_open": _note_open,
    "footnote_close": _note_close,
    "footnote_anchor": _way_back,
}
