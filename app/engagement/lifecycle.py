"""The states of a file: which change leads where."""

from __future__ import annotations

FILE_STATES: dict[str, dict[str, str]] = {
    "hide": {"shown": "hidden"},
    "restore": {"hidden": "shown"},
    "remove": {"hidden": "removed"},
    "reinstate": {"removed": "shown"},
}
