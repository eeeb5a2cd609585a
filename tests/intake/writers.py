"""Files made for tests: the sector's formats, written the several ways that councils write them."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

import openpyxl

from mash.intake import ContactRow, EpisodeRow, RowProblem, RowResult

TODAY = date(2026, 11, 25)
LIST_1 = (
    "Child Unique ID",
    "Gender",
    "Ethnicity",
    "Date of Birth",
    "Age of Child (Years)",
    "Date of Contact",
    "Contact Source",
)
LIST_2 = (
    *LIST_1[:5],
    "Assessment start date",
    "Assessment completion date",
    "Organisation completing assessment",
)
LIST_3 = (
    *LIST_1[:5],
    "Date of referral",
    "Referral Source",
    "Referral NFA?",
    "Number of Referrals in Last 12 Months",
    "Allocated Team",
    "Allocated Worker",
)
LIST_10 = ("Child Unique ID", "Family identifier", "Date of Decision that Child Should be Placed for Adoption")
A_CHILD = ("1001", "b) Female", "a) WBRI", "14/05/2019", "7")
A_CONTACT = (*A_CHILD, "02/11/2026", "q) 6: Police")
A_REFERRAL = (*A_CHILD, "02/11/2026", "q) 6: Police", "b) No", "0", "East", "W Worker")

T = TypeVar("T", ContactRow, EpisodeRow)
Cells = Sequence[object]
Record = Mapping[str, object]
Sheets = Mapping[str, Sequence[Cells]]


def write_csv(path: Path, rows: Iterable[Cells], *, encoding: str = "utf-8", separator: str = ",") -> Path:
    """Write rows as a CSV file."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows(rows)
    return path


def write_xlsx(path: Path, sheets: Sheets) -> Path:
    """Write each sheet's rows into one workbook."""
    book = openpyxl.Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def write_records(path: Path, records: Sequence[Record]) -> Path:
    """Write rows given as heading to cell; the headings are those of all the rows."""
    headings = list(dict.fromkeys(heading for record in records for heading in record))
    return write_csv(path, [headings, *([record.get(name, "") for name in headings] for record in records)])


def the_record(result: RowResult, kind: type[T]) -> T:
    """Give a result's record, which must be of this kind."""
    assert isinstance(result.record, kind), result.problems
    return result.record


def columns(problems: Iterable[RowProblem]) -> list[str]:
    """Name the column of each problem."""
    return [problem.column for problem in problems]
