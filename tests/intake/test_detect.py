"""What a file is comes from its content; what is not safe or not known is refused, each with how to mend it."""

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.intake import FileRefused, Format, csv_file, open_file, workbook
from tests.intake.writers import A_CONTACT, LIST_1, TODAY, write_csv, write_xlsx

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def a_workbook(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "a.xlsx", {"List 1": [LIST_1, A_CONTACT]})


def with_part(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return path


def without_parts(path: Path, rewrite: Callable[[str, bytes], bytes | None]) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if (changed := rewrite(name, content)) is not None:
                archive.writestr(name, changed)
    return path


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (OLD + b"\x00" * 600, "old Excel"),
        (OLD + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "password"),
        (OLD + b"\x00" * (1024 * 1024 - 20) + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"%PDF-1.7", "PDF"),
        (b"\xff\xfeC\x00h\x00", "UTF-16"),
        (b"<html><table><tr><td>Child Unique ID", "web page"),
        (b"\xef\xbb\xbf\r\n<?xml version='1.0'?><Message/>", "XML"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"PK\x03\x04 and no more", "damaged"),
        (b"name,age\r\nRobin,6\r\n", "No known headings"),
        (b"\x00\x01\x02", "No known headings"),
    ],
)
def test_a_file_that_is_not_a_list_is_refused_with_what_it_is(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "contacts.xlsx"
    path.write_bytes(content)

    with pytest.raises(FileRefused, match=words) as refused:
        open_file(path, TODAY)
    assert refused.value.mend


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="no file called"):
        open_file(tmp_path / "x.csv", TODAY)


def test_the_name_of_a_file_does_not_matter(tmp_path: Path) -> None:
    named_csv = a_workbook(tmp_path).rename(tmp_path / "really a workbook.csv")
    named_xlsx = write_csv(tmp_path / "really text.xlsx", [LIST_1, A_CONTACT])

    assert open_file(named_csv, TODAY).format is Format.ANNEX_A
    assert open_file(named_xlsx, TODAY).format is Format.ANNEX_A_CSV


@pytest.mark.parametrize(
    ("name", "words"), [("xl/vbaProject.bin", "macros"), ("xl/workbook.bin", "binary"), ("xl/VBAproject.bin", "macros")]
)
def test_a_workbook_with_macros_or_in_binary_is_not_opened(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        open_file(with_part(a_workbook(tmp_path), name, b"x"), TODAY)


def test_a_zip_of_something_else_is_not_a_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("content.xml", "<x/>")

    with pytest.raises(FileRefused, match="not an Excel workbook"):
        open_file(tmp_path / "a.zip", TODAY)


def test_a_part_locked_by_a_password_is_refused(tmp_path: Path) -> None:
    path = a_workbook(tmp_path)
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8 : at + 10] = struct.pack("<H", 1)
    path.write_bytes(content)

    with pytest.raises(FileRefused, match="password"):
        open_file(path, TODAY)


def test_a_small_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "BIGGEST_UNPACKED", 1_000_000)
    path = with_part(a_workbook(tmp_path), "xl/worksheets/sheet2.xml", b" " * 1_000_001)

    assert path.stat().st_size < 20_000
    with pytest.raises(FileRefused, match="unpacks"):
        open_file(path, TODAY)


def test_a_workbook_of_too_many_parts_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_PARTS", 5)

    with pytest.raises(FileRefused, match="unpacks"):
        open_file(a_workbook(tmp_path), TODAY)


@pytest.mark.parametrize("room", [workbook, csv_file])
def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: object) -> None:
    monkeypatch.setattr(room, "BIGGEST", 10)
    path = a_workbook(tmp_path) if room is workbook else write_csv(tmp_path / "a.csv", [LIST_1, A_CONTACT])

    with pytest.raises(FileRefused, match="over"):
        open_file(path, TODAY)


def test_xml_that_defines_its_own_entities_is_refused(tmp_path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'

    def rewrite(name: str, content: bytes) -> bytes:
        return bomb + content.partition(b"?>")[2] if name == "xl/worksheets/sheet1.xml" else content

    path = a_workbook(tmp_path)
    with zipfile.ZipFile(path) as archive:
        assert b"<worksheet" in archive.read("xl/worksheets/sheet1.xml")
    with pytest.raises(FileRefused, match="damaged"):
        list(open_file(without_parts(path, rewrite), TODAY).rows())


def test_a_formula_is_never_worked_out_and_only_its_stored_value_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(LIST_1)
    sheet.append(("1001", "F", "WBRI", "", "7", "02/11/2026", '=HYPERLINK("http://example.org","Police")'))
    book.save(tmp_path / "a.xlsx")
    (result,) = open_file(tmp_path / "a.xlsx", TODAY).rows()

    assert [(problem.column, problem.given) for problem in result.problems] == [("Contact Source", "")]


def test_a_row_far_below_the_others_is_read_and_one_past_excels_last_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert workbook.LAST_ROW == 2**20
    monkeypatch.setattr(workbook, "LAST_ROW", 10_000)

    def moved_to(line: int) -> Callable[[str, bytes], bytes]:
        def rewrite(name: str, content: bytes) -> bytes:
            if name != "xl/worksheets/sheet1.xml":
                return content
            return content.replace(b'<row r="2"', f'<row r="{line}"'.encode()).replace(b'2" t=', f'{line}" t='.encode())

        return rewrite

    (result,) = open_file(without_parts(a_workbook(tmp_path), moved_to(5_000)), TODAY).rows()
    assert (result.line, result.problems) == (5_000, ())

    with pytest.raises(FileRefused, match="more rows"):
        list(open_file(without_parts(a_workbook(tmp_path), moved_to(20_000)), TODAY).rows())


@given(st.integers(0, 20_000), st.integers(0, 255))
def test_a_workbook_with_any_byte_changed_is_read_or_refused(tmp_path: Path, place: int, byte: int) -> None:
    content = bytearray(a_workbook(tmp_path).read_bytes())
    content[place % len(content)] = byte
    path = tmp_path / "changed.xlsx"
    path.write_bytes(content)

    try:
        results = list(open_file(path, TODAY).rows())
    except FileRefused as refused:
        results = []
        assert refused.mend  # noqa: PT017
    assert len(results) <= 1


def test_a_workbook_without_its_sheet_is_refused(tmp_path: Path) -> None:
    path = without_parts(a_workbook(tmp_path), lambda name, content: None if "sheet1" in name else content)

    with pytest.raises(FileRefused):
        open_file(path, TODAY)


def test_the_nearest_layout_and_what_it_lacks_are_named(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [LIST_1[:-1], A_CONTACT[:-1]])

    with pytest.raises(FileRefused, match="nearest to Annex A List 1, but has no heading Contact Source"):
        open_file(path, TODAY)
