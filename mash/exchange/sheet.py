"""A table of descriptors that somebody else made: bytes into rows, and what is wrong with it by line and column."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

MOST_BYTES, MOST_ROWS, LONGEST = 500_000, 2_000, 500
NEEDED = ("descriptor", "level")
COLUMNS = (*NEEDED, "indicator", "source", "condition", "gives", "rule")
ALSO = {"indicator code": "indicator", "code": "indicator", "words": "descriptor"}
STARTS_A_FORMULA = ("=", "+", "-", "@")
_UNSEEN = dict.fromkeys((0xAD, 0x200B, 0xFEFF))
"""Marks that are left in words by word processors and cannot be seen."""
_SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a table: the line (0: all of it), the column if one, and how to mend it. Sentences."""

    line: int
    column: str
    wrong: str
    mend: str

    def __str__(self) -> str:
        place = ", ".join(part for part in (f"Line {self.line}" if self.line else "", self.column) if part)
        return f"{place or 'The table'}: {self.wrong} {self.mend}"


class SheetRefused(ValueError):
    """The table cannot be read at all; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))


@dataclass(frozen=True, slots=True)
class Row:
    """One row as written, spaces tidied. `line` is where it begins in the file, the heading being line 1."""

    line: int
    descriptor: str = ""
    level: str = ""
    indicator: str = ""
    source: str = ""
    condition: str = ""
    gives: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows that can be read, and what is wrong with the others."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]


def read_sheet(content: bytes) -> Sheet:
    """Read a CSV file in UTF-8, parted by commas, semi-colons or tabs. Blank rows are passed over.

    Raises:
        SheetRefused: If it is too large, not text in UTF-8, not CSV, empty, or its columns are not those of a table.
    """
    if len(content) > MOST_BYTES:
        raise _refused(0, f"It is over {MOST_BYTES:,} bytes.", "Keep only the columns and rows of the thresholds.")
    text = _text(content)
    top = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=lambda mark: len(set(_named(top.rstrip("\r").split(mark))) & set(COLUMNS)))
    lines = _lines(text, separator)
    place, heading = next(lines, (1, []))
    names = _named(heading)
    faults = [*_of_heading(place, heading, names)]
    rows: list[Row] = []
    for line, cells in lines:
        if len(rows) + len(faults) >= MOST_ROWS:
            raise _refused(line, f"There are more than {MOST_ROWS:,} rows.", "Send the table in parts.")
        wrong = [*_of_cells(line, names, cells)]
        faults += wrong
        if not wrong:
            said = {name: _unguarded(cell) for name, cell in zip(names, cells, strict=False) if name in COLUMNS}
            rows.append(Row(line, **said))
    return Sheet(tuple(rows), tuple(faults))


def _refused(line: int, wrong: str, mend: str, column: str = "") -> SheetRefused:
    return SheetRefused(Fault(line, column, wrong, mend))


def _text(content: bytes) -> str:
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise _refused(0, "It is a workbook, not CSV.", "Open it in the spreadsheet and save it as CSV UTF-8.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        raise _refused(line, "It is not text in UTF-8.", "Save it from the spreadsheet as CSV UTF-8.") from None
    if "\0" in text:
        raise _refused(text[: text.index("\0")].count("\n") + 1, "It holds a zero byte.", "Save it as CSV UTF-8.")
    if not text.strip():
        raise _refused(0, "It is empty.", f"Begin with a line of column names: {', '.join(NEEDED)}.")
    return text


def _lines(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank with the line it begins on."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            mend = "Write a quotation mark inside a cell twice, and close every one."
            raise _refused(line, f"The row cannot be parted into cells: {fault}.", mend) from None
        if any(cell.strip() for cell in cells):
            yield line, [" ".join(cell.translate(_UNSEEN).split()) for cell in cells]


def _named(heading: Sequence[str]) -> list[str]:
    said = [" ".join(cell.replace('"', "").casefold().split()) for cell in heading]
    return [ALSO.get(name, name) for name in said]


def _of_heading(line: int, heading: Sequence[str], names: Sequence[str]) -> Iterator[Fault]:
    """Yield the columns that are passed over; refuse a heading without what is needed, or with a column twice."""
    if missing := [name for name in NEEDED if name not in names]:
        mend = f"Name the columns in the first line: {', '.join(NEEDED)}; indicator and source if you have them."
        raise _refused(line, f"There is no column called {' or '.join(missing)}.", mend)
    if twice := next((name for name in names if name in COLUMNS and names.count(name) > 1), None):
        raise _refused(line, "There are two columns of this name.", "Keep one of them.", twice)
    for said, name in zip(heading, names, strict=True):
        if name and name not in COLUMNS:
            yield Fault(line, said[:60], "This column is not used.", "Nothing need be done.")


def _of_cells(line: int, names: Sequence[str], cells: Sequence[str]) -> Iterator[Fault]:
    if any(cells[len(names) :]):
        yield Fault(line, "", "The row has more cells than there are columns.", "Put cells that hold commas in quotes.")
    for name, cell in zip(names, cells, strict=False):
        if name not in COLUMNS:
            continue
        if len(cell) > LONGEST and name not in ("condition", "gives"):
            yield Fault(line, name, f"The cell is longer than {LONGEST} characters.", "Shorten it.")
        elif not cell.isprintable():
            yield Fault(line, name, "The cell holds a character that cannot be printed.", "Type the words again.")
        elif cell.startswith(STARTS_A_FORMULA) and not cell.startswith("- "):
            yield Fault(line, name, "The cell is a formula, or would be run as one.", "Write its words or its result.")
    said = {name for name, cell in zip(names, cells, strict=False) if cell}
    if "descriptor" not in said:
        yield Fault(line, "descriptor", "Nothing is described.", "Write what is seen, or take the row out.")


def _unguarded(cell: str) -> str:
    """Take off the mark that keeps a spreadsheet from running a cell, and the dash of a list."""
    if cell.startswith("'") and cell[1:].startswith(STARTS_A_FORMULA):
        return cell[1:]
    return cell.removeprefix("- ")
