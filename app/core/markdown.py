"""CommonMark with tables, strikethrough, task lists, footnotes, autolinks and names, to HTML that is safe to show.

Rendered once, when a text is written. Nothing in the result depends on who reads it or in which interface language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.tasklists import tasklists_plugin

from app.core.marks import NOTE_ID, ROLES, Parser, file_place, use_marks

QUOTE = re.compile(r"^\[post:([0-9a-hjkmnp-tv-z]{26})\]$")
"""First line of a block quote that cites a post by its public id."""
CITE = re.compile(r'<cite data-post="([0-9a-z]{26})"></cite>')
"""The place in stored HTML where a fragment names the cited author."""
MOST_CELLS, MOST_BRACKETS = 5000, 2000
"""Beyond, a text is not read as tables or links: its author would buy seconds of work with a few kilobytes."""
_HEADING_SHIFT = 2  # a post's own title is h2: what its author calls a first heading is h3

_TAGS = {
    "a", "blockquote", "br", "cite", "code", "del", "div", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "span", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title", "id", "role", "class"},
    "cite": {"data-post"},
    "ol": {"start"},
    "td": {"class"},
    "th": {"class", "scope"},
    "div": {"class", "role", "tabindex"},
    "li": {"class", "id"},
    "span": {"data-handle", "data-tag", "data-file"},
    "sup": {"class"},
}
_BLOCK_END = re.compile(r"</(?:p|li|h[3-6]|tr|blockquote|pre)>|<br>")
_TAG = re.compile(r"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")
"""A tag of sanitised HTML: what looks like one in a text is escaped there."""
_EMPTY_LINES = re.compile(r"\n\s*\n+")
_ALIGN = re.compile(r"text-align:\s*(left|right|center)")
_SIDES = {"left": "side-start", "right": "side-end", "center": "side-mid"}


def render(source: str) -> str:
    """Sanitised HTML of a Markdown text; the same for the preview, the page, the mail and the live message."""
    return nh3.clean(
        (_parser if source.count("[") <= MOST_BRACKETS else _without_links).render(source),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="nofollow ugc noopener",
        attribute_filter=_kept,
    )


def _kept(tag: str, name: str, value: str) -> str | None:
    """Ids and roles are those of footnotes alone."""
    if name == "id":
        return value if NOTE_ID.fullmatch(value) else None
    return value if name != "role" or value in ROLES else None


def plain(html: str) -> str:
    """The words of what `render` made, for excerpts and the index: blocks are set apart by a line break."""
    return _EMPTY_LINES.sub("\n", unescape(_TAG.sub("", _BLOCK_END.sub("\n", html)))).strip()


def cited(html: str) -> list[str]:
    """Public ids of the posts that a rendered text quotes."""
    return CITE.findall(html)


def _shift_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + _HEADING_SHIFT, 6)}"


def _mark_quotes(state: StateCore) -> None:
    """Turn the first line `[post:<id>]` of a block quote into the place of a citation."""
    for opening, paragraph, inline in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if opening.type != "blockquote_open" or paragraph.type != "paragraph_open":
            continue
        children = inline.children or []
        if children and children[0].type == "text" and (match := QUOTE.match(children[0].content.strip())):
            cite = Token("html_inline", "", 0, content=f'<cite data-post="{match[1]}"></cite>')
            inline.children = [cite, *children[2 if len(children) > 1 and children[1].type == "softbreak" else 1 :]]


def _side_classes(state: StateCore) -> None:
    """Alignment of table cells as classes: no inline style, and start and end follow the direction of the text."""
    for token in state.tokens:
        if token.type in {"td_open", "th_open"}:
            if token.type == "th_open":
                token.attrSet("scope", "col")
            if match := _ALIGN.search(str(token.attrs.pop("style", ""))):
                token.attrSet("class", _SIDES[match[1]])


def _scroll(name: str) -> Any:
    """Wrap a wide block so that it scrolls inside itself, also by keyboard."""

    def rule(self: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
        if name == "table":
            return '<div class="scroll" tabindex="0"><table>\n'
        body = RendererHTML.fence if tokens[place].type == "fence" else RendererHTML.code_block
        return f'<div class="scroll" tabindex="0">{body(self, tokens, place, options, env)}</div>\n'

    return rule


def _close_table(self: RendererHTML, *_: object) -> str:
    return "</table></div>\n"


def _inline_html(self: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
    """Only what rules make: a task's box becomes a sign, a citation or a name its place. Typed HTML stays text."""
    content = tokens[place].content
    if content.startswith(("<cite data-post=", "<span data-")):
        return content
    return "☑" if "checked" in content else "☐"


def _image_as_link(self: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
    """A file of the text has its place. An image on another site would send readers' browsers there: it is a link."""
    if place_of_file := file_place(tokens[place]):
        return place_of_file
    source = str(tokens[place].attrGet("src"))
    return f'<a href="{escapeHtml(source)}">{escapeHtml(tokens[place].content or source)}</a>'


def _bounded_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table, unless its rows would be filled up to more cells than anyone reads: a few signs make many cells."""
    columns = state.src.count("|", state.bMarks[start], state.eMarks[start]) + 1
    return columns * (end - start) <= MOST_CELLS and table(state, start, end, silent)


def _make_parser() -> MarkdownIt:
    parser = Parser("commonmark", {"html": False, "linkify": True, "breaks": True})
    parser.enable(["table", "strikethrough", "linkify"])
    parser.disable(["html_block", "html_inline"])
    parser.block.ruler.at("table", _bounded_table, {"alt": ["paragraph", "reference"]})
    parser.use(tasklists_plugin)
    use_marks(parser)
    for rule in (_shift_headings, _mark_quotes, _side_classes):
        parser.core.ruler.push(rule.__name__, rule)
    parser.add_render_rule("table_open", _scroll("table"))
    parser.add_render_rule("table_close", _close_table)
    parser.add_render_rule("fence", _scroll("pre"))
    parser.add_render_rule("code_block", _scroll("pre"))
    parser.add_render_rule("html_inline", _inline_html)
    parser.add_render_rule("image", _image_as_link)
    parser.add_render_rule("s_open", lambda *_: "<del>")
    parser.add_render_rule("s_close", lambda *_: "</del>")
    return parser


_parser = _make_parser()
_without_links = _make_parser().disable(["link", "image", "footnote_ref", "footnote_def"])
