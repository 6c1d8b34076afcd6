"""Takes mail addresses out of what is shown: who wrote to a list did not write to the world."""

from __future__ import annotations

import re

HIDDEN = "…@…"
_ADDRESS = re.compile(r"<?(?:mailto:)?[\w.+%!#$&'*/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}>?")
_AT = r"\s?(?:\(|\[|<|\{)?\s?(?:at|AT|arobase|chez|@)\s?(?:\)|\]|>|\})?\s?"
_DOT = r"(?:\.|\s?(?:\(|\[)?\s?(?:dot|DOT|point)\s?(?:\)|\])?\s?)"
_SPELT = re.compile(rf"\b[\w.+-]{{1,64}}{_AT}(?:[\w-]{{1,63}}{_DOT}){{1,5}}[A-Za-z]{{2,24}}\b")


def without_addresses(text: str) -> str:
    """The same text with every mail address, also one spelt out (`name at host.org`), made unreadable."""
    if "@" in text:
        text = _ADDRESS.sub(HIDDEN, text)
    return _SPELT.sub(HIDDEN, text) if _MAY_BE.search(text) else text


_MAY_BE = re.compile(r"\bat\b|\bAT\b|arobase|\bchez\b|[(\[{]@|@[)\]}]|\s@\s")
