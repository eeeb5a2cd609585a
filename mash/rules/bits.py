"""Numbers as sets of places, a bit for each: the children for whom something is so, however many there are."""

from collections.abc import Iterable
from itertools import compress

_BITS = [[bit for bit in range(8) if byte >> bit & 1] for byte in range(256)]


def set_bits(number: int) -> list[int]:
    """Return the places of the bits that are set, lowest first.

    >>> set_bits(0b100101)
    [0, 2, 5]
    """
    packed = number.to_bytes((number.bit_length() + 7) // 8, "little")
    return [place * 8 + bit for place in compress(range(len(packed)), packed) for bit in _BITS[packed[place]]]


def of_bits(places: Iterable[int], size: int) -> int:
    """Return the number with these bits set.

    >>> of_bits([0, 2, 5], 6)
    37
    """
    packed = bytearray(size // 8 + 1)
    for place in places:
        packed[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(packed, "little")
