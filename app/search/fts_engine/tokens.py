"""Tokens as FTS5 takes them: one string, a token a line."""

from collections.abc import Iterable

_BETWEEN = "\n"
# The `ascii` tokenizer keeps every letter outside ASCII whole and splits at whatever of ASCII is neither letter nor
# digit: those few signs, such as the space between two syllables, are moved to where nothing splits.
_SPLITTING = {code: 0xF700 + code for code in range(128) if not chr(code).isalnum() and chr(code) != _BETWEEN}


def joined(tokens: Iterable[str]) -> str:
    """Tokens in their order, as a text."""
    return _BETWEEN.join(tokens).translate(_SPLITTING)


def phrase(tokens: Iterable[str], *, is_prefix: bool = False) -> str:
    """The same as a question."""
    return f'"{joined(tokens)}"{"*" if is_prefix else ""}'
