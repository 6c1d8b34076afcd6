"""Handles: the short name in a member's address and mentions."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable

SHAPE = re.compile(r"[a-z0-9_-]{3,30}")
LONGEST = 30
_SPELT_OUT = str.maketrans(
    {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "œ": "oe", "æ": "ae", "ß": "ss", "þ": "th", "ı": "i"}
)


def spell(name: str) -> str:
    """A name in the letters of a handle: "Hoàng Thị Đào" gives "hoang-thi-dao"; empty when too little is left of it."""
    letters = unicodedata.normalize("NFKD", name.lower().translate(_SPELT_OUT))
    plain = "".join(sign for sign in letters if not unicodedata.combining(sign))
    spelt = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-")
    return spelt if len(spelt) >= 3 else ""


def free_handle(name: str, is_taken: Callable[[str], bool]) -> str:
    """A handle nobody has: the name, with a number or letters after it if needed; "member-xxxx" for other scripts."""
    base = spell(name)
    candidates = [base, *(_ended(base, str(number)) for number in range(2, 6))] if base else []
    for candidate in candidates:
        if not is_taken(candidate):
            return candidate
    while is_taken(candidate := _ended(base or "member", _letters())):
        pass
    return candidate


def _ended(base: str, ending: str) -> str:
    return f"{base[: LONGEST - 1 - len(ending)].rstrip('-')}-{ending}"


def _letters() -> str:
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(4))
