"""Read a CSV file one row at a time, whatever encoding and separator it came with."""

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from mash.intake.tables import HEADING_ROWS, FileRefused, RawRow, RawTable

BIGGEST = 500 * 1024 * 1024
ENCODINGS = (("utf-8-sig", "strict"), ("cp1252", "replace"))
_SEPARATORS = ",;\t"


def open_csv(path: Path) -> RawTable:
    """Open a CSV file: UTF-8 with or without its mark, else cp1252; parted by commas, semi-colons or tabs.

    Reads it once through to count the rows that are not blank.

    Raises:
        FileRefused: If it is over 500 MB.
    """
    if path.stat().st_size > BIGGEST:
        raise FileRefused("The file is over 500 MB.", "Send it in parts, such as one month at a time.")
    for encoding, errors in ENCODINGS:
        try:
            return _open(path, encoding, errors)
        except UnicodeDecodeError:
            continue
    raise AssertionError("cp1252 with replacement reads any bytes")  # pragma: no cover


def _open(path: Path, encoding: str, errors: str) -> RawTable:
    tops = {mark: tuple(islice(_rows(path, encoding, errors, mark), HEADING_ROWS)) for mark in _SEPARATORS}
    mark = max(_SEPARATORS, key=lambda mark: max((len(row.values) for row in tops[mark]), default=0))

    def rows() -> Iterator[RawRow]:
        return _rows(path, encoding, errors, mark)

    return RawTable(path.stem, tops[mark], sum(not row.blank for row in rows()), rows, exact=True)


def _rows(path: Path, encoding: str, errors: str, separator: str) -> Iterator[RawRow]:
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        reader = csv.reader(file, delimiter=separator, strict=True)
        line = 0
        while True:
            line += 1
            try:
                yield RawRow(line, next(reader))
            except StopIteration:
                return
            except csv.Error as fault:
                yield RawRow(line, (), f"The row cannot be parted into cells: {fault}.")
