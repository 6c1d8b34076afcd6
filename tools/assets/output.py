"""What a part of the build hands back, and how it is written: hashed names, compressed twins, one manifest."""

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "static" / "dist"
PACKAGES = ROOT / "node_modules"
TEXT = {".css", ".js", ".svg", ".json"}


@dataclass(frozen=True)
class Product:
    """One file to serve. `key` is its name in templates; None for what only other files refer to."""

    key: str | None
    name: str
    content: bytes


@dataclass(frozen=True)
class Part:
    """One part of the build: it runs again only when its inputs, or the build itself, have changed."""

    name: str
    inputs: Callable[[], Iterable[Path]]
    build: Callable[[], list[Product]]


def hashed(key: str, content: bytes) -> Product:
    """A product whose served name carries a digest of its content, so that it may be cached for ever."""
    stem, dot, suffix = key.rpartition(".")
    digest = hashlib.sha256(content).hexdigest()[:10]
    return Product(key, f"{stem}.{digest}{dot}{suffix}", content)


def digest_of(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def write(product: Product) -> list[str]:
    """Write a product with its compressed twins; returns every name written."""
    path = DIST / product.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(product.content)
    if path.suffix not in TEXT:
        return [product.name]
    path.with_name(f"{path.name}.br").write_bytes(brotli.compress(product.content, quality=11))
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(product.content, 9, mtime=0))
    return [product.name, f"{product.name}.br", f"{product.name}.gz"]


def write_json(path: Path, value: object) -> None:
    """Replace a JSON file in one step: a server that reads it meanwhile sees the old one or the new one."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(json.dumps(value, indent=1, sort_keys=True))
    fresh.replace(path)
