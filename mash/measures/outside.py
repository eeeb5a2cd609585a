"""Which numbers of several figures must be hidden before they leave the team, taken together.

Figures share their counts: those who asked for a service and those who did not come to all, replies in time, late and
never to all that were asked. So what is hidden in one figure must not follow from the others. See ``withhold``.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date

from mash.measures.figures import Figure
from mash.measures.measure import Measure
from mash.measures.terms import TERMS
from mash.measures.withhold import Cell, Sum, equal, withheld

FigureNumber = tuple[date, str, str, str]
"""A number of a figure: the first day, the measure, the part, and ``numerator`` or ``denominator``."""
OUT_OF: dict[str, Cell] = {
    "agreement-recorded-share": ("requests",),
    "re-referral-share": ("in", "referrals", ""),
    "referral-no-further-action-share": ("in", "referrals", ""),
    "referral-share": ("received",),
    "replied-late": ("of", "replied-in-time"),
    "never-replied": ("of", "replied-in-time"),
    "replied-in-time-by-rating": ("of", "replied-in-time"),
    **dict.fromkeys(
        (
            "children-referred-share", "children-early-help-share", "children-no-service-share", "repeat-contact-90",
            "repeat-contact-365", "multiple-contact-365", "source-mix", "concern-mix", "source-unknown-share",
            "ethnicity-unknown-share",
        ),
        ("children",),
    ),
}  # fmt: skip
"""The denominators that are another figure's number too; what begins with ``of`` is shared part by part."""
PARTITIONS = ("early-help", "assessment", "no-service")
OVERLAPPING = "concern-mix"


def to_hide(figures: Sequence[Figure], before: Sequence[Sequence[Figure]] = ()) -> set[FigureNumber]:
    """Return the numbers to hide. Those added up from terms hide one another first, whatever is read row by row.

    So a table of the former alone hides in them what a table of all hides, and neither needs the other's cost.

    Args:
        before: The same figures as they left the team earlier, oldest first. What was hidden then stays hidden, and
            what was shown then and has not changed hides nothing now: else one would give the other away.
    """
    by_period: defaultdict[tuple[date, date], list[int]] = defaultdict(list)
    for place, one in enumerate(figures):
        by_period[one.first, one.last].append(place)
    found: set[FigureNumber] = set()
    for period, places in by_period.items():
        earlier = [[one for one in some if (one.first, one.last) == period] for some in before]
        found |= _in_period(figures, places, earlier)
    return found


def _in_period(
    figures: Sequence[Figure], places: Sequence[int], before: Sequence[Sequence[Figure]]
) -> set[FigureNumber]:
    held: set[Cell] = set()
    seen: dict[Cell, int] = {}
    for some in before:
        numbers, hidden, _ = _hidden(some, range(len(some)), held, seen)
        held |= hidden
        seen |= {cell: number for cell, number in numbers.items() if cell not in hidden}
    _, hidden, shown = _hidden(figures, places, held, seen)
    return {(*figures[place].key, side) for (place, side), cell in shown.items() if cell in hidden}


def _hidden(
    figures: Sequence[Figure], places: Sequence[int], held: AbstractSet[Cell], seen: Mapping[Cell, int]
) -> tuple[dict[Cell, int], set[Cell], dict[tuple[int, str], Cell]]:
    """Give every number, the cells to hide, and the cell of each number shown: first of what is added up, then all."""
    added = [place for place in places if figures[place].measure.numerator]
    hidden, known = set(held), set[Cell]()
    if len(added) < len(places):
        numbers, hidden, _ = _hidden(figures, added, held, seen)
        known = numbers.keys() - hidden
    numbers, sums, shown = _numbers(figures, places)
    same = {cell for cell, number in numbers.items() if seen.get(cell) == number} - held
    for shows in (known | same, known):  # where no other does, what is as it was: no reader knows that it still is
        hidden = withheld(numbers, sums, hidden & numbers.keys(), known=shows) | held
    return numbers, hidden, shown


