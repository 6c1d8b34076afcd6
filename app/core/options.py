"""Options: the settings that administrators change in the browser, kept in the database with a log of their changes.

A room declares its options once, where it uses them; the page of settings shows whatever is declared. What an option is
before anyone changed it may come from `Settings`, so that a file of the operator and the browser never contradict.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from time import monotonic
from typing import Any, cast

from flask import current_app
from sqlalchemy import JSON, ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.config import Settings
from app.core.db import Base, CreatedAt, IntPk, db, now
from app.core.errors import Invalid, NotFound
from app.core.events import Event, record
from app.core.i18n import INTERFACE, lazy_pgettext
from app.core.policy import Actor
from app.core.typed import one_line

STALE_AFTER = 5.0
"""Seconds after which a process looks again for what another one changed."""
KINDS = ("text", "words", "texts", "bool", "int", "choice", "choices")
NOT_A_NUMBER = lazy_pgettext("option rule", "Write a whole number between %(least)s and %(most)s.")
NOT_OFFERED = lazy_pgettext("option rule", "Choose one of the values offered.")
TOO_LONG = lazy_pgettext("option rule", "This may have at most %(most)s characters.")


class OptionRow(Base):
    """The value of an option that somebody changed."""

    __tablename__ = "site_option"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(default=now)


class OptionChange(Base):
    """One change of an option. Rows are only ever added."""

    __tablename__ = "option_change"

    id: Mapped[IntPk]
    created_at: Mapped[CreatedAt]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(60), index=True)
    before: Mapped[Any] = mapped_column(JSON)
    after: Mapped[Any] = mapped_column(JSON)


@dataclass(frozen=True)
class OptionChanged(Event):
    """An option has another value."""

    name: str


@dataclass(frozen=True)
class Option:
    """What a room declares of one setting.

    Kinds: "text" one line, "words" several lines, "texts" one text in each language (`{lang: text}`), "bool", "int",
    "choice" one of `choices`, "choices" a list of some of them.
    """

    name: str
    """Room and name: "accounts.registration"."""
    kind: str
    default: Any
    """The value before anyone changed it, or a function of `Settings` that gives it."""
    label: Any
    group: str
    """The page of settings it is shown on: "site", "members", "trust", "forum", "mail"."""
    help: Any = ""
    choices: Sequence[tuple[str, Any]] = ()
    least: int = 0
    most: int = 1_000_000
    """Bounds of a number, or of the length of a text."""
    is_secret: bool = False
    """Whether its value is shown to nobody, in no page and no log."""


_declared: dict[str, Option] = {}


def declare(option: Option) -> Option:
    """Add an option; a second declaration under the same name replaces the first."""
    assert option.kind in KINDS, option.kind
    _declared[option.name] = option
    return option


def declared() -> list[Option]:
    """Every option, in the order of declaration."""
    return list(_declared.values())


def option(name: str) -> Option:
    """The option of that name. Raises NotFound."""
    try:
        return _declared[name]
    except KeyError:
        raise NotFound from None


@dataclass
class _Kept:
    """What this application last read, and when."""

    values: dict[str, Any]
    stamp: str
    read_at: float


def value(name: str) -> Any:
    """The value in force."""
    values = _kept().values
    return values[name] if name in values else _default(option(name))


def stamp() -> str:
    """Another word after every change: what was rendered with options is kept under it."""
    return _kept().stamp


def forget() -> None:
    """Look at the database again before the next answer."""
    current_app.extensions.pop("options", None)


def _kept() -> _Kept:
    """One look at the database in `STALE_AFTER` seconds serves all options of the process."""
    kept = cast("_Kept | None", current_app.extensions.get("options"))
    if kept is None or monotonic() - kept.read_at > STALE_AFTER:
        values = {row.name: row.value for row in db.session.execute(select(OptionRow.name, OptionRow.value))}
        words = repr(sorted(values.items())).encode()
        kept = current_app.extensions["options"] = _Kept(values, blake2b(words, digest_size=6).hexdigest(), monotonic())
    return kept


def _default(chosen: Option) -> Any:
    if callable(chosen.default):
        return cast(Callable[[Settings], Any], chosen.default)(current_app.extensions["settings"])
    return chosen.default


def change(actor: Actor | None, name: str, wanted: Any) -> None:
    """Give an option another value, in the unit of work in hand; the caller has asked the policy. Raises Invalid."""
    chosen = option(name)
    checked = _checked(chosen, wanted)
    row = db.session.get(OptionRow, name)
    before = row.value if row else _default(chosen)
    if before == checked:
        return
    if row is None:
        db.session.add(OptionRow(name=name, value=checked))
    else:
        row.value, row.changed_at = checked, now()
    actor_id = actor.actor_id if actor else None
    logged = (bool(before), bool(checked)) if chosen.is_secret else (before, checked)
    db.session.add(OptionChange(actor_id=actor_id, name=name, before=logged[0], after=logged[1]))
    db.session.flush()
    record(OptionChanged(name))
    forget()


def _checked(chosen: Option, wanted: Any) -> Any:
    """The value as it is kept."""
    if chosen.kind == "bool":
        return bool(wanted)
    if chosen.kind == "int":
        return _number(chosen, wanted)
    if chosen.kind in {"choice", "choices"}:
        return _offered(chosen, wanted)
    if chosen.kind == "texts":
        return {lang: _text(chosen, text) for lang, text in dict(wanted).items() if lang in INTERFACE and text.strip()}
    return _text(chosen, str(wanted))


def _number(chosen: Option, wanted: Any) -> int:
    try:
        number = int(wanted)
    except (TypeError, ValueError):
        number = chosen.least - 1
    if not chosen.least <= number <= chosen.most:
        raise Invalid(NOT_A_NUMBER % {"least": chosen.least, "most": chosen.most}, chosen.name)
    return number


def _offered(chosen: Option, wanted: Any) -> Any:
    offered = {code for code, _ in chosen.choices}
    picked = [wanted] if chosen.kind == "choice" else list(wanted)
    if not offered.issuperset(picked):
        raise Invalid(NOT_OFFERED, chosen.name)
    return picked[0] if chosen.kind == "choice" else picked


def _text(chosen: Option, text: str) -> str:
    kept = text.strip() if chosen.kind == "words" else one_line(text)
    if len(kept) > chosen.most:
        raise Invalid(TOO_LONG % {"most": chosen.most}, chosen.name)
    return kept
