"""Our own fuller file: the column list is the truth, and each row of a contact is held to the others."""

from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mash.intake import COLUMNS, KINDS, Adult, ContactRow, Format, Observed, RowResult, Severity, open_file
from mash.intake.our_codes import BY_NAME
from mash.intake.own_columns import Kind
from tests.intake.writers import TODAY, Record, columns, the_record, write_csv, write_records

EXAMPLE: Record = {column.name: column.example for column in COLUMNS}
A_ROW: dict[str, object] = {"contact_id": "C1", "received_at": "02/11/2026 10:15", "child_id": "1001"}


def read(tmp_path: Path, *rows: Record) -> list[RowResult]:
    return list(open_file(write_records(tmp_path / "own.csv", rows), TODAY).rows())


def read_one(tmp_path: Path, **said: object) -> tuple[ContactRow, list[str]]:
    (result,) = read(tmp_path, A_ROW | said)
    return the_record(result, ContactRow), columns(result.problems)


def test_the_example_of_every_column_is_read_without_a_problem_and_fills_its_field(tmp_path: Path) -> None:
    (result,) = read(tmp_path, EXAMPLE)
    contact = the_record(result, ContactRow)

    assert result.problems == ()
    assert [column.name for column in COLUMNS if column.example and not getattr(contact, column.name)] == []


def test_every_field_of_a_contact_has_a_column_and_every_coded_column_a_list_of_codes() -> None:
    assert [field.name for field in fields(ContactRow) if field.name not in {"key", "contact_key"}] == [
        name for name in (field.name for field in fields(ContactRow)) if name in {column.name for column in COLUMNS}
    ]
    assert len({column.name for column in COLUMNS}) == len(COLUMNS)
    assert all((column.codes in BY_NAME) == (column.kind in {Kind.CODE, Kind.CODES}) for column in COLUMNS)
    assert set(KINDS) == set(Kind)
    assert [column.name for column in COLUMNS if column.required] == ["contact_id", "received_at"]


def test_the_required_columns_alone_make_a_file_of_our_own(tmp_path: Path) -> None:
    source = open_file(write_records(tmp_path / "own.csv", [A_ROW]), TODAY)
    (result,) = source.rows()

    assert (source.format, source.total, source.notes) == (Format.OWN, 1, ())
    assert the_record(result, ContactRow).received_at.at == datetime(2026, 11, 2, 10, 15, tzinfo=UTC)
    assert result.problems == ()


def test_headings_may_be_written_as_words(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "own.csv", [("Contact ID", "Received at", "Child id"), ("C1", "02/11/2026", "1")])

    assert open_file(path, TODAY).format is Format.OWN


def test_rows_with_one_contact_id_are_children_of_one_contact(tmp_path: Path) -> None:
    results = read(tmp_path, A_ROW, A_ROW | {"child_id": "1002"})

    assert [the_record(result, ContactRow).contact_key for result in results] == ["own:C1", "own:C1"]


def test_rows_of_one_contact_that_disagree_about_it_are_reported_and_may_differ_about_the_child(
    tmp_path: Path,
) -> None:
    said = {"source": "6", "rating": "red"}
    first, second, third = read(
        tmp_path,
        A_ROW | said,
        A_ROW | {"child_id": "1002", "source": "4", "rating": "green"},
        A_ROW | said | {"contact_id": "C2", "source": "4"},
    )

    assert (first.problems, columns(second.problems), third.problems) == ((), ["source"], ())
    assert "Row 2" in second.problems[0].what


@pytest.mark.parametrize(
    "described",
    [
        {"child_id": "1"},
        {"child_number": "1"},
        {"forename": "Robin", "surname": "Sample"},
        {"descriptor": "The boy at number 14"},
        {"due_date": "14/02/2027"},
        {"estimated_age": "6"},
    ],
)
def test_a_child_may_be_known_by_as_little_as_is_known(tmp_path: Path, described: dict[str, object]) -> None:
    row = {"contact_id": "C1", "received_at": "02/11/2026"} | described
    first, second = read(tmp_path, row, row)

    assert first.problems == ()
    assert the_record(first, ContactRow).key.startswith("own:C1|")
    assert (second.record, [problem.severity for problem in second.problems]) == (None, [Severity.REFUSED])


