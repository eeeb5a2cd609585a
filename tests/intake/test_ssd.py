"""SSD files: contacts as deployed extracts really write them, with people, addresses and history beside."""

import json
from datetime import date
from pathlib import Path

import pytest

from mash.intake import ContactRow, EpisodeKind, EpisodeRow, FileRefused, Format, RowResult, Severity, open_file
from tests.intake.writers import TODAY, Record, columns, the_record, write_records

A_CONTACT: dict[str, object] = {
    "cont_contact_id": "C1",
    "cont_person_id": "P1",
    "cont_contact_date": "2026-11-02 00:00:00",
    "cont_contact_source_code": "6",
    "cont_contact_source_desc": "Police",
    "cont_contact_outcome_json": "",
}
A_PERSON = {
    "pers_person_id": "P1",
    "pers_forename": "Robin",
    "pers_surname": "Sample",
    "pers_sex": "M",
    "pers_gender": "01",
    "pers_ethnicity": "CNHE",
    "pers_dob": "14/05/2019",
    "pers_expected_dob": "",
    "pers_upn": "B801200005001",
}
AN_ADDRESS = {
    "addr_table_id": "A1",
    "addr_person_id": "P1",
    "addr_address_start_date": "2020-01-01",
    "addr_address_end_date": "",
    "addr_address_postcode": "DN13BU",
    "addr_address_json": json.dumps({"HOUSE": "1", "STREET": "Example Row", "TOWN": "Exampleton", "UPRN": "7"}),
}


def read(tmp_path: Path, *rows: Record, beside: tuple[Path, ...] = ()) -> list[RowResult]:
    return list(open_file(write_records(tmp_path / "contacts.csv", rows), TODAY, beside=beside).rows())


def read_one(tmp_path: Path, **said: object) -> tuple[ContactRow, list[str]]:
    (result,) = read(tmp_path, A_CONTACT | said)
    return the_record(result, ContactRow), columns(result.problems)


def outcome(tmp_path: Path, written: object) -> tuple[list[str | None], list[str]]:
    contact, problems = read_one(tmp_path, cont_contact_outcome_json=written)
    return [coded.code for coded in contact.outcomes], problems


def test_children_with_one_contact_id_are_on_one_contact(tmp_path: Path) -> None:
    results = read(tmp_path, A_CONTACT, A_CONTACT | {"cont_person_id": "P2"}, A_CONTACT | {"cont_contact_id": "C2"})
    contacts = [the_record(result, ContactRow) for result in results]

    assert [contact.contact_key for contact in contacts] == ["ssd:C1", "ssd:C1", "ssd:C2"]
    assert len({contact.key for contact in contacts}) == 3


def test_the_same_child_twice_on_one_contact_is_refused_the_second_time(tmp_path: Path) -> None:
    first, second = read(tmp_path, A_CONTACT, A_CONTACT)

    assert first.record is not None
    assert (second.record, columns(second.problems)) == (None, ["cont_contact_id"])


@pytest.mark.parametrize("missing", ["cont_contact_id", "cont_person_id", "cont_contact_date"])
def test_a_row_without_what_identifies_it_is_refused(tmp_path: Path, missing: str) -> None:
    (result,) = read(tmp_path, A_CONTACT | {missing: "NULL"})

    assert result.record is None
    assert [(problem.column, problem.severity) for problem in result.problems] == [(missing, Severity.REFUSED)]


@pytest.mark.parametrize(
    ("code", "words", "understood", "reported"),
    [
        ("6", "Police", "6", False),
        ("6", "South Yorkshire Police - PPU", "6", False),
        ("6", "", "6", False),
        ("", "Police", "6", False),
        ("3B", "Health visitor, east", "3B", False),
        ("2000123", "School nurse", "3C", False),
        ("6", "School nurse", "3C", True),
        ("6", "Community Midwife", None, True),
        ("8", "Health professional - other", None, True),
        ("2000123", "Community Midwife", None, True),
        ("5A", "LA services - Early Help", "5A", True),
        ("", "Home Office", None, True),
        ("", "", None, False),
    ],
)
def test_a_lookup_id_is_never_taken_for_a_source_code(
    tmp_path: Path, code: str, words: str, understood: str | None, reported: bool
) -> None:
    contact, problems = read_one(tmp_path, cont_contact_source_code=code, cont_contact_source_desc=words)

    assert (contact.source.code if contact.source else None) == understood
    assert bool(problems) is reported
    assert contact.source_label == (words or code or None)


