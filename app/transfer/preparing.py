"""What can be done before the database is held: texts rendered, languages guessed, files checked and kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.core import markdown
from app.core.errors import DomainError
from app.core.files import FileStore, StoredFile, store_file
from app.core.languages import detect
from app.core.marks import HANDLE, TAG
from app.forum.composing.naming import resolve_names
from app.transfer.kept_files import keep_as_it_is
from app.transfer.values import LineError


class Preparer:
    """Makes lines ready to be written."""

    def __init__(
        self, store: FileStore, files: Path, lang: str, *, trusts_files: bool = False, names_members: bool = True
    ) -> None:
        self._store = store
        self._files = files
        self._lang = lang
        self._trusts_files = trusts_files
        self._names_members = names_members
        """Whether `@name` in a text means a member of this platform."""

    def prepare(self, kind: str, values: dict[str, Any]) -> None:
        """Add what a line needs beside its entries. Raises LineError."""
        if kind != "post":
            return
        html = markdown.render(values["markdown"])
        values["html"] = resolve_names(html) if self._names_members else without_names(html)
        values["lang"] = values["lang"] or detect(values["markdown"], self._lang)
        values["stored"] = [self._keep(file) for file in values["files"]]
        for name, content in values.pop("enclosed", ()):
            self._enclose(values, name, content)

    def _enclose(self, values: dict[str, Any], name: str, content: bytes) -> None:
        """Keep a file that came inside its post; what is not taken here stays away, and the post does not."""
        try:
            stored = self._checked(name, content)
        except LineError:
            return
        values["files"].append({"id": None, "alt": name if stored.is_image else "", "time": None})
        values["stored"].append(stored)

    def _keep(self, file: dict[str, Any]) -> StoredFile:
        path = (self._files / file["path"]).resolve()
        if not path.is_relative_to(self._files.resolve()) or not path.is_file():
            raise LineError(f"there is no file {file['path']}")
        name = file["name"] or path.name
        if self._trusts_files:
            return keep_as_it_is(self._store, name, path)
        return self._checked(name, path.read_bytes())

    def _checked(self, name: str, content: bytes) -> StoredFile:
        try:
            return store_file(self._store, name, content)
        except DomainError as refusal:
            raise LineError(f"{name}: {refusal.reason}") from None


def without_names(html: str) -> str:
    """`@name` and `#word` as they were typed: they mean nobody here."""
    return TAG.sub(lambda match: match[2], HANDLE.sub(lambda match: match[2], html))
