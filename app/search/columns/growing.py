"""Arrays that grow at their end, so that a commit copies none of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

D = TypeVar("D", bound=np.generic)
_SPARE = 16
"""A sixteenth more than is needed is made at once."""


@dataclass(frozen=True, slots=True)
class Growing(Generic[D]):
    """The first `size` values of an array that has room for more.

    What stands in them never changes. What is after them is written by whoever adds to the longest of those that share
    the room, one at a time: nobody else looks at it.
    """

    room: NDArray[D]
    size: int

    @classmethod
    def of(cls, values: NDArray[D]) -> Self:
        """Without room yet."""
        return cls(values, len(values))

    @property
    def values(self) -> NDArray[D]:
        """All of them, not to be written to."""
        return self.room[: self.size]

    def with_more(self, values: NDArray[Any]) -> Self:
        """With these at the end."""
        size, room = self.size + len(values), self.room
        if size > len(room):
            room = np.empty(size + size // _SPARE, self.room.dtype)
            room[: self.size] = self.values
        room[self.size : size] = values
        return type(self)(room, size)

    def with_placed(self, values: NDArray[Any], places: NDArray[Any], size: int) -> Self:
        """With these at their places, all of them beyond the end, and nothing in between, up to a size."""
        added = np.zeros(size - self.size, self.room.dtype)
        added[places - self.size] = values
        return self.with_more(added)
