"""A bounded cache in memory for rendered fragments; keys carry the version, so an entry is never stale."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock


class FragmentCache:
    """Least-recently-used map of immutable fragments, bounded by the characters it holds."""

    def __init__(self, max_chars: int) -> None:
        self._entries: OrderedDict[Hashable, str] = OrderedDict()
        self._max = max_chars
        self._chars = 0
        self._lock = Lock()

    def get(self, key: Hashable) -> str | None:
        """The fragment under a key, or None."""
        with self._lock:
            if (value := self._entries.get(key)) is not None:
                self._entries.move_to_end(key)
            return value

    def put(self, key: Hashable, value: str) -> str:
        """Keep a fragment; the longest unused ones give way."""
        with self._lock:
            self._chars += len(value) - len(self._entries.pop(key, ""))
            self._entries[key] = value
            while self._chars > self._max and len(self._entries) > 1:
                self._chars -= len(self._entries.popitem(last=False)[1])
        return value

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self._chars = 0
