"""Sets of document numbers as integers: bit n is document n. Python counts and intersects them at C speed."""

from collections.abc import Collection, Iterator, Sequence
from functools import reduce
from itertools import compress
from operator import or_

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


def weighing(sets: Sequence[int], weights: Sequence[int], least: int) -> int:
    """The members of so many of the sets that the weights of those come to `least` or more.

    Sums are kept bit by bit: place n of `planes` holds whose sum has bit n.
    """
    planes: list[int] = []
    for bits, weight in zip(sets, weights, strict=True):
        for bit in range(weight.bit_length()):
            carry, place = bits if weight >> bit & 1 else 0, bit
            while carry:
                planes += [0] * (place + 1 - len(planes))
                planes[place], carry = planes[place] ^ carry, planes[place] & carry
                place += 1
    above, equal = 0, reduce(or_, sets, 0)
    for place in reversed(range(max(len(planes), least.bit_length()))):
        plane = planes[place] if place < len(planes) else 0
        if least >> place & 1:
            equal &= plane
        else:
            above |= equal & plane
            equal &= ~plane
    return above | equal
