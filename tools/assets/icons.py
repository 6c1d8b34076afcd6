"""The icon sprite: the Lucide drawings that templates and scripts name, and the house's own belfry.

Shown as a picture by itself the sprite is the belfry, drawn outside all symbols: it is the site's icon too, which a
browser then has already."""

import re
from collections.abc import Iterable
from pathlib import Path

from tools.assets.output import PACKAGES, ROOT, Part, Product, hashed

DRAWINGS = PACKAGES / "lucide-static" / "icons"
LIST = ROOT / "static" / "img" / "icons.txt"
LOGO = ROOT / "static" / "img" / "beffroi.svg"
CALL = re.compile(r"\bicon\((.*?)(?:\}\}|$)", re.MULTILINE)
LITERAL = re.compile(r"[\"']([a-z0-9-]+)[\"']")
REFERENCE = re.compile(r"#i-([a-z0-9-]+)")
NOTICE = "<!-- Icons: Lucide, ISC licence, https://lucide.dev/license -->"
# The lamp takes the colour of the page that shows it; the tower is drawn with the colour of the text around it.
BELFRY = (
    '<symbol id="i-beffroi" viewBox="2 0 24 40" fill="currentColor">'
    '<circle cx="14" cy="3.2" r="2.6" fill="var(--beacon, #ffc629)" stroke="var(--belfry-lamp-edge, none)"/>'
    "{tower}</symbol>"
)


def inputs() -> Iterable[Path]:
    return [*_templates(), *_scripts(), LIST, LOGO, ROOT / "package-lock.json"]


def build() -> list[Product]:
    symbols = "\n".join(_symbol(name) for name in sorted(names()))
    opening, drawing = _logo()
    sprite = f"{opening}\n{NOTICE}\n{symbols}\n{_belfry()}\n{drawing}\n</svg>\n"
    return [hashed("icons.svg", sprite.encode()), hashed("beffroi.svg", LOGO.read_bytes())]


def names() -> set[str]:
    """Every icon named in a template, a script or the list. Raises SystemExit for a name that Lucide does not have."""
    found = {line.strip() for line in LIST.read_text().splitlines() if line.strip() and not line.startswith("#")}
    for path in _templates():
        for call in CALL.findall(path.read_text()):
            literals = LITERAL.findall(call)
            certain = literals[:1] if call.lstrip().startswith(("'", '"')) else []
            found |= {*certain, *(name for name in literals if _drawing(name).exists())}
    for path in _scripts():
        found |= set(REFERENCE.findall(path.read_text()))
    found.discard("beffroi")
    if missing := sorted(name for name in found if not _drawing(name).exists()):
        raise SystemExit(f"No such icon in lucide-static: {', '.join(missing)}")
    return found


def _drawing(name: str) -> Path:
    return DRAWINGS / f"{name}.svg"


def _symbol(name: str) -> str:
    inside = re.search(r"<svg[^>]*>(.*)</svg>", _drawing(name).read_text(), re.DOTALL)
    assert inside is not None
    shapes = "".join(line.strip() for line in inside[1].splitlines())
    return f'<symbol id="i-{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def _logo() -> tuple[str, str]:
    """The logo's opening tag, and what is inside, in a group of its own for its style's sake."""
    found = re.fullmatch(r"(<svg[^>]*>)<style>(.*)</style>(.*)</svg>\s*", LOGO.read_text(), re.DOTALL)
    assert found is not None
    style = found[2].replace("path {", "#beffroi path {")
    return found[1], f'<style>{style}</style><g id="beffroi">{found[3]}</g>'


def _belfry() -> str:
    tower = re.search(r"<path[^>]*fill-rule[^>]*/>", LOGO.read_text())
    assert tower is not None
    return BELFRY.format(tower=tower[0])


def _templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def _scripts() -> list[Path]:
    return sorted((ROOT / "static" / "js").rglob("*.js"))


ICONS = Part("icons", inputs, build)
