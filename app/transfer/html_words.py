"""The words of a mail that was written in HTML alone, as Markdown that reads like a mail."""

from __future__ import annotations

import re
from html.parser import HTMLParser

LONGEST = 400_000
_BLOCKS = {"p", "div", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "section", "article"}
_UNSEEN = {"script", "style", "head", "title", "template"}


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self._depth = self._unseen = 0
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "br":
            self._break()
        elif tag == "blockquote":
            self._quote(self._depth + 1)
        elif tag == "li":
            self._break()
            self.lines[-1] += "- "
        elif tag in _BLOCKS:
            self._break(blank=tag == "p")
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self.lines[-1])))

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(self._unseen - 1, 0)
        elif tag == "blockquote":
            self._quote(self._depth - 1)
        elif tag in _BLOCKS:
            self._break(blank=tag == "p")
        elif tag == "a" and self._links:
            self._name_link(*self._links.pop())

    def _name_link(self, href: str, start: int) -> None:
        said = self.lines[-1][start:].strip()
        if href.startswith(("http://", "https://")) and said and href.rstrip("/") not in said and " " not in href:
            self.lines[-1] += f" <{href}>"

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.lines[-1] += re.sub(r"\s+", " ", data) if self.lines[-1].strip(" >") else data.lstrip()

    def _quote(self, depth: int) -> None:
        """What follows is quoted so deep; an empty line stands between."""
        self._depth = min(max(depth, 0), 5)
        self.lines += ["", "> " * self._depth]

    def _break(self, *, blank: bool = False) -> None:
        marks = "> " * self._depth
        if blank and self.lines[-1].strip(" >"):
            self.lines.append(marks)
        self.lines.append(marks)


def words_of(html: str) -> str:
    """The text of an HTML mail: quotations marked by `>`, links by their address. Never fails on what is badly made."""
    reader = _Words()
    try:
        reader.feed(html[:LONGEST])
        reader.close()
    except (AssertionError, ValueError):  # what the parser of the library gives up on
        return re.sub(r"<[^>]{0,2000}>", " ", html[:LONGEST])
    lines = [" ".join(line.split()) if line.strip() else "" for line in reader.lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
