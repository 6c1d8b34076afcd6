"""Pages as a browser parses them: a page that is not well formed fails the test that reads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import html5lib


class Page:
    """A parsed page."""

    def __init__(self, text: str) -> None:
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        self.text = text
        self.root: Element = parser.parse(text)

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements of that tag with these attribute values; `class_` asks for one class among others."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        named = (element for element in self.root.iter() if str(element.tag).rpartition("}")[2] == tag)
        return [element for element in named if _has(element, wanted)]

    def one(self, tag: str, **attributes: str) -> Element:
        """The only element of that tag with these attributes."""
        (found,) = self.all(tag, **attributes)
        return found

    def title(self) -> str:
        return words(self.one("title"))

    def links(self, **attributes: str) -> list[str]:
        """Addresses of the links with these attributes."""
        return [link.get("href", "") for link in self.all("a", **attributes)]


def words(element: Element) -> str:
    """The text of an element, its spaces put together."""
    return " ".join("".join(element.itertext()).split())


def attributes_of(page: Page) -> Iterator[tuple[str, str, str]]:
    """(tag, attribute, value) of every attribute of a page."""
    for element in page.root.iter():
        for name, value in element.attrib.items():
            yield str(element.tag), name, value


def _has(element: Any, wanted: dict[str, str]) -> bool:
    return all(
        value in element.get(name, "").split() if name == "class" else element.get(name) == value
        for name, value in wanted.items()
    )
