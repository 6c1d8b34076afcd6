"""People who come from elsewhere. Who has no mail address here cannot sign in: a placeholder stands for the author."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.accounts.handles import SHAPE, free_handle
from app.accounts.models import EXCLUDED, ROLES, SPACE_ROLES, Role, User
from app.accounts.queries import is_handle_taken
from app.core.db import db, now
from app.transfer.batch import Batch
from app.transfer.keys import PUBLIC_ID, Keys
from app.transfer.moments import public_id_at
from app.transfer.values import LineError

ZONE = "Europe/Paris"
PLACEHOLDER = "placeholder"
"""Status of an author who has no account here: named beside their posts, with no card and no way to sign in."""


class PeopleWriter:
    """Takes the people of one batch."""

    def __init__(self, keys: Keys, batch: Batch, *, gives_roles: bool) -> None:
        self._keys = keys
        self._batch = batch
        self._gives_roles = gives_roles
        self._handles: set[str] = set()

    def take(self, kind: str, values: dict[str, Any], line: int) -> bool:
        """Add a person, or recognise a member by the address; whether somebody was added. Raises LineError."""
        email = values["email"]
        if email and (found := _with_address(email)):
            self._keys.note("person", values["id"], found)
            return False
        roles = self._roles(values["roles"]) if self._gives_roles else []
        status = values["status"] or ("active" if email else PLACEHOLDER)
        joined = values["joined"] or now()
        handle = self._handle(values)
        row = self._batch.add_numbered(
            User,
            public_id=values["id"] if PUBLIC_ID.fullmatch(values["id"]) else public_id_at(joined),
            created_at=joined,
            email=email,
            handle=handle,
            display_name=values["name"],
            name_lang=values["name_lang"] or "",
            country=values["country"],
            presentation=values["presentation"],
            ui_lang=values["ui_lang"],
            content_langs=values["langs"] or [values["name_lang"] or values["ui_lang"]],
            shows_presence=values["presence"],
            status=status,
            active=status == "active",
            confirmed_at=joined if email else None,
            timezone=values["timezone"] or ZONE,
        )
        self._keys.note("person", values["id"], row["id"])
        for name, space_id, until in roles:
            self._batch.add_numbered(Role, user_id=row["id"], name=name, space_id=space_id, until=until)
        return True

    def _handle(self, values: dict[str, Any]) -> str:
        wanted = values["handle"] or ""
        free = SHAPE.fullmatch(wanted) and not self._is_taken(wanted)
        handle = wanted if free else free_handle(wanted or values["name"], self._is_taken)
        self._handles.add(handle)
        return handle

    def _is_taken(self, handle: str) -> bool:
        return handle in self._handles or is_handle_taken(handle)

    def _roles(self, roles: list[dict[str, Any]]) -> list[tuple[str, int | None, datetime | None]]:
        spaces = self._keys.find("space", (role["space"] for role in roles))
        for role in roles:
            if role["role"] not in {*ROLES, *SPACE_ROLES, EXCLUDED}:
                raise LineError(f"there is no role {role['role']}")
            if role["space"] and role["space"] not in spaces:
                raise LineError(f"there is no space {role['space']}")
        return [(role["role"], spaces.get(role["space"] or ""), role["until"]) for role in roles]


def _with_address(email: str) -> int | None:
    return db.session.scalar(select(User.id).where(func.lower(User.email) == email))
