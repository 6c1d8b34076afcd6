"""What Lighthouse says of the pages that visitors open, on its slow phone: four categories, each out of 100.

`python -m tests.bench --only lighthouse`. Lighthouse comes from npm and drives the Chromium of the system.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.data import Data
from tests.bench.figures import Figure
from tests.support.chromium import FLAGS, program
from tests.support.running import PROJECT, Platform

COMMAND = PROJECT / "node_modules" / ".bin" / "lighthouse"
CATEGORIES = {
    "performance": "performance",
    "accessibility": "accessibility",
    "best-practices": "best practices",
    "seo": "search engines",
}
RUNS = 3
"""The machine's other work weighs on the performance alone; of every category the median counts."""
LONGEST_S = 180
RESULTS = "search results"
"""Kept from crawlers on purpose, which Lighthouse takes for a fault."""
Report = dict[str, Any]


def measure(platform: Platform, data: Data) -> list[Figure]:
    """Home, list of topics, a topic in five languages, search and what it finds."""
    pages = {
        "home": "/fr/",
        "topic list": "/fr/latest",
        "topic page": f"/fr{data.mixed.path}",
        "search": "/fr/search",
        RESULTS: "/fr/search?q=march%C3%A9",
    }
    return [figure for name, path in pages.items() for figure in _figures(name, platform.url + path)]


def _figures(page: str, url: str) -> list[Figure]:
    reports = [report(url) for _ in range(RUNS)]
    return [
        Figure(
            f"Lighthouse, {page}: {words}",
            median(one["categories"][category]["score"] * 100 for one in reports),
            "of 100",
            "" if (page, category) == (RESULTS, "seo") else ">= 95",
            lacking(reports[-1], category),
        )
        for category, words in CATEGORIES.items()
    ]


def report(url: str) -> Report:
    """One run, with a browser of its own that keeps nothing."""
    with tempfile.TemporaryDirectory(prefix="beffroi-lighthouse-") as folder:
        path = Path(folder) / "report.json"
        flags = " ".join(("--headless=new", *FLAGS, f"--user-data-dir={folder}/browser"))
        subprocess.run(
            [COMMAND, url, "--quiet", "--output=json", f"--output-path={path}", f"--chrome-flags={flags}",
             "--no-enable-error-reporting"],
            env=os.environ | {"CHROME_PATH": program()}, check=True, timeout=LONGEST_S,
        )  # fmt: skip
        found: Report = json.loads(path.read_text())
    if said := found.get("runtimeError"):
        raise RuntimeError(said["message"])
    return found


def lacking(found: Report, category: str) -> str:
    """The audits of a category that weigh and that the page does not pass whole, with their scores."""
    weighing = {one["id"] for one in found["categories"][category]["auditRefs"] if one["weight"]}
    scores = {name: found["audits"][name]["score"] for name in sorted(weighing)}
    return ", ".join(f"{name} {score:.2g}" for name, score in scores.items() if score is not None and score < 1)
