"""The script: `static/js/app.js` bundled as an ES module; what it imports on demand stays in files of its own."""

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tools.assets.esbuild import esbuild
from tools.assets.output import ROOT, Part, Product, hashed

SOURCES = ROOT / "static" / "js"
ENTRIES = ("app.js",)
WORKER = "worker.js"
"""The service worker, whole in one file: every browser takes that."""


def inputs() -> Iterable[Path]:
    return [*SOURCES.rglob("*.js"), ROOT / "package-lock.json"]


def build() -> list[Product]:
    with tempfile.TemporaryDirectory() as folder:
        out, meta = Path(folder) / "out", Path(folder) / "meta.json"
        entries = [str(SOURCES / entry) for entry in ENTRIES]
        names = ["--entry-names=[name].[hash]", "--chunk-names=[name].[hash]"]
        shape = ["--bundle", "--minify", "--format=esm", "--splitting", "--target=es2022", "--legal-comments=none"]
        esbuild(*entries, *shape, *names, f"--outdir={out}", f"--metafile={meta}")
        worker = esbuild(str(SOURCES / WORKER), "--bundle", "--minify", "--format=iife", "--target=es2022")
        keys = {Path(name).name: key for name, key in _entries(json.loads(meta.read_text())["outputs"])}
        modules = [Product(keys.get(path.name), path.name, path.read_bytes()) for path in sorted(out.iterdir())]
        return [*modules, hashed(WORKER, worker)]


def _entries(outputs: dict[str, dict[str, str]]) -> Iterable[tuple[str, str]]:
    """Output file and entry name, for entries alone: a module imported on demand is an entry point to esbuild too."""
    for name, details in outputs.items():
        source = Path(details.get("entryPoint", ""))
        if source.name in ENTRIES and (ROOT / source).parent == SOURCES:
            yield name, source.name


SCRIPTS = Part("scripts", inputs, build)
