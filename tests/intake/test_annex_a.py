"""Annex A: both layouts and its CSV form, one row a child, nothing merged, nothing absorbed in silence."""

from datetime import date, datetime
from pathlib import Path

import pytest

from mash.intake import ContactRow, EpisodeKind, EpisodeRow, FileRefused, Format, Method, Severity, open_file
from tests.intake.writers import (
    A_CHILD,
    A_CONTACT,
    A_REFERRAL,
    LIST_1,
    LIST_2,
    LIST_3,
    LIST_10,
    TODAY,
    Cells,
    Sheets,
    columns,
    the_record,
    write_csv,
    write_xlsx,
)

SAMPLE = Path(__file__).parent.parent / "data" / "annex_a" / "cscdp_2015-01-sample.xlsx"


def read_one(tmp_path: Path, row: Cells, headings: Cells = LIST_1) -> tuple[ContactRow, list[str]]:
    (result,) = open_file(write_csv(tmp_path / "one.csv", [headings, row]), TODAY).rows()
    return the_record(result, ContactRow), columns(result.problems)


def test_a_workbook_nobody_here_wrote_is_read_and_what_it_lacks_is_said() -> None:
    source = open_file(SAMPLE, TODAY)
    results = list(source.rows())
    referrals = [the_record(result, EpisodeRow) for result in results]

    assert (source.format, source.total) == (Format.ANNEX_A, 5)
    assert [referral.child_id for referral in referrals] == ["1", "2", "3", "4", "5"]
    assert {referral.started_on for referral in referrals} == {date(2015, 3, 15)}
    assert [referral.source and referral.source.code for referral in referrals] == ["2A", None, "6", "2A", "2A"]
    assert [referral.no_further_action and referral.no_further_action.code for referral in referrals] == [
        "yes",
        "no",
        "yes",
        "no",
        "no",
    ]
    assert [(problem.line, problem.column) for result in results for problem in result.problems] == [
        (4, "Referral Source"),
        (6, "Number of Referrals in Last 12 Months"),
    ]


def test_lists_that_are_not_about_the_front_door_are_named_once_each_and_not_read() -> None:
    notes = open_file(SAMPLE, TODAY).notes

    assert [number for number in range(1, 12) if sum(f"List {number} is not" in note for note in notes) == 1] == [
        4,
        5,
        6,
        7,
        8,
        9,
        10,
        11,
    ]
    assert "List_1: there are headings and no rows." in notes


def test_both_layouts_give_the_same_records(tmp_path: Path) -> None:
    ofsted: Sheets = {
        "Front_Sheet": [("Annex A",)],
        "List_1": [("List 1: Contacts",), LIST_1, A_CONTACT],
        "List_2": [("List 2: Early Help",), LIST_2, (*A_CHILD, "01/10/2026", "", "Example School")],
        "List 3": [("List 3: Referral",), LIST_3, A_REFERRAL],
    }
    tool: Sheets = {name.replace("_", " "): rows[1:] for name, rows in ofsted.items() if name != "Front_Sheet"}

    first = list(open_file(write_xlsx(tmp_path / "ofsted.xlsx", ofsted), TODAY).rows())
    second = list(open_file(write_xlsx(tmp_path / "tool.xlsx", tool), TODAY).rows())

    assert [result.record for result in first] == [result.record for result in second]
    assert [result.line for result in first] == [3, 3, 3]
    assert [result.line for result in second] == [2, 2, 2]
    contact, early_help, referral = (result.record for result in first)
    assert isinstance(contact, ContactRow)
    assert isinstance(early_help, EpisodeRow)
    assert isinstance(referral, EpisodeRow)
    assert (early_help.kind, referral.kind) == (EpisodeKind.EARLY_HELP, EpisodeKind.REFERRAL)
    assert (early_help.organisation, early_help.ended_on) == ("Example School", None)
    assert (referral.team, referral.worker, referral.referrals_12m) == ("East", "W Worker", 0)


def test_list_10_is_not_mistaken_for_list_1_whatever_the_order_of_the_sheets(tmp_path: Path) -> None:
    sheets: Sheets = {"List 11": [("x",)], "List 10": [LIST_10, ("1", "2", "")], "List 1": [LIST_1, A_CONTACT]}
    source = open_file(write_xlsx(tmp_path / "a.xlsx", sheets), TODAY)

    assert [result.table for result in source.rows()] == ["List 1"]


