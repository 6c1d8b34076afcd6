"""What the asset build hands over: names that hold, compressed twins, and the weight a page may have."""

import json
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
DIST = STATIC / "dist"
PRELOADED = ("fonts/bricolage-grotesque-latin.woff2", "fonts/literata-latin.woff2")


@pytest.fixture(scope="module")
def manifest() -> dict[str, str]:
    return json.loads((DIST / "manifest.json").read_text())


def test_every_name_of_the_manifest_is_a_file_with_its_compressed_twins(manifest):
    assert {"app.css", "desk.css", "app.js", "fonts.css", "icons.svg", "world.svg", "beffroi.svg", *PRELOADED} <= set(
        manifest
    )
    for name in manifest.values():
        twins = (name,) if name.endswith((".woff2", ".png")) else (name, f"{name}.br", f"{name}.gz")
        assert all((DIST / twin).stat().st_size for twin in twins), name


@pytest.mark.parametrize(("sheet", "most"), [("app.css", 16_000), ("desk.css", 8_000)])
def test_each_style_sheet_keeps_its_budget(manifest, sheet, most):
    assert (DIST / f"{manifest[sheet]}.br").stat().st_size <= most


def test_a_french_page_loads_at_most_100_kilobytes_of_fonts(manifest):
    assert sum((DIST / manifest[name]).stat().st_size for name in PRELOADED) <= 100_000


def test_the_font_sheet_names_every_font_by_its_served_name(manifest):
    sheet = (DIST / manifest["fonts.css"]).read_text()
    fonts = {name for key, name in manifest.items() if key.endswith(".woff2")}
    assert fonts
    assert all(f'url("{name}")' in sheet for name in fonts)


@pytest.mark.parametrize("side", ["left", "right", "top", "bottom"])
def test_style_sheets_know_start_and_end_but_no_side(side):
    physical = (f"margin-{side}:", f"padding-{side}:", f"border-{side}:", f" {side}:", f"text-align: {side}")
    for sheet in (STATIC / "css").rglob("*.css"):
        found = [rule for rule in physical if rule in sheet.read_text()]
        assert not found, f"{sheet.name}: {found}"
