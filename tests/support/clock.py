"""A clock that stands still until it is moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FrozenClock:
    """Stands in for `app.core.db.clock`."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **span: float) -> datetime:
        """Move on by `days=`, `hours=`, `minutes=`, `seconds=`."""
        self.moment += timedelta(**span)
        return self.moment