@pytest.mark.parametrize("title", ["Contacts", "List_1", "list 01", "LIST-1 contacts", "Anything"])
def test_a_list_is_known_by_its_headings_whatever_its_sheet_is_called(tmp_path: Path, title: str) -> None:
    source = open_file(write_xlsx(tmp_path / "a.xlsx", {"Notes": [("x",)], title: [LIST_1, A_CONTACT]}), TODAY)

    assert len(list(source.rows())) == 1


def test_of_two_sheets_with_the_same_headings_the_one_named_for_the_list_is_read_and_the_other_is_said(
    tmp_path: Path,
) -> None:
    other = (*A_CHILD, "01/11/2026", "4")
    sheets: Sheets = {"Old copy": [LIST_1, other], "List 1": [LIST_1, A_CONTACT]}
    source = open_file(write_xlsx(tmp_path / "a.xlsx", sheets), TODAY)

    assert [result.table for result in source.rows()] == ["List 1"]
    assert "The sheet Old copy also holds List 1 and was not read." in source.notes


def test_a_sheet_named_list_1_without_its_headings_is_refused_rather_than_passed_over(tmp_path: Path) -> None:
    sheets: Sheets = {"List 1": [("Child", "When"), A_CONTACT], "List 3": [LIST_3, A_REFERRAL]}

    with pytest.raises(FileRefused, match="Contact Source"):
        open_file(write_xlsx(tmp_path / "a.xlsx", sheets), TODAY)


def test_headings_may_vary_in_capitals_marks_and_order_and_extra_columns_are_said(tmp_path: Path) -> None:
    headings = ("contact source ", "DATE OF CONTACT", "Age", "Child\u00a0Unique  ID", "Local note")
    path = write_csv(tmp_path / "a.csv", [headings, ("6", "02/11/2026", "12", "9", "x")])
    source = open_file(path, TODAY)
    (result,) = source.rows()
    contact = the_record(result, ContactRow)

    assert source.format is Format.ANNEX_A_CSV
    assert (contact.child_id, contact.received_at.day, contact.estimated_age) == ("9", date(2026, 11, 2), 12)
    assert any("Local note" in note for note in source.notes)
    assert any("Ethnicity" in note for note in source.notes)


def test_a_contact_keeps_what_was_given_beside_its_code(tmp_path: Path) -> None:
    contact, problems = read_one(tmp_path, A_CONTACT)

    assert problems == []
    assert contact.source is not None
    assert (contact.source.given, contact.source.code, contact.source.method) == ("q) 6: Police", "6", Method.CODE)
    assert contact.gender is not None
    assert contact.gender.code == "02"
    assert contact.date_of_birth == date(2019, 5, 14)


def test_an_unknown_source_comes_in_as_given_and_is_reported(tmp_path: Path) -> None:
    contact, problems = read_one(tmp_path, (*A_CHILD, "02/11/2026", "Health"))

    assert contact.source is not None
    assert (contact.source.given, contact.source.code) == ("Health", None)
    assert problems == ["Contact Source"]


def test_an_unborn_child_is_aged_minus_one_and_the_date_is_the_day_due(tmp_path: Path) -> None:
    contact, problems = read_one(
        tmp_path, ("1", "c) Not stated/recorded", "s) NOBT", "14/02/2027", -1, "02/11/2026", "3A")
    )

    assert (contact.date_of_birth, contact.due_date, problems) == (None, date(2027, 2, 14), [])
    assert contact.unborn is not None
    assert contact.unborn.code == "yes"


def test_an_unborn_child_may_have_no_date(tmp_path: Path) -> None:
    contact, problems = read_one(tmp_path, ("1", "c) Not stated/recorded", "s) NOBT", "", -1, "02/11/2026", "3A"))

    assert (contact.date_of_birth, contact.due_date, problems) == (None, None, [])
    assert contact.unborn is not None


def test_a_birth_after_today_is_a_due_date_and_is_reported(tmp_path: Path) -> None:
    contact, problems = read_one(tmp_path, ("1", "M", "WBRI", "14/02/2027", "0", "02/11/2026", "3A"))

    assert (contact.date_of_birth, contact.due_date) == (None, date(2027, 2, 14))
    assert problems == ["Date of Birth"]


