"""Sets of document numbers as integers: bit n is document n. Python counts and intersects them at C speed."""

from collections.abc import Collection, Iterator
from itertools import compress

_FROM_DIGITS = bytes.maketrans(b"01", b"\x00\x01")
_FEW = 32
_TO_DIGITS = bytes.maketrans(b"\x00\x01", b"01")


def bits_of(numbers: Collection[int], size: int) -> int:
    """The set of these document numbers, all below `size`."""
    if len(numbers) < _FEW:
        bits = 0
        for number in numbers:
            bits |= 1 << number
        return bits
    mask = bytearray(size)
    for number in numbers:
        mask[number] = 1
    mask.reverse()
    return int(mask.translate(_TO_DIGITS), 2)


def mask_of(bits: int, size: int) -> bytes:
    """One byte per document, 1 for members: the fastest thing to ask while walking a posting list."""
    return format(bits, f"0{size}b").encode().translate(_FROM_DIGITS)[::-1]


def members(bits: int, size: int) -> Iterator[int]:
    """The document numbers of a set, ascending."""
    return compress(range(size), mask_of(bits, size))