def test_an_extract_without_a_code_column_is_read_from_its_words(tmp_path: Path) -> None:
    row = {name: cell for name, cell in A_CONTACT.items() if "source" not in name}
    (result,) = read(tmp_path, row | {"cont_contact_source": "Health visitor"})

    contact = the_record(result, ContactRow)
    assert contact.source is not None
    assert contact.source.code == "3B"


def test_a_lookup_id_this_council_confirmed_is_understood(tmp_path: Path) -> None:
    row = A_CONTACT | {"cont_contact_source_code": "2000123", "cont_contact_source_desc": "Midwives"}
    path = write_records(tmp_path / "a.csv", [row])
    (result,) = open_file(path, TODAY, aliases={"source": {"2000123": "3D"}}).rows()

    contact = the_record(result, ContactRow)
    assert contact.source is not None
    assert (contact.source.code, result.problems) == ("3D", ())


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("", []),
        ("NULL", []),
        ("CIN Referral", ["new_referral"]),
        ("EH Referral", ["early_help"]),
        ("No Further Action", ["no_further_action"]),
        ("EH Referral,Information and Advice", ["early_help", "advice"]),
        ('["NFA", "EH Referral"]', ["no_further_action", "early_help"]),
        ('{"NEW_REFERRAL_FLAG":"Y","NFA_FLAG":"","ADVICE_FLAG":"N"}', ["new_referral"]),
        ('{"NEW_REFERRAL_FLAG":true,"CP_ENQUIRY_FLAG":1}', ["new_referral", "child_protection_enquiry"]),
        ('{"OTHER_OUTCOMES_EXIST_FLAG":"Y","NUMBER_OF_OUTCOMES":1,"COMMENTS":"EH Referral"}', ["early_help"]),
        ('{"OTHER_OUTCOMES_EXIST_FLAG":"Yes","NUMBER_OF_OUTCOMES":null,"COMMENTS":null}', ["other"]),
    ],
)
def test_an_outcome_is_read_as_flags_words_or_a_list_and_none_is_chosen_over_another(
    tmp_path: Path, written: str, codes: list[str]
) -> None:
    assert outcome(tmp_path, written) == (codes, [])


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("CS Assessment Updated", [None]),
        ('{"NFA_FLAG":"perhaps"}', []),
        ('{"A_NEW_FLAG":"Y"}', [None]),
        ('{"NFA_FLAG":', [None]),
        ("[" * 5000, [None]),
    ],
)
def test_an_outcome_nobody_has_given_a_meaning_is_reported_and_sets_nothing(
    tmp_path: Path, written: str, codes: list[None]
) -> None:
    assert outcome(tmp_path, written) == (codes, ["cont_contact_outcome_json"])


def test_comments_that_are_not_an_outcome_are_kept(tmp_path: Path) -> None:
    contact, _ = read_one(tmp_path, cont_contact_outcome_json='{"NFA_FLAG":"Y","COMMENTS":"Family moved away"}')

    assert contact.reason == "Family moved away"
    assert [coded.code for coded in contact.outcomes] == ["no_further_action"]


def test_people_and_addresses_beside_the_contacts_fill_them_in(tmp_path: Path) -> None:
    beside = (
        write_records(tmp_path / "p.csv", [A_PERSON | {"pers_common_child_id": "943 476 5919"}]),
        write_records(tmp_path / "a.csv", [AN_ADDRESS]),
    )
    (result,) = read(tmp_path, A_CONTACT, beside=beside)
    contact = the_record(result, ContactRow)

    assert (contact.forename, contact.surname, contact.date_of_birth) == ("Robin", "Sample", date(2019, 5, 14))
    assert contact.ethnicity is not None
    assert (contact.ethnicity.given, contact.ethnicity.code) == ("CNHE", "CHNE")
    assert contact.nhs_number is not None
    assert contact.nhs_number.value == "9434765919"
    assert contact.upn is not None
    assert contact.upn.value == "B801200005001"
    assert (contact.address, contact.postcode) == ("1, Example Row, Exampleton", "DN1 3BU")
    assert result.problems == ()