@pytest.mark.parametrize(
    ("born", "age", "reported"),
    [
        ("14/05/2019", "7", []),
        ("14/05/2019", "6.138261464750171", []),
        ("14/05/2019", "5", ["Age of Child (Years)"]),
        ("14/05/2019", "9", ["Age of Child (Years)"]),
        ("14/05/2001", "25", ["Date of Birth"]),
        ("not known", "7", ["Date of Birth"]),
    ],
)
def test_an_age_that_does_not_fit_the_birth_is_reported(
    tmp_path: Path, born: str, age: str, reported: list[str]
) -> None:
    _, problems = read_one(tmp_path, ("1", "M", "WBRI", born, age, "02/11/2026", "6"))

    assert problems == reported


@pytest.mark.parametrize(
    ("child", "day", "column"),
    [
        ("", "02/11/2026", "Child Unique ID"),
        ("#N/A", "02/11/2026", "Child Unique ID"),
        ("1.23457E+11", "02/11/2026", "Child Unique ID"),
        ("1", "", "Date of Contact"),
        ("1", "11/25/2026", "Date of Contact"),
        ("1", "26/11/2026", "Date of Contact"),
    ],
)
def test_a_row_without_a_child_or_a_day_that_has_come_is_refused(
    tmp_path: Path, child: str, day: str, column: str
) -> None:
    path = write_csv(tmp_path / "a.csv", [LIST_1, (child, "M", "WBRI", "", "", day, "6")])
    (result,) = open_file(path, TODAY).rows()

    assert result.record is None
    assert [problem.column for problem in result.problems if problem.severity is Severity.REFUSED] == [column]
    assert all(problem.mend for problem in result.problems)


def test_a_blank_that_annex_a_asks_for_is_a_warning_and_the_contact_still_comes_in(tmp_path: Path) -> None:
    contact, problems = read_one(tmp_path, ("1", "", "", "", "", "02/11/2026", ""))

    assert problems == ["Gender", "Ethnicity", "Contact Source"]
    assert (contact.gender, contact.ethnicity, contact.source) == (None, None, None)


def test_a_birth_more_than_forty_weeks_after_the_contact_is_reported(tmp_path: Path) -> None:
    in_time, late = (
        read_one(tmp_path, ("1", "M", "WBRI", born, "", "02/01/2026", "6"))[1] for born in ("09/10/2026", "10/10/2026")
    )

    assert (in_time, late) == ([], ["Date of Birth"])


def test_children_of_one_family_on_one_day_are_not_merged_into_one_contact(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [LIST_1, A_CONTACT, ("1002", *A_CONTACT[1:])])
    contacts = [the_record(result, ContactRow) for result in open_file(path, TODAY).rows()]

    assert len({contact.contact_key for contact in contacts}) == 2


def test_identical_rows_are_two_contacts_and_the_second_is_reported(tmp_path: Path) -> None:
    first, second = open_file(write_csv(tmp_path / "a.csv", [LIST_1, A_CONTACT, A_CONTACT]), TODAY).rows()

    assert the_record(first, ContactRow).key != the_record(second, ContactRow).key
    assert (first.problems, columns(second.problems)) == ((), ["Child Unique ID"])


def test_keys_are_the_same_when_the_file_is_sent_again_in_another_order_form_and_longer(tmp_path: Path) -> None:
    other = ("1002", *A_CONTACT[1:])
    spelled = ("1001", "F", "WBRI", datetime(2019, 5, 14), 7, datetime(2026, 11, 2), "Police")  # noqa: DTZ001
    first = open_file(write_csv(tmp_path / "a.csv", [LIST_1, A_CONTACT, other]), TODAY)
    again = open_file(
        write_xlsx(tmp_path / "b.xlsx", {"List 1": [LIST_1, ("1003", *A_CONTACT[1:]), other, spelled]}), TODAY
    )

    keys = [{the_record(result, ContactRow).key for result in source.rows()} for source in (first, again)]
    assert keys[0] < keys[1]
    assert len(keys[1]) == 3


def test_confirming_what_a_spelling_means_does_not_make_a_second_contact_of_the_same_row(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [LIST_1, (*A_CHILD, "02/11/2026", "The Bobbies")])
    (before,) = open_file(path, TODAY).rows()
    (after,) = open_file(path, TODAY, aliases={"source": {"the bobbies": "6"}}).rows()

    contact = the_record(after, ContactRow)
    assert contact.source is not None
    assert (contact.source.code, after.problems) == ("6", ())
    assert contact.key == the_record(before, ContactRow).key


def test_a_file_of_another_list_is_refused_with_what_to_send(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="Lists 1 to 3"):
        open_file(write_csv(tmp_path / "a.csv", [LIST_10, ("1", "2", "3")]), TODAY)
