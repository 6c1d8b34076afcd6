"""`python -m tests.journeys.walk`: every kind of page in every language, both themes and two widths.

The suite examines every kind of page in two languages, one theme and one width each; this is the whole, for whoever
changes styles or shared templates. It takes half an hour.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser

from app.core.i18n import INTERFACE
from tests.journeys.examining import PHONE_SCREEN, WIDE_SCREEN, Visits, faults_in_sight, faults_of_html
from tests.journeys.page_types import PageType, cookies, page_types
from tests.live.servers import AsgiServer
from tests.support.chromium import launched
from tests.support.running import running
from tests.support.sample import sample_platform

SIGHTS = [(theme, screen) for theme in ("light", "dark") for screen in (WIDE_SCREEN, PHONE_SCREEN)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.journeys.walk", description=__doc__)
    parser.add_argument("langs", nargs="*", default=list(INTERFACE), metavar="LANG", help="all, where none is named")
    count = 0
    with launched() as browser:
        for lang in parser.parse_args().langs:
            with tempfile.TemporaryDirectory() as folder:
                for fault in _walked(Path(folder), browser, lang):
                    sys.stdout.write(fault + "\n")
                    sys.stdout.flush()
                    count += 1
    sys.exit(f"{count} faults" if count else 0)


def _walked(folder: Path, browser: Browser, lang: str) -> Iterator[str]:
    """On a platform of its own: some pages are opened by links of mails that end within minutes."""
    with sample_platform(folder) as app, running(AsgiServer(app)) as server:
        kinds, held = page_types(app), cookies(app)
        sys.stderr.write(f"{lang}: {len(kinds)} pages, {len(kinds) * len(SIGHTS)} sights\n")
        yield from (f"{lang} {fault}" for fault in faults_of_html(app, kinds, lang, held, folder, seconds=600))
        visits = Visits(browser, server.url, lang, held)
        for kind in kinds:
            yield from (f"{lang} {kind.name} {fault}" for fault in _seen(visits, kind))
        visits.close()


def _seen(visits: Visits, kind: PageType) -> Iterator[str]:
    page, faults = visits.open(kind)
    yield from faults
    if faults:
        return
    for theme, screen in SIGHTS:
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
        page.set_viewport_size(screen)  # type: ignore[arg-type]
        yield from (f"{theme} {screen['width']} px: {fault}" for fault in faults_in_sight(page))


if __name__ == "__main__":
    main()
