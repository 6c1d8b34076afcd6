"""What a browser that has never been here loads with a page: requests, bytes as sent, fonts, paint on a slow line.

`python -m tests.bench --only weight`. Requests of a page are all it makes by itself, posted pictures apart; the live
connection and what the service worker keeps ahead afterwards are told beside them.
"""

from __future__ import annotations

from collections import Counter
from statistics import median
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from tests.bench.data import Data
from tests.bench.figures import Figure
from tests.support.chromium import launched
from tests.support.loads import Load, kinds, load
from tests.support.running import Platform

SLOW_KILOBITS, SLOW_DELAY_MS = 400, 400
"""What browsers call slow 3G."""
RUNS = 3
HIDING = {"auto", "block"}
"""Ways to show a font that hide its text until it is there."""


def measure(platform: Platform, data: Data) -> list[Figure]:
    """The topic in five languages first, then a French one, then the other pages that visitors open."""
    mixed, french = f"/fr{data.mixed.path}", f"/fr{data.french.path}"
    others = {
        "home": "/fr/",
        "topic list": "/fr/latest",
        "search": "/fr/search?q=march%C3%A9",
        "member page": f"/fr/members/{data.busiest}",
    }
    with launched() as browser:
        topic = load(browser, platform.url + mixed)
        figures = [
            *_figures("topic in five languages", topic),
            Figure("weight, topic in five languages: posted pictures", topic.posted_kilobytes(), "kB"),
            *_figures("topic in five languages, signed in", load(browser, platform.url + mixed, data.readers[0])),
            *_french(load(browser, platform.url + french)),
        ]
        loads = {name: load(browser, platform.url + path) for name, path in others.items()}
        for name, found in loads.items():
            figures += _figures(name, found)
        outside = [url for found in (topic, *loads.values()) for url in found.outside()]
        figures.append(Figure("weight: requests to other origins", len(outside), "", "= 0", " ".join(outside[:3])))
        figures.append(_slow(browser, platform.url + mixed))
    return figures


def _figures(name: str, found: Load) -> list[Figure]:
    """Requests and bytes of a page, each with its target.

    Whoever is signed in has come by other pages and is no first visitor: what that page weighs is told without target.
    """
    counted = Counter(one.kind.lower() for one in found.own)
    beside = f"and {len(found.sockets)} live connection; kept ahead by the service worker: {len(found.kept_ahead)}"
    asked = ", ".join(f"{count} {kind}" for kind, count in sorted(counted.items()))
    is_first = "signed in" not in name
    return [
        Figure(f"weight, {name}: requests", len(found.own), "", "<= 8" if is_first else "", f"{asked}; {beside}"),
        Figure(
            f"weight, {name}: all but fonts", found.without_fonts(), "kB", "<= 60" if is_first else "", kinds(found.own)
        ),
        Figure(f"weight, {name}: scripts", found.kilobytes("Script"), "kB", "<= 45"),
        Figure(f"weight, {name}: fonts", found.kilobytes("Font"), "kB", "", ", ".join(_names(found))),
    ]


def _french(found: Load) -> list[Figure]:
    hiding = [family for family, display in found.faces if display in HIDING]
    return [
        Figure("weight, French topic: fonts", found.kilobytes("Font"), "kB", "<= 100", ", ".join(_names(found))),
        Figure("weight, French topic: fonts that hide their text", len(hiding), "", "= 0", ", ".join(hiding)),
    ]


def _names(found: Load) -> list[str]:
    return [urlsplit(one.url).path.rpartition("/")[2].partition(".")[0] for one in found.own if one.kind == "Font"]


def _slow(browser: Browser, url: str) -> Figure:
    """Up to 1.8 s a first paint counts as good on a line four times as fast: here it is to be so on this one."""
    paints = [
        load(browser, url, kilobits=SLOW_KILOBITS, delay_ms=SLOW_DELAY_MS).first_paint_ms / 1000 for _ in range(RUNS)
    ]
    line = f"{SLOW_KILOBITS} kbit/s, {SLOW_DELAY_MS} ms"
    return Figure("weight, topic in five languages: first paint on a slow line", median(paints), "s", "<= 1.8", line)
