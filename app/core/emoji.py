"""Emoji by their short names, `:thumbsup:`, the same in all languages; their names in the reader's where known."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from threading import Lock

import emoji

SHORTCODE = re.compile(r":([a-z0-9_+-]{1,40}):")
_NAMED = ("fr", "pt", "ar")
"""Interface languages in which the package names them; the others are offered English short names."""
_loading = Lock()
_SHOWN = emoji.STATUS["fully_qualified"]


@lru_cache(maxsize=1)
def _by_code() -> dict[str, str]:
    codes: dict[str, str] = {}
    for sign, facts in emoji.EMOJI_DATA.items():
        if facts["status"] == _SHOWN:
            for name in (*facts.get("alias", ()), facts["en"]):
                codes.setdefault(name.strip(":").lower(), sign)
    return codes


def with_emoji(text: str) -> str:
    """The text with every known short name replaced."""
    return SHORTCODE.sub(lambda match: _by_code().get(match[1], match[0]), text) if ":" in text else text


@lru_cache(maxsize=8)
def _offered(lang: str) -> list[tuple[str, str, str, str]]:
    """(emoji, short name, name in the language, what is searched) of each, without the variants of skin."""
    with _loading:
        if lang in _NAMED:
            emoji.config.load_language([lang])
    rows = []
    for sign, facts in emoji.EMOJI_DATA.items():
        if facts["status"] != _SHOWN or any("\U0001f3fb" <= part <= "\U0001f3ff" for part in sign):
            continue
        codes = [name.strip(":").lower() for name in (*facts.get("alias", ()), facts["en"])]
        code = next((name for name in codes if SHORTCODE.fullmatch(f":{name}:")), None)
        if code:
            name = facts.get(lang, facts["en"]).strip(":").replace("_", " ")
            rows.append((sign, code, name, _folded(" ".join((name, *codes)))))
    return rows


def find_emoji(typed: str, lang: str, limit: int = 8) -> list[tuple[str, str, str]]:
    """(emoji, short name, name in the language) of those whose name has a word that begins as typed, best first."""
    wanted = _folded(typed)
    if not wanted:
        return []
    found = [row for row in _offered(lang) if f" {wanted}" in f" {row[3]}"]
    found.sort(key=lambda row: (not row[1].startswith(wanted), len(row[1])))
    return [row[:3] for row in found[:limit]]


def _folded(words: str) -> str:
    bare = unicodedata.normalize("NFKD", words.lower().replace("_", " ").replace("-", " "))
    return "".join(sign for sign in bare if not unicodedata.combining(sign))
