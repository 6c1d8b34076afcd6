"""What the classifier reads of a text: its words in any script, where its links lead, and a few traits of its form."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from app.core.markdown import plain

MOST = 400
"""Features of one text: the first ones say enough."""
_WORD = re.compile(r"[^\W\d_]{2,40}")
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_HREF = re.compile(r'<a\s[^>]*href="(https?://[^"]+)"')
_PHONE = re.compile(r"(?:\d[\s().-]?){8,}")
_MONEY = re.compile(r"[€$£¥]\s?\d|\d\s?[€$£¥]")


def features(title: str, html: str) -> dict[str, str]:
    """Features of a text by name, each with the words of the text that show it."""
    text = unicodedata.normalize("NFKC", f"{title}\n{plain(html)}")
    found: dict[str, str] = {}
    for match in _WORD.finditer(text):
        for word in _parts(match.group()):
            found.setdefault(f"w:{word.casefold()}", word)
    for link in links(html):
        host = (urlsplit(link).hostname or "").removeprefix("www.")
        found.setdefault(f"l:{host}", host)
        found.setdefault(f"l:.{host.rpartition('.')[2]}", f".{host.rpartition('.')[2]}")
    found |= _traits(title, text, len(links(html)))
    return dict(list(found.items())[:MOST])


def links(html: str) -> list[str]:
    """Addresses that a rendered text leads to, outside the platform or named in full."""
    return [link.replace("&amp;", "&") for link in _HREF.findall(html)]


def _parts(word: str) -> list[str]:
    """A word, or the pairs of letters of a script that is written without spaces."""
    if not _SPACELESS.search(word):
        return [word]
    return [word[place : place + 2] for place in range(len(word) - 1)] or [word]


def _traits(title: str, text: str, link_count: int) -> dict[str, str]:
    letters = [sign for sign in text if sign.isalpha()]
    capitals = sum(sign.isupper() for sign in letters)
    found = {
        "t:links": link_count >= 3,
        "t:link": link_count >= 1,
        "t:phone": _PHONE.search(text) is not None,
        "t:money": _MONEY.search(text) is not None,
        "t:capitals": len(letters) > 20 and capitals * 2 > len(letters),
        "t:shouts": "!!" in text,
    }
    return {name: "" for name, is_there in found.items() if is_there}
