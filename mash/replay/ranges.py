"""Ranges beside counts, and small groups held back so that nobody can be worked out."""

from collections.abc import Sequence
from math import sqrt

SURE = 1.96
SMALLEST_SHOWN = 10


def share_range(part: int, whole: int) -> tuple[float, float]:
    """Return the 95% range of a share, by Wilson's score; 0 to 1 of nobody.

    >>> [round(end, 3) for end in share_range(58, 647)]
    [0.07, 0.114]
    """
    if not whole:
        return 0.0, 1.0
    share, square = part / whole, SURE * SURE
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    reach = SURE / (1 + square / whole) * sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def paired_difference(came_in: int, went_out: int, whole: int) -> tuple[float, float, float]:
    """Return the difference between two shares of the same children, and its 95% range.

    >>> [round(end, 4) for end in paired_difference(30, 10, 1000)]
    [0.02, 0.0077, 0.0323]
    """
    if not whole:
        return 0.0, 0.0, 0.0
    difference = (came_in - went_out) / whole
    spread = SURE * sqrt(max(0.0, (came_in + went_out) / whole - difference * difference) / whole)
    return difference, difference - spread, difference + spread


def held_back(sizes: Sequence[int], least: int = SMALLEST_SHOWN) -> set[int]:
    """Return the places of the groups not to show: those under `least`, and if that leaves one to be had by taking
    the rest from the whole, the next smallest too.

    >>> held_back([500, 7, 60, 12]), held_back([500, 7, 3]), held_back([500, 0])
    ({1, 3}, {1, 2}, set())
    """
    small = {place for place, size in enumerate(sizes) if 0 < size < least}
    if small and (len(small) == 1 or sum(sizes[place] for place in small) < least):
        others = [place for place, size in enumerate(sizes) if size and place not in small]
        if others:
            small.add(min(others, key=lambda place: (sizes[place], place)))
    return small
