"""The style sheets, each with all it imports, joined and minified in one file: `app.css` for every page, its faces
included; `light.css`, the same without web fonts; `desk.css` beside them for moderation and administration."""

from collections.abc import Iterable
from pathlib import Path

from tools.assets.esbuild import esbuild
from tools.assets.output import DIST, ROOT, Part, Product, hashed

SOURCES = ROOT / "static" / "css"
FACES = DIST / "fonts.css"
"""What the fonts were made into, just before."""


def inputs() -> Iterable[Path]:
    return [*SOURCES.rglob("*.css"), FACES, ROOT / "package-lock.json"]


def build() -> list[Product]:
    common, desk = (esbuild(str(SOURCES / name), "--bundle", "--minify") for name in ("index.css", "desk.css"))
    return [
        hashed("app.css", FACES.read_bytes() + common),
        hashed("light.css", common),
        hashed("desk.css", desk),
    ]


STYLES = Part("styles", inputs, build)