def test_a_key_does_not_change_with_what_else_is_said_or_how_a_date_is_written(tmp_path: Path) -> None:
    row = {"contact_id": "C1", "received_at": "02/11/2026", "forename": "Robin", "date_of_birth": "14/05/2019"}
    (one,) = read(tmp_path, row)
    (other,) = read(tmp_path, row | {"forename": "ROBIN ", "date_of_birth": "2019-05-14", "rating": "red"})

    assert the_record(one, ContactRow).key == the_record(other, ContactRow).key


def test_a_contact_that_describes_no_child_comes_in_and_is_reported(tmp_path: Path) -> None:
    (result,) = read(tmp_path, {"contact_id": "C1", "received_at": "02/11/2026"})

    assert result.record is not None
    assert columns(result.problems) == ["descriptor"]


@pytest.mark.parametrize(
    ("column", "written"),
    [
        ("contact_id", ""),
        ("contact_id", "1.2E+15"),
        ("received_at", ""),
        ("received_at", "26/11/2026"),
        ("received_at", "x"),
    ],
)
def test_a_row_without_what_identifies_it_is_refused(tmp_path: Path, column: str, written: str) -> None:
    (result,) = read(tmp_path, A_ROW | {column: written})

    assert (result.record, columns(result.problems)) == (None, [column])


@pytest.mark.parametrize(
    ("column", "written"),
    [
        ("source", "Bobbies"),
        ("rating", "purple"),
        ("event_at", "03/11/2026"),
        ("decided_at", "01/11/2026"),
        ("decided_at", "02/11/2026 10:14"),
        ("date_of_birth", "14/05/2001"),
        ("date_of_birth", "14/02/2027"),
        ("due_date", "14/02/2029"),
        ("nhs_number", "943 476 5918"),
        ("upn", "A801200005001"),
        ("upn", "B80"),
        ("postcode", "near the park"),
        ("estimated_age", "about six"),
        ("dash_score", "2.5"),
        ("dash_score", "-1"),
        ("school", "#N/A"),
        ("indicators", "home-cold=maybe"),
        ("indicators", "home-cold,colour=blue"),
        ("indicators", "home-cold,severe"),
        ("parents", "Jo Sample (mother, 13/13/1990)"),
        ("disability", "HEAR;shy"),
        ("received_at", "29/03/2026 01:30"),
    ],
)
def test_anything_else_that_is_wrong_is_one_warning_and_the_contact_comes_in(
    tmp_path: Path, column: str, written: str
) -> None:
    _, problems = read_one(tmp_path, **{column: written})

    assert problems == [column]


def test_what_cannot_be_understood_is_kept_as_given(tmp_path: Path) -> None:
    contact, _ = read_one(tmp_path, source="Bobbies", upn="B80", postcode="near the park", disability="HEAR;shy")

    assert contact.source is not None
    assert (contact.source.given, contact.source.code) == ("Bobbies", None)
    assert contact.upn is not None
    assert (contact.upn.given, contact.upn.value) == ("B80", None)
    assert contact.postcode == "near the park"
    assert [(coded.given, coded.code) for coded in contact.disability] == [("HEAR", "HEAR"), ("shy", None)]


def test_adults_are_named_with_or_without_relation_and_birth(tmp_path: Path) -> None:
    contact, problems = read_one(tmp_path, parents="Jo Sample (mother, 05/06/1994); Sam (Sammy) Bell (step-father);Pat")

    assert problems == []
    assert contact.parents == (
        Adult("Jo Sample", "mother", date(1994, 6, 5)),
        Adult("Sam (Sammy) Bell", "step-father"),
        Adult("Pat"),
    )


def test_indicators_carry_their_value_and_qualifiers_and_a_strange_value_is_unknown_never_absent(
    tmp_path: Path,
) -> None:
    contact, _ = read_one(
        tmp_path, indicators="ab-bruise; ne-cold=Absent ;ne-food=maybe,severity=severe,frequency=once"
    )

    assert contact.indicators == (
        Observed("ab-bruise", "present"),
        Observed("ne-cold", "absent"),
        Observed("ne-food", "unknown", (("severity", "severe"), ("frequency", "once"))),
    )


def test_a_blank_is_not_a_no(tmp_path: Path) -> None:
    contact, _ = read_one(tmp_path, immediate_danger="", family_told="", unborn="")

    assert (contact.immediate_danger, contact.family_told, contact.unborn) == (None, None, None)


def test_a_narrative_keeps_its_lines_commas_and_quotation_marks(tmp_path: Path) -> None:
    told = 'He said "no", twice.\n\n=Then left;\tcold.'
    contact, problems = read_one(tmp_path, narrative=told)

    assert (contact.narrative, problems) == (told, [])
