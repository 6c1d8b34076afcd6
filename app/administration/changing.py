"""Changing options in the browser, the log of the changes, and taking one back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.administration.policy import can_administer
from app.core import options
from app.core.db import db
from app.core.errors import Conflict, NotFound
from app.core.i18n import lazy_pgettext
from app.core.options import Option, OptionChange
from app.core.pagination import KeyPage, key_page
from app.core.policy import Actor, require

PAGE = 30
CHANGED_SINCE = lazy_pgettext("desk", "This was changed again since: set the value you want in the settings.")
NOT_KEPT = lazy_pgettext("desk", "The value before is not known any more.")


@dataclass(frozen=True)
class LoggedChange:
    """One change as the log shows it."""

    id: int
    change: OptionChange
    option: Option | None
    actor: User | None
    can_be_undone: bool


def change_options(actor: Actor, wanted: Mapping[str, Any]) -> None:
    """Give options other values, all or none. Raises NotAllowed, Invalid."""
    require(can_administer(actor))
    for name, value in wanted.items():
        options.change(actor, name, value)


def undo_change(actor: Actor, change: OptionChange) -> None:
    """Give an option the value it had. Raises NotAllowed; Conflict when it was changed again since."""
    require(can_administer(actor))
    option = options.option(change.name)
    if option.is_secret:
        raise Conflict(NOT_KEPT)
    if options.value(change.name) != change.after:
        raise Conflict(CHANGED_SINCE)
    options.change(actor, change.name, change.before)


def get_change(change_id: int) -> OptionChange:
    """A change of the log. Raises NotFound."""
    if change := db.session.get(OptionChange, change_id):
        return change
    raise NotFound


def list_changes(after: str | None) -> KeyPage[LoggedChange]:
    """The log, newest first."""
    statement: Any = select(OptionChange, User).outerjoin(User, User.id == OptionChange.actor_id)
    known = {option.name: option for option in options.declared()}

    def fetch(query: Any) -> list[LoggedChange]:
        rows = db.session.execute(query).unique().all()
        return [_logged(change, actor, known.get(change.name)) for change, actor in rows]

    moment, row_id = OptionChange.created_at, OptionChange.id
    return key_page(fetch, statement, moment, row_id, lambda row: (row.change.created_at, row.id), after, PAGE)


def _logged(change: OptionChange, actor: User | None, option: Option | None) -> LoggedChange:
    undoable = option is not None and not option.is_secret and options.value(change.name) == change.after
    return LoggedChange(change.id, change, option, actor, undoable)


def shown_value(option: Option | None, value: Any) -> str:
    """A value of an option in words."""
    if option is not None and option.is_secret:
        return str(SET if value else EMPTY)
    if value in ("", None, [], {}):
        return str(EMPTY)
    if isinstance(value, bool):
        return str(ON if value else OFF)
    labels = {code: str(label) for code, label in (option.choices if option else ())}
    if isinstance(value, list):
        return ", ".join(labels.get(one, str(one)) for one in value)
    if isinstance(value, dict):
        return " · ".join(f"{lang}: {text}" for lang, text in value.items())
    return labels.get(value, str(value))


SET = lazy_pgettext("account", "Set")
EMPTY = lazy_pgettext("desk", "Empty")
ON = lazy_pgettext("desk", "Yes")
OFF = lazy_pgettext("desk", "No")
