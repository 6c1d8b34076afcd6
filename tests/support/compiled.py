"""What is compiled once for all the applications of a run: each test builds its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule


class CompiledTemplates(BytecodeCache):
    """Keeps the byte code in memory; Jinja itself checks that it is of the same source."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (code := self._kept.get(bucket.key)) is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


class CompiledRule(Rule):
    """A rule of addresses whose building function, the same in every application, is made once: it is most of what an
    application costs to make."""

    _kept: ClassVar[dict[tuple[Any, ...], Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        of = (self.rule, self.subdomain, self.merge_slashes, repr(self.defaults), append_unknown)
        if of not in self._kept:
            self._kept[of] = super()._compile_builder(append_unknown)
        return self._kept[of]
