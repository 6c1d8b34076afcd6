"""Two files of figures side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

NOISE = 0.1
"""A difference of less than a tenth says nothing."""


def compare(before: Path, after: Path) -> None:
    """Print every figure of both, and the second as a share of the first."""
    old, new = (json.loads(path.read_text()) for path in (before, after))
    console = Console(width=max(Console().width, 130))
    for path, found in ((before, old), (after, new)):
        head = "  ".join(f"{name} {value}" for name, value in found["machine"].items())
        console.print(f"{path.name}: {head}", style="dim", highlight=False)
    table = Table("Figure", before.name, after.name, "Unit", "Target", "After / before", "")
    for row in rows(old["figures"], new["figures"]):
        table.add_row(*row)
    console.print(table)


def rows(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    """The cells of the table: figures of the first file in its order, then those that the second has alone."""
    before, after = ({figure["name"]: figure for figure in found} for found in (old, new))
    return [_row(name, before.get(name), after.get(name)) for name in [*before, *(set(after) - set(before))]]


def _row(name: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> tuple[str, ...]:
    known = new or old or {}
    share, verdict = "", ""
    if old and new and old["value"]:
        ratio = new["value"] / old["value"]
        share = f"{ratio:.2f}"
        is_more_better = known["target"].startswith(">=") or known["unit"] == "/s"
        if abs(ratio - 1) > NOISE:
            verdict = "better" if (ratio > 1) == is_more_better else "worse"
    cells = [f"{found['value']:,.4g}" if found else "" for found in (old, new)]
    return name, *cells, known["unit"], known["target"], share, verdict
