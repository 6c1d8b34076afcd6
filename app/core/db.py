"""The database session, column types and the rule that only a unit of work writes.

SQLite runs in autocommit (`isolation_level=None`): reads hold no transaction, `core.events.unit_of_work` issues
BEGIN IMMEDIATE. PostgreSQL runs at READ COMMITTED with the same code.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    BindParameter,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    String,
    bindparam,
    event,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.types import JSON, TypeDecorator
from ulid import ULID

from app.config import Settings

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Row = TypeVar("Row", bound="Base")
Id = BigInteger().with_variant(Integer, "sqlite")
IDS: BindParameter[Any] = bindparam("ids", expanding=True)
"""The ids that a statement built once is asked for: `{"ids": [...]}`."""


class Utc(TypeDecorator[datetime]):
    """An aware UTC moment; SQLite stores it without a zone, so the zone is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or (value.tzinfo is None and dialect.name != "sqlite"):
            return value
        moment = value.astimezone(UTC) if value.tzinfo else value
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def now() -> datetime:
    """The present moment in UTC; tests replace `app.core.db.clock`."""
    return clock()


def clock() -> datetime:
    return datetime.now(UTC)


def new_public_id() -> str:
    """A 26-character sortable id for addresses, in lower case."""
    return str(ULID()).lower()


IntPk = Annotated[int, mapped_column(Id, primary_key=True)]
PublicId = Annotated[str, mapped_column(String(26), unique=True, default=new_public_id)]
CreatedAt = Annotated[datetime, mapped_column(Utc, default=now)]
Moment = Annotated[datetime, mapped_column(Utc)]
Texts = Annotated[dict[str, str], mapped_column(JSON, default=dict)]
"""One text in several languages: {"fr": "Annonces", "en": "Announcements"}."""


class Base(DeclarativeBase):
    """Parent of every table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar = {datetime: Utc, dict[str, Any]: JSON, dict[str, int]: JSON, list[str]: JSON}


db = SQLAlchemy(disable_autonaming=True, session_options={"autoflush": False})


class WriteOutsideUnit(RuntimeError):
    """A flush was asked for outside a unit of work: on SQLite it would be committed at once."""


@event.listens_for(Session, "before_flush")
def _refuse_stray_flush(session: Session, *_: object) -> None:
    if not session.info.get("unit"):
        raise WriteOutsideUnit(
            f"changes outside unit_of_work(): {[*session.new, *session.dirty, *session.deleted][:3]}"
        )


def engine_options(settings: Settings) -> dict[str, Any]:
    """Options of the engine: one connection a thread and some to spare; what rows hold is kept out of the logs."""
    options: dict[str, Any] = {"pool_size": 20, "max_overflow": 20, "hide_parameters": True}
    if settings.database.startswith("sqlite"):
        options["connect_args"] = {"isolation_level": None, "timeout": 15, "check_same_thread": False}
    else:
        options["pool_pre_ping"] = True
    return options


def prepare_sqlite(engine: Engine, synchronous: str) -> None:
    """Set the pragmas of every new SQLite connection."""

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: object) -> None:
        for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "busy_timeout=15000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")


def lock(row: Row) -> Row:
    """Read a row again and keep it for this unit of work, so that two writers never build on the same state."""
    db.session.flush()  # a refresh would undo what is changed and not yet written
    db.session.refresh(row, with_for_update={"of": type(row)})  # its own table alone: PostgreSQL locks no outer join
    return row


def take_stock() -> None:
    """Let PostgreSQL look at tables just filled: its own round comes later, and until then it plans for empty ones."""
    if not is_sqlite():
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))


def is_sqlite() -> bool:
    """Whether the session in hand speaks to SQLite."""
    return db.engine.dialect.name == "sqlite"
