"""The sprite holds the icons that templates name, and a name that does not exist stops the build."""

import json

import pytest

from tools.assets import icons
from tools.assets.output import DIST


@pytest.fixture
def named(tmp_path, monkeypatch):
    """Says which icons a template of this text asks for."""

    def names(text: str) -> set[str]:
        template = tmp_path / "page.html"
        template.write_text(text)
        monkeypatch.setattr(icons, "_templates", lambda: [template])
        return icons.names()

    return names


def test_names_are_read_in_calls_and_in_expressions(named):
    always = named("")
    assert named('{{ icon("anchor", turns=true) }}') - always == {"anchor"}
    assert named('{{ icon({"good": "anchor"}.get(tone, "ship")) }}') - always == {"anchor", "ship"}
    assert named("{{ icon('anchor' if far else 'ship') }}") - always == {"anchor", "ship"}


def test_a_name_that_does_not_exist_stops_the_build(named):
    with pytest.raises(SystemExit, match="belfrey"):
        named('{{ icon("belfrey") }}')


def test_the_sprite_holds_what_the_pages_name():
    manifest = json.loads((DIST / "manifest.json").read_text())
    sprite = (DIST / manifest["icons.svg"]).read_text()
    assert all(f'id="i-{name}"' in sprite for name in icons.names() | {"beffroi"})
