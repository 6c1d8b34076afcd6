"""The parent of the factories."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import factory

from app.core.events import unit_of_work

T = TypeVar("T")


class CommittedFactory(factory.Factory, Generic[T]):  # type: ignore[type-arg, name-defined, misc]
    """Adds the row in a unit of work of its own: what a factory returns is committed."""

    class Meta:
        abstract = True

    def __new__(cls, *args: Any, **kwargs: Any) -> T:  # type: ignore[misc]
        return cls.create(*args, **kwargs)  # type: ignore[no-any-return]

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        with unit_of_work() as session:
            row = model_class(*args, **kwargs)
            session.add(row)
            session.flush()
            cls.after_insert(row)
        return row

    @classmethod
    def after_insert(cls, row: Any) -> None:
        """What goes with the row, in the same unit of work."""
