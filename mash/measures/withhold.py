"""Hide small numbers of tables that share sums, and as many more as it takes that no sums together give one back."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from fractions import Fraction

from mash.measures.suppress import small

Cell = tuple[str, ...]
Sum = Mapping[Cell, int]
NOBODY: AbstractSet[Cell] = frozenset()


def equal(whole: Cell, parts: Iterable[Cell], less: Iterable[Cell] = ()) -> Sum:
    """Write that parts, less some others, come to a whole: each cell with its sign, so that all come to nought.

    >>> equal(("all",), [("a",), ("b",)])
    {('a',): 1, ('b',): 1, ('all',): -1}
    """
    return {**dict.fromkeys(parts, 1), **dict.fromkeys(less, -1), whole: -1}


def withheld(
    numbers: Mapping[Cell, int],
    sums: Sequence[Sum],
    held: AbstractSet[Cell] = NOBODY,
    unsaid: AbstractSet[Cell] = NOBODY,
    known: AbstractSet[Cell] = NOBODY,
) -> set[Cell]:
    """Return the cells to hide, so that none of them follows from those shown and all the sums taken together.

    Args:
        numbers: Every number that is shown, or that follows from one that is.
        sums: All that a reader may know of how they add up.
        held: Cells hidden whatever their number.
        unsaid: Cells that are not shown, and need not be guarded.
        known: Cells that a reader has already, so that to hide them hides nothing.
    """
    few = {cell for cell, number in numbers.items() if cell in held or (small(number) and cell not in unsaid)}
    hidden = few | unsaid
    while more := _more(numbers, few, given_away(hidden, sums), known):
        hidden |= more
    return hidden - (given_away(hidden, sums).keys() - few)  # of what was hidden to hide others, what hides nothing


def _more(
    numbers: Mapping[Cell, int],
    few: AbstractSet[Cell],
    given: Mapping[Cell, AbstractSet[Cell]],
    known: AbstractSet[Cell],
) -> set[Cell]:
    """Return what to hide next: of what gives a cell away, the smallest that is not nought."""
    more: set[Cell] = set()
    for cell in sorted(few & given.keys()):  # the same each time: two reports of one replay are one
        if (by := given[cell] - known) and not by & more:
            more.add(min(by, key=lambda one: (not numbers[one], numbers[one], one)))
    return more


def given_away(hidden: AbstractSet[Cell], sums: Iterable[Sum]) -> dict[Cell, set[Cell]]:
    """Return the hidden cells that follow from the others, each with those shown that it follows from.

    Sums are reduced until each has a hidden cell of its own that no other has. What follows from nothing is nought.
    """
    done: dict[Cell, dict[Cell, Fraction]] = {}
    for each in sums:
        line = {cell: Fraction(sign) for cell, sign in each.items()}
        for cell in [cell for cell in line if cell in done]:
            line = _less(line, done[cell], line[cell])
        lead = next((cell for cell in line if cell in hidden), None)
        if lead is None:
            continue
        line = {cell: one / line[lead] for cell, one in line.items()}
        done = {cell: _less(one, line, one[lead]) if lead in one else one for cell, one in done.items()}
        done[lead] = line
    return {cell: {*line} - hidden for cell, line in done.items() if {*line} & hidden == {cell}}


def _less(line: Mapping[Cell, Fraction], other: Mapping[Cell, Fraction], by: Fraction) -> dict[Cell, Fraction]:
    left = dict(line)
    for cell, one in other.items():
        if rest := left.pop(cell, 0) - by * one:
            left[cell] = rest
    return left
