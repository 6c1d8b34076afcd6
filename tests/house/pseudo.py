"""A language in which every message is itself between brackets: what stands outside them was never translated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from babel.support import NullTranslations

from tests.support.html import Page

OPEN, CLOSE = "⟦", "⟧"
SAID_BY_ATTRIBUTE = (
    "title",
    "aria-label",
    "placeholder",
    "alt",
    "label",
    "data-done",
    "data-on",
    "data-off",
    "data-failed",
)
SAID_TO_SCRIPTS = "data-say"
NEVER_SHOWN = {"script", "style"}
WORD = re.compile(r"[^\W\d_]")
ADDRESS = re.compile(r"https?://\S+")


class PseudoTranslations(NullTranslations):
    """Answers every message with itself between brackets."""

    def ugettext(self, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"

    def ungettext(self, singular: str, plural: str, num: int) -> str:
        return self.ugettext(singular if num == 1 else plural)

    def upgettext(self, context: str, message: str) -> str:
        return self.ugettext(message)

    def unpgettext(self, context: str, singular: str, plural: str, num: int) -> str:
        return self.ungettext(singular, plural, num)


def escaped(page: Page, known: set[str]) -> list[str]:
    """Words of a page that no catalogue has. `known`: what members wrote, and names."""
    return [*_texts(page.root, known), *_attributes(page.root, known)]


def bare(text: str) -> str:
    """A text without the signs around it."""
    return " ".join(text.split()).strip(" ·–,:.()+@")


def _texts(root: Element, known: set[str]) -> Iterator[str]:
    depth = 0
    for text, is_free in _pieces(root, is_free=False):
        outside = ""
        for sign in text:
            depth += sign == OPEN
            outside += sign if depth == 0 else "\n"
            depth -= sign == CLOSE
        for part in outside.split("\n"):
            for said in re.split(r" [–·] |, ", ADDRESS.sub("", part)):
                if WORD.search(said) and not is_free and bare(said) not in known:
                    yield bare(said)


def _pieces(element: Element, is_free: bool) -> Iterator[tuple[str, bool]]:
    """Every text of an element, and whether it may stand as it is."""
    free = is_free or _is_free(element)
    if str(element.tag).rpartition("}")[2] in NEVER_SHOWN:
        return
    yield element.text or "", free
    for child in element:
        yield from _pieces(child, free)
        yield child.tail or "", free


def _is_free(element: Element) -> bool:
    """Texts in a language of their own (what members wrote, names of languages), names, dates, code, keys,
    initials."""
    is_in_other_language = element.get("lang") is not None and str(element.tag) != "html"
    if element.get("aria-hidden") == "true":
        return True
    return (
        is_in_other_language
        or str(element.tag) in {"bdi", "time", "textarea", "code", "kbd"}
        or element.get("dir") == "auto"
    )


def _attributes(root: Element, known: set[str]) -> Iterator[str]:
    for element in root.iter():
        for name, value in element.attrib.items():
            is_said = name in SAID_BY_ATTRIBUTE or name.startswith(SAID_TO_SCRIPTS)
            if not is_said or not WORD.search(value) or bare(value) in known:
                continue
            if not (value.startswith(OPEN) and value.endswith(CLOSE)):
                yield f"{name}={value}"
