"""The style sheets: `static/css/index.css` for every page, `desk.css` for moderation and administration beside it; each
with all it imports, joined and minified in one file."""

from collections.abc import Iterable
from pathlib import Path

from tools.assets.esbuild import esbuild
from tools.assets.output import ROOT, Part, Product, hashed

SOURCES = ROOT / "static" / "css"
SHEETS = {"app.css": "index.css", "desk.css": "desk.css"}


def inputs() -> Iterable[Path]:
    return [*SOURCES.rglob("*.css"), ROOT / "package-lock.json"]


def build() -> list[Product]:
    return [hashed(key, esbuild(str(SOURCES / entry), "--bundle", "--minify")) for key, entry in SHEETS.items()]


STYLES = Part("styles", inputs, build)
