"""Make the files under `static/dist`, running again only the parts whose inputs changed."""

import json
import sys
from pathlib import Path
from typing import TypedDict

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.assets.app_icons import APP_ICONS
from tools.assets.fonts import FONTS
from tools.assets.icons import ICONS
from tools.assets.output import DIST, ROOT, Part, digest_of, write, write_json
from tools.assets.scripts import SCRIPTS
from tools.assets.styles import STYLES
from tools.assets.world import WORLD

# The style sheets name the fonts by what they were built to: fonts come first.
PARTS = (FONTS, STYLES, ICONS, APP_ICONS, WORLD, SCRIPTS)
RECORD, MANIFEST = DIST / "build.json", DIST / "manifest.json"


class Built(TypedDict):
    """What one part gave, as the record keeps it: a digest of its inputs, its files, their names in templates."""

    inputs: str
    files: list[str]
    entries: dict[str, str]


def main() -> None:
    DIST.mkdir(parents=True, exist_ok=True)
    before: dict[str, Built] = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    tools = digest_of([Path(__file__).resolve(), *(ROOT / "tools" / "assets").glob("*.py")])
    after = {part.name: made(part, tools, before.get(part.name)) for part in PARTS}
    if after == before and MANIFEST.exists():
        return
    write_json(MANIFEST, {key: name for built in after.values() for key, name in built["entries"].items()})
    write_json(RECORD, after)
    remove_others({name for built in after.values() for name in built["files"]} | {RECORD.name, MANIFEST.name})


def made(part: Part, tools: str, before: Built | None) -> Built:
    """Take the part over from the last build when nothing it reads has changed, else build it anew."""
    inputs = tools + digest_of(part.inputs())
    if before and before["inputs"] == inputs and all((DIST / name).exists() for name in before["files"]):
        return before
    products = part.build()
    files = [name for product in products for name in write(product)]
    entries = {product.key: product.name for product in products if product.key}
    print(f"assets: {part.name}, {sum(len(product.content) for product in products) / 1000:.0f} kB")
    return {"inputs": inputs, "files": files, "entries": entries}


def remove_others(kept: set[str]) -> None:
    """Remove what earlier builds left."""
    for path in DIST.rglob("*"):
        if path.is_file() and str(path.relative_to(DIST)) not in kept:
            path.unlink()


if __name__ == "__main__":
    main()
