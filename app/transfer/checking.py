"""A dry run: every line is read, checked and rendered as if it were to be written, and nothing is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from io import BytesIO
from typing import IO, Any

from app.transfer.carried.naming import has_own_names
from app.transfer.carried.register import carried
from app.transfer.places import slug_of
from app.transfer.talks import Waiting, labels_of
from app.transfer.values import LineError
from app.transfer.writing import Line, Summary, Writer


class NoStore:
    """Keeps no file: for a dry run."""

    def put(self, digest: str, content: bytes) -> None:
        """Nothing is kept."""

    def open(self, digest: str) -> IO[bytes]:
        return BytesIO()

    def delete(self, digest: str) -> None:
        """There is nothing to forget."""

    def digests(self, older_than: float) -> Iterator[str]:
        return iter(())


class Checker(Writer):
    """Takes lines as the writer does, and writes none."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._seen: set[bytes] = set()

    def write(self, lines: Sequence[Line]) -> None:
        """Check some lines."""
        for line in self._prepared(self._unknown(lines)):
            try:
                self._check(line)
            except LineError as wrong:
                self.summary.refuse(line.number, str(wrong))
            else:
                if "id" in line.values:
                    self._seen.add(_short(line.kind, line.values["id"]))
                self.summary.added[line.kind] += 1

    def finish(self) -> Summary:
        """Tell of topics without posts; nothing is set."""
        self._links.clear()
        return super().finish()

    def _check(self, line: Line) -> None:
        values = line.values
        if line.kind in carried():
            self._check_carried(line)
            return
        if _short(line.kind, values["id"]) in self._seen:
            raise LineError(f"there is another {line.kind} {values['id']}")
        for kind, name in _named(line):
            if name and _short(kind, name) not in self._seen and not self.keys.find(kind, [name]):
                raise LineError(f"there is no {kind} {name}")
        if line.kind in {"space", "category"} and not values["slug"]:
            slug_of(values["id"], line.kind)
        if line.kind == "topic":
            self._waiting[values["id"]] = Waiting(line.number, {}, labels_of(values["tags"]))
        elif line.kind == "post":
            self._waiting.pop(values["topic"], None)

    def _check_carried(self, line: Line) -> None:
        kind, values = carried()[line.kind], line.values
        named = [(ref, values[column.removesuffix("_id")]) for column, ref in kind.refs.items()]
        if kind.subject:
            told = values[kind.subject.entry]
            named.append((kind.subject.kinds[told["kind"]], told["id"]))
        for ref, name in named:
            if (
                name
                and not has_own_names(ref)
                and _short(ref, name) not in self._seen
                and not self.keys.find(ref, [name])
            ):
                raise LineError(f"there is no {ref} {name}")


def _named(line: Line) -> Iterable[tuple[str, str | None]]:
    """What a line points to, and what must stand before it."""
    values = line.values
    if line.kind == "category":
        return [("space", values["space"])]
    if line.kind == "person":
        return [("space", role["space"]) for role in values["roles"]]
    if line.kind == "topic":
        hosts = values["session"]["hosts"] if values["session"] else []
        people = [("person", name) for name in (values["author"], values["state_by"], *hosts)]
        return [("category", values["category"]), *people]
    if line.kind == "post":
        reacting = [("person", one["by"]) for one in values["reactions"]]
        named = [("topic", values["topic"]), ("person", values["author"]), ("post", values["reply_to"])]
        return [*named, *reacting]
    return []


def _short(kind: str, name: str) -> bytes:
    return blake2b(f"{kind}\0{name}".encode(), digest_size=12).digest()