def _numbers(
    figures: Sequence[Figure], places: Iterable[int]
) -> tuple[dict[Cell, int], list[Sum], dict[tuple[int, str], Cell]]:
    """Give every number of some figures by its cell, how cells add up, and the cell of each number shown."""
    numbers: dict[Cell, int] = {}
    sums: list[Sum] = []
    shown: dict[tuple[int, str], Cell] = {}
    for place in places:
        one = figures[place]
        shown[place, "numerator"] = numerator = _cell(one.measure, "in", one.part)
        numbers[numerator] = one.numerator
        if one.denominator is not None:
            shown[place, "denominator"] = denominator = _cell(one.measure, "of", one.part)
            rest: Cell = ("rest", one.measure.id, one.part)
            numbers |= {denominator: one.denominator, rest: one.denominator - one.numerator}
            sums.append(equal(denominator, [numerator, rest]))
    sums += _of_terms(figures, shown, numbers) + _of_parts(figures, shown)
    return numbers, [each for each in sums if each.keys() <= numbers.keys()], shown


def _cell(measure: Measure, side: str, part: str) -> Cell:
    names = measure.numerator if side == "in" else measure.denominator
    if names:
        return names
    if side == "of" and measure.id in OUT_OF:
        shared = OUT_OF[measure.id]
        by_rating = measure.by == "rating"
        return (*shared, f"rated {part}" if by_rating and part else part) if shared[0] == "of" else shared
    return (side, measure.id, part)


def _of_terms(figures: Sequence[Figure], shown: dict[tuple[int, str], Cell], numbers: dict[Cell, int]) -> list[Sum]:
    """Write how terms add up; what a reader can take from another, such as those who did not ask, is guarded too."""
    sums = [equal(cell, [(name,) for name in cell]) for cell in {*shown.values()} if len(cell) > 1 and _terms(cell)]
    sums.append(equal(("received",), [("requests",), ("others",)]))
    for whole, before in (("received", ""), ("requests", "requests.")):
        _guard(numbers, sums, (whole,), [(f"{before}{name}",) for name in PARTITIONS])
    for name in PARTITIONS:
        _guard(numbers, sums, (name,), [(f"requests.{name}",)])
    return sums


def _terms(cell: Cell) -> bool:
    return all(name in TERMS for name in cell)


def _guard(numbers: dict[Cell, int], sums: list[Sum], whole: Cell, parts: list[Cell]) -> None:
    if numbers.keys() >= {whole, *parts}:
        left: Cell = ("left of", *whole)
        numbers[left] = numbers[whole] - sum(numbers[part] for part in parts)
        sums.append(equal(whole, [*parts, left]))


def _of_parts(figures: Sequence[Figure], shown: dict[tuple[int, str], Cell]) -> list[Sum]:
    """Write that the parts of a figure come to its whole, and that the three answers come to what was asked."""
    parts: defaultdict[tuple[str, str], list[Cell]] = defaultdict(list)
    wholes: dict[tuple[str, str], Cell] = {}
    answers: defaultdict[Cell, list[Cell]] = defaultdict(list)
    for (place, side), cell in shown.items():
        one = figures[place]
        if one.part and one.measure.id != OVERLAPPING:
            parts[one.measure.id, side].append(cell)
        elif not one.part:
            wholes[one.measure.id, side] = cell
        if one.measure.id in {"replied-in-time", "replied-late", "never-replied"} and side == "numerator":
            answers[_cell(one.measure, "of", one.part)].append(cell)
    sums = [equal(wholes[key], cells) for key, cells in parts.items() if key in wholes and key[0] != "source-mix"]
    if mix := parts.get(("source-mix", "numerator")):
        sums.append(equal(("children",), mix))
    return sums + [equal(asked, cells) for asked, cells in answers.items() if len(cells) == 3]
