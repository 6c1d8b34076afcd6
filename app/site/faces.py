"""The face of a member without a picture: initials in a belfry window, on a tone of their own."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from app.accounts.models import TONES


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """First letters of the first two words, capital where the script has capitals."""
    words = unicodedata.normalize("NFC", name).split()
    letters = (next((sign for sign in word if sign.isalnum()), "") for word in words)
    return "".join([letter for letter in letters if letter][:2]).upper()


def tone(member_id: int | None) -> int:
    """One of the tones of the palette, 1 to 6, spread over ids by Fibonacci hashing."""
    return ((member_id or 0) * 2654435761 % 2**32) * TONES // 2**32 + 1