def test_either_name_of_the_nhs_number_is_read_and_a_wrong_one_has_no_value(tmp_path: Path) -> None:
    people = write_records(tmp_path / "p.csv", [A_PERSON | {"pers_single_unique_id": "9434765918"}])
    (result,) = read(tmp_path, A_CONTACT, beside=(people,))
    contact = the_record(result, ContactRow)

    assert contact.nhs_number is not None
    assert (contact.nhs_number.given, contact.nhs_number.value) == ("9434765918", None)
    assert columns(result.problems) == ["pers_single_unique_id"]


def test_the_address_is_the_one_in_force_on_the_day_of_the_contact(tmp_path: Path) -> None:
    old = AN_ADDRESS | {"addr_address_end_date": "2026-11-02", "addr_address_postcode": "DN11AA"}
    new = AN_ADDRESS | {"addr_address_start_date": "2026-11-03"}
    addresses = write_records(tmp_path / "a.csv", [new, old])
    later = A_CONTACT | {"cont_contact_id": "C2", "cont_contact_date": "03/11/2026"}
    results = read(tmp_path, A_CONTACT, later, beside=(addresses,))

    assert [the_record(result, ContactRow).postcode for result in results] == ["DN1 1AA", "DN1 3BU"]


def test_an_unborn_child_has_a_due_date_and_no_date_of_birth(tmp_path: Path) -> None:
    people = write_records(tmp_path / "p.csv", [A_PERSON | {"pers_dob": "", "pers_expected_dob": "2027-02-14"}])
    (result,) = read(tmp_path, A_CONTACT, beside=(people,))
    contact = the_record(result, ContactRow)

    assert (contact.date_of_birth, contact.due_date) == (None, date(2027, 2, 14))
    assert contact.unborn is not None


def test_a_child_missing_from_the_people_is_reported_and_the_contact_comes_in(tmp_path: Path) -> None:
    people = write_records(tmp_path / "p.csv", [A_PERSON | {"pers_person_id": "P9"}])
    (result,) = read(tmp_path, A_CONTACT, beside=(people,))

    assert the_record(result, ContactRow).forename is None
    assert columns(result.problems) == ["cont_person_id"]


def test_episodes_beside_the_contacts_are_history(tmp_path: Path) -> None:
    early_help = {
        "earl_episode_id": "E1",
        "earl_person_id": "P1",
        "earl_episode_start_date": "01/02/2026",
        "earl_episode_end_date": "01/05/2026",
        "earl_episode_organisation": "East Family Hub",
    }
    referral = {
        "cine_referral_id": 77,
        "cine_person_id": "P1",
        "cine_referral_date": "2025-06-01",
        "cine_cin_primary_need_code": "N1",
        "cine_referral_source_code": "1A",
        "cine_referral_nfa": "N",
        "cine_close_date": "",
    }
    beside = (write_records(tmp_path / "c.csv", [referral]), write_records(tmp_path / "e.csv", [early_help]))
    contact, first, second = read(tmp_path, A_CONTACT, beside=beside)
    help_episode, referral_episode = the_record(first, EpisodeRow), the_record(second, EpisodeRow)

    assert contact.table == "contacts"
    assert (help_episode.kind, help_episode.ended_on) == (EpisodeKind.EARLY_HELP, date(2026, 5, 1))
    assert (referral_episode.episode_id, referral_episode.ended_on) == ("77", None)
    assert referral_episode.no_further_action is not None
    assert referral_episode.no_further_action.code == "no"
    assert referral_episode.primary_need is not None
    assert referral_episode.primary_need.code == "N1"


def test_people_alone_are_refused_with_what_to_open(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="ssd_contacts"):
        open_file(write_records(tmp_path / "p.csv", [A_PERSON]), TODAY)


def test_the_format_is_told_from_the_headings_in_any_case(tmp_path: Path) -> None:
    path = write_records(tmp_path / "a.csv", [{name.upper(): cell for name, cell in A_CONTACT.items()}])
    source = open_file(path, TODAY)

    assert (source.format, source.total, source.notes) == (Format.SSD, 1, ())
