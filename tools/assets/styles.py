"""The style sheet: `static/css/index.css` and all it imports, joined and minified in one file."""

from collections.abc import Iterable
from pathlib import Path

from tools.assets.esbuild import esbuild
from tools.assets.output import ROOT, Part, Product, hashed

SOURCES = ROOT / "static" / "css"


def inputs() -> Iterable[Path]:
    return [*SOURCES.rglob("*.css"), ROOT / "package-lock.json"]


def build() -> list[Product]:
    return [hashed("app.css", esbuild(str(SOURCES / "index.css"), "--bundle", "--minify"))]


STYLES = Part("styles", inputs, build)
