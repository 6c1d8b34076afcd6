"""The themes that the platform begins with, as `themes.toml` has them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from app.terms.vocabulary import Entry, Vocabulary

THEME = "theme"
"""The scheme of what topics and projects are about."""
_FILE = Path(__file__).with_name("themes.toml")


def theme_rows() -> list[dict[str, Any]]:
    """Rows of the table `term`, without their ids."""
    written = tomllib.loads(_FILE.read_text(encoding="utf-8"))["theme"]
    return [
        {
            "scheme": THEME, "code": theme["code"], "labels": theme["labels"], "synonyms": theme.get("synonyms", {}),
            "position": position, "is_active": True, "mapping": {"dac": theme["dac"], "sdg": theme["sdg"]},
        }
        for position, theme in enumerate(written, start=1)
    ]  # fmt: skip


def first_themes() -> Vocabulary:
    """The themes of the file, for whoever prepares rows without a database."""
    return Vocabulary(Entry(row["code"], row["labels"], row["synonyms"]) for row in theme_rows())
