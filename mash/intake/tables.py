"""A table before anyone knows what it is: its rows, its first few lines, and the layout its headings match."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mash.intake.cells import as_text, fold, tidy

HEADING_ROWS = 5


class FileRefused(ValueError):
    """A whole file that cannot be read. ``what`` is wrong; ``mend`` says how to put it right."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what} {mend}")
        self.what = what
        self.mend = mend


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row. ``line`` counts rows as a spreadsheet shows them; ``fault`` says why it has no cells."""

    line: int
    values: Sequence[object]
    fault: str | None = None

    @property
    def blank(self) -> bool:
        """Tell whether there is nothing in the row."""
        return self.fault is None and not any(value is not None and as_text(value).strip() for value in self.values)


@dataclass(frozen=True, slots=True)
class RawTable:
    """A sheet or a CSV file.

    Args:
        top: The first five rows.
        total: Rows that are not blank, headings included; for a sheet, the last row it claims; ``None`` if not known.
        rows: Opens the table and yields every row in order; may be called again.
        exact: Whether a cell past the last heading means that the row's cells have shifted, as in CSV.
    """

    name: str
    top: tuple[RawRow, ...]
    total: int | None
    rows: Callable[[], Iterator[RawRow]]
    exact: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A known list: the headings that each field goes by, and the fields without which it is not this list."""

    name: str
    headings: Mapping[str, tuple[str, ...]]
    needed: frozenset[str]

    def spellings(self) -> dict[str, str]:
        """Map each folded heading to its field."""
        return {fold(heading): name for name, headings in self.headings.items() for heading in headings}


@dataclass(frozen=True, slots=True)
class Match:
    """Where a layout's fields stand in a table."""

    layout: Layout
    line: int
    rows_before: int
    places: Mapping[str, int]
    headings: Mapping[str, str]
    width: int
    unknown: tuple[str, ...]

    def cells(self, row: RawRow) -> dict[str, object]:
        """Give a row's cells by field; a short row's missing cells are left out."""
        return {name: row.values[place] for name, place in self.places.items() if place < len(row.values)}

    def shifted(self, row: RawRow) -> bool:
        """Tell whether something stands past the last heading."""
        return any(as_text(value).strip() for value in row.values[self.width :])

    @property
    def lacking(self) -> list[str]:
        """List the layout's headings that the table does not have."""
        return [names[0] for name, names in self.layout.headings.items() if name not in self.places]


def find(table: RawTable, layouts: Iterable[Layout]) -> Match | None:
    """Find the layout whose headings stand in one of the first five rows, the fullest if several; ``None`` if none."""
    matches = [
        match
        for layout in layouts
        for position, row in enumerate(table.top)
        if row.fault is None and (match := _match(layout, row, table.top[:position])) is not None
    ]
    return max(matches, key=lambda match: len(match.places), default=None)


def _match(layout: Layout, row: RawRow, above: Sequence[RawRow]) -> Match | None:
    spellings = layout.spellings()
    places: dict[str, int] = {}
    headings: dict[str, str] = {}
    unknown = []
    width = 0
    for place, value in enumerate(row.values):
        heading = tidy(as_text(value))
        if not heading:
            continue
        width = place + 1
        name = spellings.get(fold(heading))
        if name is None or name in places:
            unknown.append(heading)
        else:
            places[name] = place
            headings[name] = heading
    if not layout.needed <= places.keys():
        return None
    before = 1 + sum(not other.blank for other in above)
    return Match(layout, row.line, before, places, headings, width, tuple(unknown))


def nearest(tables: Iterable[RawTable], layouts: Sequence[Layout]) -> str:
    """Say which layout a file comes nearest to and which headings it lacks; blank when it is near none."""
    best: tuple[int, str] = (1, "")
    for row in (row for table in tables for row in table.top):
        said = {fold(as_text(value)) for value in row.values}
        for layout in layouts:
            found = {name for heading, name in layout.spellings().items() if heading in said}
            lacking = sorted(layout.headings[name][0] for name in layout.needed - found)
            if lacking and len(found) > best[0]:
                best = (len(found), f"It is nearest to {layout.name}, but has no heading {', '.join(lacking)}.")
    return best[1]
