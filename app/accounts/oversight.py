"""How order is kept among members: what a member says of themselves; what is done to a person is alike everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import escape

from app.accounts.models import User
from app.core.oversight import Oversight, Said

STATES = {
    "active": "shown", "pending": "hidden", "suspended": "hidden", "placeholder": "hidden", "closed": "removed",
    "anonymised": "removed",
}  # fmt: skip


def _words(members: Sequence[User]) -> Mapping[int, Said]:
    return {member.id: _said(member) for member in members}


def _said(member: User) -> Said:
    paragraphs = [f"<p>{escape(line)}</p>" for line in member.presentation.split("\n") if line.strip()]
    lang = member.name_lang or member.ui_lang
    return Said("".join(paragraphs), lang, member.id, member.created_at, f"@{member.handle}")


MEMBER_OVERSIGHT = Oversight(words=_words, state=lambda member: STATES.get(member.status, "hidden"), is_person=True)
