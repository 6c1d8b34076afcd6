"""Every act of the audit log has a name in words: a code is never shown to people."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import app
from app.administration.act_names import ACTS
from app.forum.order.journal import ACTIONS

ROOT = Path(app.__file__).parent
NAMED = {*ACTS, *ACTIONS}


def codes(node: ast.expr) -> Iterator[str]:
    """What an expression for an act may be, as patterns: the parts only the run knows stand open."""
    match node:
        case ast.Constant(value=str(code)):
            yield re.escape(code)
        case ast.IfExp(body=one, orelse=other):
            yield from codes(one)
            yield from codes(other)
        case ast.JoinedStr(values=parts):
            yield "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in parts)


def audited() -> Iterator[str]:
    """Every act some room writes into the log."""
    for path in ROOT.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "audit":
                yield from codes(call.args[1])


FOUND = sorted(set(audited()))


@pytest.mark.parametrize("code", FOUND)
def test_an_act_has_a_name(code: str) -> None:
    assert any(re.fullmatch(code, name) for name in NAMED)


def test_acts_are_found() -> None:
    assert {"suspend", "wiki", "unwiki", ".+_session"} <= set(FOUND)
