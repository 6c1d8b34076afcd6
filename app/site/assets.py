"""Addresses of built files: the manifest maps each plain name to the one that holds the content's hash."""

from __future__ import annotations

from pathlib import Path

import orjson

from app.config import PROJECT

DIST = PROJECT / "static" / "dist"


class Assets:
    """The manifest of `static/dist`, read at first use."""

    def __init__(self, folder: Path = DIST) -> None:
        self._folder = folder
        self._names: dict[str, str] = {}

    def url(self, name: str) -> str:
        """The address of a built file. Raises FileNotFoundError when none was built, KeyError for an unknown name."""
        if not self._names:
            self._names = self._read()
        return f"/static/dist/{self._names[name]}"

    def _read(self) -> dict[str, str]:
        manifest = self._folder / "manifest.json"
        if not manifest.exists():
            raise FileNotFoundError(f"{manifest} is missing: run `make assets`")
        names: dict[str, str] = orjson.loads(manifest.read_bytes())
        return names
