"""Reads a file of JSON Lines, line by line: the memory it takes does not depend on how long the file is."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import orjson

from app.transfer.carried.register import carried
from app.transfer.carried.shaping import read_carried
from app.transfer.form import FORM, read_line
from app.transfer.values import LineError
from app.transfer.writing import Line

LONGEST = 4 << 20


@dataclass(frozen=True)
class Read:
    """A line as it was read; how many bytes of the file are behind."""

    number: int
    behind: int
    line: Line | None
    problem: str = ""


@contextmanager
def opened(path: Path) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """A file, and the same as it lies on the disk: they differ for one packed by gzip."""
    with path.open("rb") as raw:
        if path.suffix == ".gz":
            with gzip.open(raw, "rb") as unpacked:
                yield unpacked, raw  # type: ignore[misc]
        else:
            yield raw, raw


def read_lines(path: Path) -> Iterator[Read]:
    """Every line but empty ones and the head; what is wrong with one is told, and the next is read."""
    with opened(path) as (file, raw):
        number = 0
        while text := file.readline(LONGEST):
            number += 1
            behind = raw.tell()
            if not text.endswith(b"\n") and len(text) == LONGEST:
                while (rest := file.readline(LONGEST)) and not rest.endswith(b"\n"):
                    pass
                yield Read(number, behind, None, f"is longer than {LONGEST >> 20} MB")
            elif text.strip():
                yield from _read(text, number, behind)


def _read(text: bytes, number: int, behind: int) -> Iterator[Read]:
    try:
        told = orjson.loads(text)
        if isinstance(told, dict) and told.get("type") in carried():
            kind = told.pop("type")
            values = read_carried(kind, told)
        else:
            kind, values = read_line(told)
        if kind == "head":
            if values["form"] != FORM:
                raise LineError(f"is of form {values['form']}, this version reads form {FORM}")
            return
    except orjson.JSONDecodeError as wrong:
        yield Read(number, behind, None, f"is no JSON: {wrong}")
    except LineError as wrong:
        yield Read(number, behind, None, str(wrong))
    else:
        yield Read(number, behind, Line(number, kind, values))
