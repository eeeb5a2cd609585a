"""A picture as a table: numbers with the lists behind them, shares, and what a reader outside the team may not see."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from mash.measures.outside import FigureNumber
from mash.measures.pictures import WHOLE, Picture, Row, Share, whole
from mash.measures.suppress import HIDDEN, small

Address = Callable[[Picture, str, str], str]
"""Where the list behind a number of a group is: of a picture, its number and its group."""
FIGURES = {
    "received": "contacts-received",
    "requests": "request-share",
    "helped": "early-help-share",
    "children": "children-on-contacts",
}
"""The numbers of a month that are also the numerator of a figure added up by day."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what it says, and the address of the list behind it, if the reader may open one."""

    text: str
    opens: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table; ``total`` for the last, which adds up the others."""

    name: str
    cells: Sequence[Cell]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture as a reader may see it: its rows, with None in place of one that may not leave, and all together.

    ``whole`` is None where a row is hidden, for it would give that row back.
    """

    picture: Picture
    rows: Sequence[tuple[str, Row | None]]
    whole: Row | None

    def shares(self, share: Share) -> list[Decimal | None]:
        return [None if row is None else row.share(share) for _, row in self.rows]


def seen(picture: Picture, rows: Sequence[Row], hidden: AbstractSet[FigureNumber] | None) -> Seen:
    """Hide each row with a small number, or a small rest of one, from a reader outside the team; and then their sum.

    Args:
        hidden: What figures of these months hide, which their rows do not tell either; None for who is in the team.
    """
    told = {(f"{first:%Y%m}", id) for first, id, part, side in hidden or () if side == "numerator" and not part}
    few = {row.group for row in rows if hidden is not None and (_tells_a_few(picture, row) or _tells(row, told))}
    shown = [(row.group, None if row.group in few else row) for row in rows]
    return Seen(picture, shown, None if few else whole(rows, picture))


def _tells(row: Row, told: AbstractSet[tuple[str, str]]) -> bool:
    return any((row.group, FIGURES.get(number, "")) in told for number in row.numbers)


def _tells_a_few(picture: Picture, row: Row) -> bool:
    rests = [row.numbers[share.whole] - row.numbers[share.part] for share in picture.shares]
    return any(map(small, (*row.numbers.values(), *rests)))


def table(found: Seen, address: Address | None) -> list[Line]:
    """Write a picture's rows and their sum.

    Args:
        address: Where lists are; None for a reader who may open none.
    """
    lines = [_line(found.picture, group, row, address) for group, row in found.rows]
    if len(lines) > 1 and found.whole:
        lines.append(_line(found.picture, WHOLE, found.whole, address))
    return lines


def _line(picture: Picture, group: str, row: Row | None, address: Address | None) -> Line:
    name = "Together" if group == WHOLE else month_words(group) if picture.by_month else group
    if row is None:
        return Line(name, [Cell(HIDDEN)] * (len(picture.numbers) + len(picture.shares)))
    shares = [Cell(share_words(row.share(share))) for share in picture.shares]
    numbers = [
        Cell(f"{number:,}", address(picture, code, group) if address and number else "")
        for code, number in row.numbers.items()
    ]
    return Line(name, [*shares, *numbers], group == WHOLE)


def share_words(share: Decimal | None) -> str:
    """Write a share; a dash for a share of nothing.

    >>> share_words(Decimal("15.4")), share_words(None)
    ('15.4%', '–')
    """
    return "–" if share is None else f"{share}%"


def month_words(group: str, *, short: bool = False) -> str:
    """Write a month from its number.

    >>> month_words("202604"), month_words("202604", short=True)
    ('April 2026', 'Apr 26')
    """
    day = date(int(group[:4]), int(group[4:]), 1)
    return f"{day:%b %y}" if short else f"{day:%B %Y}"


def says(found: Seen) -> str:
    """Say in a sentence or two what a picture shows."""
    known = [(group, row) for group, row in found.rows if row is not None]
    if not known:
        return "There is nothing to show of these days."
    said = _of_months(found, known) if found.picture.by_month else _of_groups(found, known)
    hidden = len(found.rows) - len(known)
    if hidden:
        said += f" {hidden} of {len(found.rows)} rows have numbers too small to leave the team."
    return said


def _of_months(found: Seen, known: Sequence[tuple[str, Row]]) -> str:
    said = []
    for share in found.picture.shares:
        shares = [(group, row, value) for group, row in known if (value := row.share(share)) is not None]
        if not shares:
            continue
        group, row, latest = shares[-1]
        least, most = min(value for *_, value in shares), max(value for *_, value in shares)
        numbers = f"{row.numbers[share.part]:,} of {row.numbers[share.whole]:,}"
        words = f"{share.words[0].upper()}{share.words[1:]}: {latest}% in {month_words(group)} ({numbers})"
        said.append(f"{words}, from {least}% to {most}% over these months." if len(shares) > 1 else f"{words}.")
    return " ".join(said) or "There is nothing to take a share of in these months."


def _of_groups(found: Seen, known: Sequence[tuple[str, Row]]) -> str:
    first = next(iter(found.picture.numbers))
    words = found.picture.numbers[first][1]
    group, row = max(known, key=lambda one: one[1].numbers[first])
    every = found.whole
    if every is None:
        return f"The largest group shown is {group}: {row.numbers[first]:,} {words}."
    return f"{every.numbers[first]:,} {words} in all. The largest group is {group}: {row.numbers[first]:,}."
