"""Read an Excel workbook one row at a time. Only stored values are read: no formula is worked out, no link followed."""

import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path

import openpyxl
from openpyxl.workbook import Workbook

from mash.intake.tables import HEADING_ROWS, FileRefused, RawRow, RawTable

if not openpyxl.DEFUSEDXML:
    raise ImportError("defusedxml is not in use: a workbook's XML would be read without it.")

BIGGEST = 50 * 1024 * 1024
BIGGEST_UNPACKED = 250 * 1024 * 1024
BIGGEST_STRINGS = 60 * 1024 * 1024
MOST_PARTS = 2000
LAST_ROW = 1_048_576
WIDEST = 200
_CHUNK = 256
_STRINGS = "xl/sharedStrings.xml"
_ENCRYPTED = 0x1
_FAULTS = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    OSError,
    EOFError,
    SyntaxError,
    RuntimeError,
    AssertionError,
    zipfile.BadZipFile,
    zlib.error,
)
_RESAVE = "Open it in Excel, save it as an Excel Workbook (.xlsx), and send that."


def open_workbook(path: Path) -> list[RawTable]:
    """Open each sheet of a workbook.

    Raises:
        FileRefused: If it holds macros, is protected by a password, unpacks to too much, is another kind of file, or
            is damaged.
    """
    if path.stat().st_size > BIGGEST:
        raise FileRefused("The workbook is over 50 MB.", "Save the list as CSV, or send it in parts.")
    with _mended(), zipfile.ZipFile(path) as archive:
        _guard(archive)
    with _opened(path) as book:
        return [_sheet(book, title, path) for title in [sheet.title for sheet in book.worksheets]]


def _guard(archive: zipfile.ZipFile) -> None:
    sizes = {part.filename: part.file_size for part in archive.infolist()}
    if any(part.flag_bits & _ENCRYPTED for part in archive.infolist()):
        raise FileRefused("The file is protected by a password.", "Take the password off, and send it a safe way.")
    if "xl/workbook.bin" in sizes:
        raise FileRefused("This is a binary workbook (.xlsb), which is not read.", _RESAVE)
    if any(name.lower().endswith("vbaproject.bin") for name in sizes):
        raise FileRefused("The workbook holds macros (.xlsm), and is not opened.", _RESAVE)
    if "xl/workbook.xml" not in sizes:
        raise FileRefused("This is not an Excel workbook.", _RESAVE)
    too_big = sum(sizes.values()) > BIGGEST_UNPACKED or sizes.get(_STRINGS, 0) > BIGGEST_STRINGS
    if too_big or len(sizes) > MOST_PARTS:
        raise FileRefused("The workbook unpacks to more than can be read safely.", "Save the list as CSV.")


def _sheet(book: Workbook, title: str, path: Path) -> RawTable:
    claimed = book[title].max_row
    top = tuple(islice(_sheet_rows(book, title), HEADING_ROWS))
    rows: Callable[[], Iterator[RawRow]] = partial(_reopened, path, title)
    return RawTable(title, top, claimed, rows)


def _reopened(path: Path, title: str) -> Iterator[RawRow]:
    with _opened(path) as book:
        yield from _sheet_rows(book, title)


def _sheet_rows(book: Workbook, title: str) -> Iterator[RawRow]:
    sheet = book[title]
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_col=WIDEST, values_only=True)
    line = 0
    while True:
        with _mended():
            chunk = list(islice(rows, _CHUNK))
        for values in chunk:
            line += 1
            yield RawRow(line, values)
        if not chunk:
            return
        if line > LAST_ROW:
            raise FileRefused(f"The sheet {title} claims more rows than Excel can hold.", _RESAVE)


@contextmanager
def _opened(path: Path) -> Iterator[Workbook]:
    with path.open("rb") as file:  # given a name, openpyxl would judge the file by its ending
        with _mended():
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            yield book
        finally:
            book.close()


@contextmanager
def _mended() -> Iterator[None]:
    """Turn the many faults of a damaged workbook into one; openpyxl's remarks on what it skips do not matter here."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except FileRefused:
        raise
    except _FAULTS as fault:
        raise FileRefused("The workbook is damaged, or not as Excel writes it.", _RESAVE) from fault
