"""The script: `static/js/app.js` bundled as one ES module; what it imports on demand stays in a file of its own."""

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tools.assets.esbuild import esbuild
from tools.assets.output import ROOT, Part, Product, hashed

SOURCES = ROOT / "static" / "js"
ENTRY = SOURCES / "app.js"
WORKER = SOURCES / "worker.js"
"""The service worker, whole in one file: every browser takes that."""
NAMES = ("--entry-names=[name].[hash]", "--chunk-names=[name].[hash]")
SHAPE = ("--bundle", "--minify", "--target=es2022", "--legal-comments=none")


def inputs() -> Iterable[Path]:
    return [*SOURCES.rglob("*.js"), ROOT / "package-lock.json"]


def build() -> list[Product]:
    return [*_modules(), hashed(WORKER.name, esbuild(str(WORKER), *SHAPE, "--format=iife"))]


def _modules() -> Iterable[Product]:
    """The entry with all that it imports, and each module it fetches on demand.

    Every module is made to import the entry: all code that two of them share is then the entry's own, and a page loads
    one file, not the eight that they would share. Of the entry itself a line is left that imports this file: it is not
    served.
    """
    with tempfile.TemporaryDirectory() as folder:
        out, meta = Path(folder) / "out", Path(folder) / "meta.json"
        split = ("--format=esm", "--splitting", f"--inject:{ENTRY}")
        esbuild(str(ENTRY), *split, *SHAPE, *NAMES, f"--outdir={out}", f"--metafile={meta}")
        left, whole = _entry(json.loads(meta.read_text())["outputs"])
        for path in sorted(out.iterdir()):
            if path.name != left:
                yield Product(ENTRY.name if path.name == whole else None, path.name, path.read_bytes())


def _entry(outputs: dict[str, dict[str, Any]]) -> tuple[str, str]:
    """The files that esbuild left of the entry, and made for it. Raises SystemExit if modules share another one."""
    (left,) = (name for name, made in outputs.items() if made.get("entryPoint") == str(ENTRY.relative_to(ROOT)))
    shared = [name for name, made in outputs.items() if not made.get("entryPoint")]
    if shared != [made["path"] for made in outputs[left]["imports"]]:
        raise SystemExit(f"Scripts share what the entry does not import: {', '.join(shared)}")
    return Path(left).name, Path(shared[0]).name


SCRIPTS = Part("scripts", inputs, build)
