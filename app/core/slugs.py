"""Readable parts of addresses."""

from __future__ import annotations

import re
import unicodedata


def slugify(text: str, limit: int = 60) -> str:
    """Letters and digits of any script joined by hyphens, Latin accents dropped; `-` when nothing is left."""
    bare = "".join(
        base[0] if (base := unicodedata.normalize("NFKD", letter)) and "a" <= base[0].lower() <= "z" else letter
        for letter in unicodedata.normalize("NFC", text.lower().replace("đ", "d").replace("œ", "oe").replace("æ", "ae"))
    )
    return re.sub(r"[\W_]+", "-", bare).strip("-")[:limit].strip("-") or "-"
