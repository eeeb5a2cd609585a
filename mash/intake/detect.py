"""What kind of file this is, by its content and never by its name; what is not read is refused with how to mend it."""

from enum import StrEnum
from pathlib import Path

from mash.intake.csv_file import open_csv
from mash.intake.tables import FileRefused, RawTable
from mash.intake.workbook import open_workbook

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_AS_XLSX = "Open it in Excel, save it as an Excel Workbook (.xlsx) or as CSV UTF-8, and send that."
_NOT_READ = (
    (
        b"%PDF",
        "This is a PDF, which holds a picture of a table rather than its cells.",
        "Send the list as .xlsx or CSV.",
    ),
    (b"\xff\xfe", "This text is in UTF-16.", "Save it as CSV UTF-8."),
    (b"\xfe\xff", "This text is in UTF-16.", "Save it as CSV UTF-8."),
    (b"{\\rtf", "This is a word-processed document.", "Send the list as .xlsx or CSV."),
    (b"\x1f\x8b", "The file is compressed.", "Unpack it, and send what is inside."),
)
_MARKUP = ((b"<!doctype html", "a web page"), (b"<html", "a web page"), (b"<table", "a web page"), (b"<?xml", "XML"))
_HEAD = 512
_STEP = 1024 * 1024


class Container(StrEnum):
    """What the rows came in."""

    XLSX = "xlsx"
    CSV = "csv"


def open_tables(path: Path) -> tuple[Container, list[RawTable]]:
    """Open the tables of a file.

    Raises:
        FileRefused: If it is missing, empty, too large, damaged, protected, or of a kind that is not read.
    """
    if not path.is_file():
        raise FileRefused(f"There is no file called {path.name} there.", "Check the name and the folder.")
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip():
        raise FileRefused("The file is empty.", "Run the extract again.")
    if head.startswith(_OLD):
        raise _old_office(path)
    _refuse_others(head)
    if head.startswith(b"PK\x03\x04"):
        return Container.XLSX, open_workbook(path)
    return Container.CSV, [open_csv(path)]


def _refuse_others(head: bytes) -> None:
    for start, what, mend in _NOT_READ:
        if head.startswith(start):
            raise FileRefused(what, mend)
    words = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for start, kind in _MARKUP:
        if words.startswith(start):
            raise FileRefused(f"This is {kind}, whatever its name says.", _AS_XLSX)


def _old_office(path: Path) -> FileRefused:
    """Tell an old .xls from a new workbook locked by a password: both are the same kind of container."""
    with path.open("rb") as file:
        tail = b""
        while block := file.read(_STEP):
            if _ENCRYPTED in tail + block:
                return FileRefused(
                    "The file is protected by a password.", "Take the password off, and send it a safe way."
                )
            tail = block[-len(_ENCRYPTED) :]
    return FileRefused("This is an old Excel workbook (.xls), which is not read.", _AS_XLSX)
