"""A source of rows: one result for every row that is not blank, whatever is in it, and no row held once it is read."""

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.intake import ContactRow, FileRefused, Severity, open_file
from mash.intake.own_columns import COLUMNS
from tests.intake.writers import A_CONTACT, LIST_1, TODAY, columns, the_record, write_csv, write_records, write_xlsx

ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
LIKELY = st.sampled_from(["", "1001", "02/11/2026", "#N/A", "Police", "-1", "6", "\x00", "'=1", "NULL", "99/99/9999"])
CELLS = st.one_of(LIKELY, ANY_TEXT)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_file_is_read_in_the_encodings_and_separators_councils_use(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    row = (*A_CONTACT[:-1], "5B – Zoë’s team")
    source = open_file(write_csv(tmp_path / "a.csv", [LIST_1, row], encoding=encoding, separator=separator), TODAY)
    (result,) = source.rows()
    contact = the_record(result, ContactRow)

    assert contact.source is not None
    assert (contact.source.given, contact.source.code) == ("5B - Zoë's team", "5B")
    assert source.notes == ()


@pytest.mark.parametrize("above", [[], [("List 1: Contacts",)], [("A title",), (), ("As at November",), ()]])
def test_the_headings_may_stand_in_any_of_the_first_five_rows_and_lines_count_from_the_top(
    tmp_path: Path, above: list[tuple[str, ...]]
) -> None:
    rows = [*above, LIST_1, A_CONTACT, (), ("", " ", ""), ("1002", *A_CONTACT[1:])]
    text = open_file(write_csv(tmp_path / "a.csv", rows), TODAY)
    book = open_file(write_xlsx(tmp_path / "a.xlsx", {"Sheet": rows}), TODAY)

    for source in (text, book):
        assert [result.line for result in source.rows()] == [len(above) + 2, len(above) + 5]
    assert text.total == 2


def test_headings_below_the_fifth_row_are_not_looked_for(tmp_path: Path) -> None:
    with pytest.raises(FileRefused):
        open_file(write_csv(tmp_path / "a.csv", [*[("x",)] * 5, LIST_1, A_CONTACT]), TODAY)


def test_a_row_whose_cells_have_shifted_is_refused_and_blank_cells_past_the_end_are_not_a_shift(
    tmp_path: Path,
) -> None:
    rows = [(*LIST_1, ""), (*A_CONTACT, "", " "), (*A_CONTACT, "extra")]
    first, second = open_file(write_csv(tmp_path / "a.csv", rows), TODAY).rows()

    assert first.record is not None
    assert (second.record, second.line, second.problems[0].severity) == (None, 3, Severity.REFUSED)


def test_a_row_that_cannot_be_parted_into_cells_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, [LIST_1, A_CONTACT, A_CONTACT])
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], '"1001"x,F,WBRI,,,02/11/2026,6', lines[2]]))
    source = open_file(path, TODAY)
    first, second = source.rows()

    assert (first.record, first.line) == (None, 2)
    assert "quotation" in first.problems[0].mend
    assert second.record is not None
    assert source.total == 2


def test_a_quotation_mark_left_open_does_not_swallow_rows_in_silence(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [LIST_1, A_CONTACT, A_CONTACT])
    path.write_text(path.read_text().replace("1001", '"1001', 1))

    (result,) = open_file(path, TODAY).rows()
    assert result.record is None


def test_a_cell_too_long_to_be_text_is_refused_and_the_next_row_is_read(tmp_path: Path) -> None:
    path = write_records(
        tmp_path / "a.csv",
        [
            {"contact_id": "1", "received_at": "02/11/2026", "child_id": "1", "narrative": "x" * 200_000},
            {"contact_id": "2", "received_at": "02/11/2026", "child_id": "1", "narrative": "x" * 100_000},
        ],
    )
    first, second = open_file(path, TODAY).rows()

    assert first.record is None
    assert len(the_record(second, ContactRow).narrative or "") == 100_000


