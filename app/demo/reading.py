"""Reads `content/`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from app.demo.talks import REACTION_CODES, Line, Talk

CONTENT = Path(__file__).parent / "content"


def read_spaces() -> dict[str, Any]:
    """Spaces with their categories, as written."""
    return tomllib.loads((CONTENT / "spaces.toml").read_text())


def read_members() -> list[dict[str, Any]]:
    """Members written by hand."""
    members: list[dict[str, Any]] = tomllib.loads((CONTENT / "members.toml").read_text())["member"]
    return members


@cache
def read_phrases(lang: str) -> dict[str, Any]:
    """Sentences of a language."""
    return tomllib.loads((CONTENT / "phrases" / f"{lang}.toml").read_text())


def read_talks() -> list[tuple[Talk, int]]:
    """Conversations written by hand, each with the number of introductions that are to be added to it."""
    files = [tomllib.loads(path.read_text()) for path in sorted((CONTENT / "topics").glob("*.toml"))]
    return [(_talk(topic), topic.get("introductions", 0)) for file in files for topic in file["topic"]]


def _talk(topic: dict[str, Any]) -> Talk:
    return Talk(
        title=topic["title"],
        category=topic["category"],
        lang=topic["lang"],
        days=topic["days"],
        lines=[_line(post, topic["lang"]) for post in topic["post"]],
        kind=topic.get("kind", "discussion"),
        tags=topic.get("tags", []),
        is_pinned=topic.get("pinned", False),
        lock_reason=topic.get("locked", ""),
        is_long="introductions" in topic,
        session=topic.get("session", {}),
    )


def _line(post: dict[str, Any], lang: str) -> Line:
    return Line(
        by=post["by"],
        text=post["text"].strip(),
        lang=post.get("lang", lang),
        reply_to=post.get("to", 0),
        reactions={code: post[code] for code in REACTION_CODES if code in post},
        is_accepted=post.get("accepted", False),
        live_minutes=post.get("live_minutes", 0),
        is_marked=post.get("marked", False),
        state=post.get("state", "visible"),
        reason=post.get("reason", ""),
    )
