"""What the asset build hands over: names that hold, compressed twins, and the weight a page may have."""

import json
import re
from pathlib import Path

import pytest

from tests.factories import PostFactory, UserFactory
from tests.support.html import Page

STATIC = Path(__file__).resolve().parents[2] / "static"
DIST = STATIC / "dist"
FRENCH = ("fonts/bricolage-grotesque-latin.woff2", "fonts/literata-latin.woff2")
SHEETS = ("app.css", "light.css", "desk.css")
ON_DEMAND = re.compile(r'^  "?(?P<name>[\w-]+)"?: onDemand\(\(\) => import\("\./(?P<module>\w+)\.js"\)\)', re.MULTILINE)
STATIC_IMPORT = re.compile(r'(?:^|[;}])(?:import|export)[^;(]*?"(?P<path>\./[^"]+)"')


@pytest.fixture(scope="module")
def manifest() -> dict[str, str]:
    return json.loads((DIST / "manifest.json").read_text())


def test_every_name_of_the_manifest_is_a_file_with_its_compressed_twins(manifest):
    assert {*SHEETS, "app.js", "worker.js", "icons.svg", "world.svg", "beffroi.svg", *FRENCH} <= set(manifest)
    for name in manifest.values():
        twins = (name,) if name.endswith((".woff2", ".png")) else (name, f"{name}.br", f"{name}.gz")
        assert all((DIST / twin).stat().st_size for twin in twins), name


@pytest.mark.parametrize(("sheet", "most"), [("app.css", 16_000), ("light.css", 16_000), ("desk.css", 8_000)])
def test_each_style_sheet_keeps_its_budget(manifest, sheet, most):
    assert weight(manifest[sheet]) <= most


def test_a_french_page_loads_at_most_100_kilobytes_of_fonts(manifest):
    assert sum((DIST / manifest[name]).stat().st_size for name in FRENCH) <= 100_000


def test_fonts_are_named_as_they_are_served_and_stand_in_no_one_s_way(manifest):
    faces = (DIST / manifest["app.css"]).read_text().split("@font-face")[1:]
    loaded = [face for face in faces if "url(" in face]
    fonts = {name for key, name in manifest.items() if key.endswith(".woff2")}
    assert {name for name in fonts if any(f'url("{name}")' in face for face in loaded)} == fonts
    assert all("font-display: swap" in face for face in loaded)
    assert "@font-face" not in (DIST / manifest["light.css"]).read_text()


def test_the_scripts_of_all_pages_are_one_file(manifest):
    assert not STATIC_IMPORT.search((DIST / manifest["app.js"]).read_text())


@pytest.mark.parametrize("is_member", [False, True])
def test_a_topic_page_loads_at_most_45_kilobytes_of_scripts(manifest, client, sign_in, is_member):
    post = PostFactory()
    if is_member:
        sign_in(client, UserFactory())
    page = Page(client.get(f"/fr/topics/{post.topic.public_id}", follow_redirects=True).text)
    asked = {name for element in page.root.iter() for name in element.get("data-behaviour", "").split()}
    assert "live-topic" in asked
    assert ("composer" in asked) == is_member
    index = (STATIC / "js" / "behaviours" / "index.js").read_text()
    modules = [found["module"] for found in ON_DEMAND.finditer(index) if found["name"] in asked]
    files = [manifest["app.js"], *(path.name for module in modules for path in DIST.glob(f"{module}.*.js"))]
    assert len(files) == 1 + len(modules)
    assert sum(weight(name) for name in files) <= 45_000
    assert all(own(path) == {manifest["app.js"]} for path in files[1:])


def weight(name):
    """Bytes of a file as they are sent."""
    return (DIST / f"{name}.br").stat().st_size


def own(name):
    """The files that a module imports at once."""
    return {Path(path).name for path in STATIC_IMPORT.findall((DIST / name).read_text())}


@pytest.mark.parametrize("side", ["left", "right", "top", "bottom"])
def test_style_sheets_know_start_and_end_but_no_side(side):
    physical = (f"margin-{side}:", f"padding-{side}:", f"border-{side}:", f" {side}:", f"text-align: {side}")
    for sheet in (STATIC / "css").rglob("*.css"):
        found = [rule for rule in physical if rule in sheet.read_text()]
        assert not found, f"{sheet.name}: {found}"