def test_text_that_cannot_be_stored_is_cleaned_and_reported(tmp_path: Path) -> None:
    path = write_records(
        tmp_path / "a.csv", [{"contact_id": "1", "received_at": "02/11/2026", "forename": "Ro\x00bin"}]
    )
    (result,) = open_file(path, TODAY).rows()

    assert the_record(result, ContactRow).forename == "Robin"
    assert columns(result.problems) == ["forename"]
    assert result.problems[0].given == "Robin"


def test_progress_is_told_as_it_goes_and_at_the_end(tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    source = open_file(write_csv(tmp_path / "a.csv", [LIST_1, *[A_CONTACT] * 600]), TODAY)
    list(source.rows(lambda done, total: told.append((done, total))))

    assert told == [(250, 600), (500, 600), (600, 600)]


def test_rows_may_be_read_again_and_come_out_the_same(tmp_path: Path) -> None:
    source = open_file(write_csv(tmp_path / "a.csv", [LIST_1, A_CONTACT, A_CONTACT]), TODAY)

    assert list(source.rows()) == list(source.rows())


def test_memory_does_not_grow_with_the_narratives(tmp_path: Path) -> None:
    rows = [
        {"contact_id": str(at), "received_at": "02/11/2026", "child_id": "1", "narrative": f"{at} " * 2500}
        for at in range(1000)
    ]
    source = open_file(write_records(tmp_path / "a.csv", rows), TODAY)
    assert source.path.stat().st_size > 8_000_000

    tracemalloc.start()
    assert sum(result.record is not None for result in source.rows()) == 1000
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2_000_000


def _a_row_each(path: Path, headings: tuple[str, ...], rows: list[list[str]]) -> None:
    source = open_file(write_csv(path, [headings, *rows]), TODAY)
    results = list(source.rows())
    told = [row for row in rows if any(cell.strip() for cell in row)]

    assert len(results) == len(told) == source.total
    for result in results:
        refused = any(problem.severity is Severity.REFUSED for problem in result.problems)
        assert (result.record is None) == refused
        assert all(problem.what and problem.mend for problem in result.problems)
        repr(result).encode()


@given(st.lists(st.lists(CELLS, max_size=len(LIST_1) + 1), max_size=6))
def test_every_row_of_annex_a_gives_one_result_whatever_is_in_it(tmp_path: Path, rows: list[list[str]]) -> None:
    _a_row_each(tmp_path / "a.csv", LIST_1, rows)


@given(st.data())
def test_every_row_of_our_own_file_gives_one_result_whatever_is_in_it(tmp_path: Path, data: st.DataObject) -> None:
    names = tuple(column.name for column in COLUMNS)
    chosen = data.draw(st.lists(st.sampled_from(names[2:]), unique=True, max_size=8))
    headings = (*names[:2], *chosen)
    rows = st.lists(st.lists(CELLS, max_size=len(headings)), max_size=4)
    _a_row_each(tmp_path / "own.csv", headings, data.draw(rows))


@given(st.binary(max_size=300))
def test_any_bytes_after_the_headings_are_read_row_by_row(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(",".join(LIST_1).encode() + b"\r\n" + content)
    source = open_file(path, TODAY)

    assert len(list(source.rows())) == source.total


@given(st.binary(max_size=300))
def test_any_bytes_at_all_are_opened_or_refused_with_how_to_mend_them(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)

    with pytest.raises(FileRefused) as refused:
        open_file(path, TODAY)
    assert refused.value.what
    assert refused.value.mend


@given(
    st.lists(st.tuples(st.sampled_from(["1", "2", "3"]), st.sampled_from(["02/11/2026", "03/11/2026"])), max_size=12)
)
def test_a_key_belongs_to_one_row_and_does_not_depend_on_the_others(
    tmp_path: Path, rows: list[tuple[str, str]]
) -> None:
    def keys(some: list[tuple[str, str]]) -> list[str]:
        written = [LIST_1, *((child, "F", "WBRI", "", "7", day, "6") for child, day in some)]
        source = open_file(write_csv(tmp_path / "a.csv", written), TODAY)
        return [the_record(result, ContactRow).key for result in source.rows()]

    assert len(set(keys(rows))) == len(rows)
    assert sorted(keys(rows)) == sorted(keys(rows[::-1]))
    assert set(keys(rows[: len(rows) // 2])) <= set(keys(rows))
