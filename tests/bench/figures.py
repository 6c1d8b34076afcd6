"""What was measured, with the target beside it."""

from __future__ import annotations

import json
import operator
import os
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

PACKAGES = ("flask", "sqlalchemy", "uvicorn", "python-socketio", "a2wsgi", "whoosh-reloaded")
COMPARED = {"<=": operator.le, ">=": operator.ge, "=": operator.eq}


@dataclass(frozen=True)
class Figure:
    """One measurement. `target` is written as `<= 2.5`; empty where there is none."""

    name: str
    value: float
    unit: str
    target: str = ""
    note: str = ""

    @property
    def verdict(self) -> str:
        """ "ok", "MISS", or nothing where there is no target."""
        if not self.target:
            return ""
        sign, _, wanted = self.target.partition(" ")
        return "ok" if COMPARED[sign](self.value, float(wanted)) else "MISS"


def machine(**about: str) -> dict[str, Any]:
    """Where and on what it was measured."""
    model = next((line.split(":")[1].strip() for line in _cpuinfo() if line.startswith("model name")), "")
    return {
        "cores": os.cpu_count(),
        "processor": model,
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "system": platform.platform(),
        "load_before": os.getloadavg()[0],
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
        **about,
    }


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


def show(figures: list[Figure], where: dict[str, Any]) -> None:
    """Print the table."""
    console = Console(width=max(Console().width, 130))
    console.print("  ".join(f"{name} {value}" for name, value in where.items()), style="dim", highlight=False)
    table = Table("Figure", "Measured", "Unit", "Target", "", "Note")
    table.columns[1].justify = "right"
    for figure in figures:
        style = "bold red" if figure.verdict == "MISS" else ""
        table.add_row(
            figure.name, f"{figure.value:,.4g}", figure.unit, figure.target, figure.verdict, figure.note, style=style
        )
    console.print(table)


def keep(figures: list[Figure], where: dict[str, Any], path: Path) -> None:
    """Write the figures for programs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    measured = [asdict(figure) | {"verdict": figure.verdict} for figure in figures]
    path.write_text(json.dumps({"machine": where, "figures": measured}, indent=1, ensure_ascii=False) + "\n")
