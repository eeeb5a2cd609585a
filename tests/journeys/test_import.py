"""Files of the sector come in whole: each field in its place, nothing guessed, nothing twice, nothing absorbed."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.config import Config
from mash.models import ChildOnContact, Decision, Episode, Event, ImportRow, Observation, Person
from mash.queries.facts import facts_of
from mash.rules import RuleBook
from tests.importing import A_ROW, Desk, desk
from tests.intake.writers import (
    A_CHILD,
    A_CONTACT,
    A_REFERRAL,
    LIST_1,
    LIST_2,
    LIST_3,
    Sheets,
    write_csv,
    write_records,
    write_xlsx,
)

Bring = Callable[..., list[str]]


@pytest.fixture
def settings(migrated_folder: Path, tmp_path: Path) -> Config:
    """Use the embedded database; a whole row is brought into both in ``test_import_fields``."""
    shutil.copytree(migrated_folder, tmp_path / "var")
    return Config(folder=tmp_path / "var")


@pytest.fixture
def at_desk(session: Session, rulebook: RuleBook) -> Desk:
    """Sit at a desk over each database."""
    return desk(session, rulebook)


@pytest.fixture
def bring(at_desk: Desk, tmp_path: Path) -> Bring:
    """Bring in rows of our own file; give what was wrong with them as ``column: severity``."""

    def brought(*rows: dict[str, Any]) -> list[str]:
        _, results = at_desk.bring(write_records(tmp_path / "own.csv", rows))
        return [f"{problem.column}: {problem.severity}" for result in results for problem in result.problems]

    return brought


def annex_a(*, titles: bool) -> Sheets:
    """Give Lists 1 to 3 as Ofsted lays them out, with a title over each, or as the tools write them."""
    lists: Sheets = {
        "List 1": [("List 1: Contacts",), LIST_1, A_CONTACT, A_CONTACT],
        "List 2": [("List 2",), LIST_2, (*A_CHILD, "01/10/2026", "", "Example School")],
        "List 3": [("List 3",), LIST_3, A_REFERRAL],
    }
    return {name: rows if titles else rows[1:] for name, rows in lists.items()}


@pytest.mark.parametrize("titles", [True, False], ids=["ofsted", "tool"])
def test_an_annex_a_workbook_becomes_contacts_and_history_of_one_child(
    at_desk: Desk, tmp_path: Path, titles: bool
) -> None:
    counts, _ = at_desk.bring(write_xlsx(tmp_path / "a.xlsx", annex_a(titles=titles)))
    assert (counts["made"], counts["refused"]) == (4, 0)
    first, second = at_desk.contacts()
    assert first.children[0].person_id == second.children[0].person_id
    assert (first.source_code, first.source_given, first.received_precision) == ("6", "q) 6: Police", "day")
    assert (first.state, first.imported, first.version) == ("received", True, 1)
    person = first.children[0].person
    assert (person.council_id, person.sex, person.ethnicity) == ("1001", "F", "WBRI")
    assert person.date_of_birth == date(2019, 5, 14)
    told = {episode.kind: episode for episode in at_desk.session.scalars(select(Episode))}
    assert (told["early_help"].organisation, told["referral"].team) == ("Example School", "East")
    assert told["referral"].no_further_action is False
    assert {episode.person_id for episode in told.values()} == {person.id}


def test_the_csv_form_of_a_list_makes_the_same_record_as_the_workbook(at_desk: Desk, tmp_path: Path) -> None:
    at_desk.bring(write_csv(tmp_path / "a.csv", [LIST_1, A_CONTACT]))
    made = at_desk.record()
    counts, _ = at_desk.bring(write_xlsx(tmp_path / "a.xlsx", {"List 1": [LIST_1, A_CONTACT]}))
    assert (counts["already_there"], at_desk.record()) == (1, made)


def test_ssd_contacts_come_in_decided_with_their_people_and_homes(at_desk: Desk, tmp_path: Path) -> None:
    contact = {"cont_contact_id": "C1", "cont_contact_date": "2026-11-02 00:00:00", "cont_contact_source_code": "6"}
    outcome = '{"NEW_REFERRAL_FLAG": "Y", "NFA_FLAG": "Y"}'
    told = {"cont_person_id": "P1", "cont_contact_outcome_json": outcome}
    rows = [contact | told, contact | {"cont_person_id": "P2", "cont_contact_outcome_json": ""}]
    people = [
        {"pers_person_id": "P1", "pers_forename": "Robin", "pers_surname": "Sample", "pers_dob": "14/05/2019"},
        {"pers_person_id": "P2", "pers_forename": "Jay", "pers_surname": "Sample", "pers_dob": "14/05/2021"},
    ]
    beside = write_records(tmp_path / "person.csv", people)
    at_desk.bring(write_records(tmp_path / "contacts.csv", rows), beside=[beside])
    contact_made = at_desk.contact()
    robin, jay = contact_made.children
    assert (robin.person.forename, robin.outcome) == ("Robin", "child_and_family_assessment")
    assert (jay.person.forename, jay.outcome, contact_made.state) == ("Jay", None, "received")
    assert contact_made.extra["children"]["1"]["outcomes"] == ["new_referral", "no_further_action"]


def test_several_children_of_one_contact_stand_on_it_in_their_order_each_with_their_own(
    at_desk: Desk, bring: Bring
) -> None:
    family = {"narrative": "Both seen.", "address": "1 Example Row", "postcode": "DN1 3BU", "parents": "Jo Sample"}
    first = A_ROW | family | {"forename": "Ada", "child_voice": "I am cold.", "religion": "None", "rating": "amber"}
    second = A_ROW | family | {"child_id": "1002", "forename": "Ben", "child_voice": "Me too.", "school": "Hilltop"}
    assert bring(first, second, first | {"contact_id": "C2"}) == []
    contact, other = at_desk.contacts()
    assert [(child.person.forename, child.position) for child in contact.children] == [("Ada", 1), ("Ben", 2)]
    assert [child.person.forename for child in other.children] == ["Ada"]
    assert contact.child_voice == "I am cold.\n\nMe too."
    assert (contact.children[1].person.school, contact.children[1].address_id) == ("Hilltop", None)
    assert (contact.rating, len(contact.adults)) == ("amber", 1)
    assert contact.extra == {"children": {"1": {"religion": "None"}}}


def test_no_child_is_closed_on_the_outcome_of_another(at_desk: Desk, bring: Bring) -> None:
    decided = {"outcomes": "no_further_action", "decided_at": "02/11/2026 15:00"}
    bring(A_ROW | decided)
    assert (at_desk.contact().state, at_desk.running(at_desk.contact())) == ("closed", set())
    bring(A_ROW | decided, A_ROW | {"child_id": "1002"})
    contact = at_desk.contact()
    assert (contact.state, contact.queue_rank, contact.decided_at) == ("received", 1, None)
    assert "social-care" in at_desk.running(contact)
    bring(A_ROW | decided, A_ROW | {"child_id": "1003"} | decided)
    assert at_desk.contact().state == "received"


def test_a_contact_whose_children_all_have_outcomes_is_closed_and_its_clocks_stop_when_it_was_decided(
    at_desk: Desk, bring: Bring
) -> None:
    decided = {"outcomes": "early_help", "decided_at": "03/11/2026 15:00", "early_help_receiver": "East Family Hub"}
    bring(A_ROW | decided, A_ROW | {"child_id": "1002", "outcomes": "advice", "decided_at": "02/11/2026 12:00"})
    contact = at_desk.contact()
    assert (contact.state, contact.queue_rank) == ("closed", None)
    assert contact.decided_at == contact.children[0].decided_at
    assert (contact.children[0].hand_over, contact.children[1].hand_over) == ("accepted", None)
    assert at_desk.running(contact) == set()
    receivers = at_desk.session.scalars(select(Decision.receiver).order_by(Decision.id)).all()
    assert receivers == ["East Family Hub", ""]


@pytest.mark.parametrize(
    ("said", "unborn", "unnamed", "born"),
    [
        ({"descriptor": "A boy about 6 at number 14", "estimated_age": "6"}, False, True, None),
        ({"due_date": "14/02/2027", "surname": "Sample"}, True, False, None),
        ({"unborn": "yes"}, True, True, None),
        ({"forename": "Ada", "date_of_birth": "01/11/2026", "due_date": "09/11/2026"}, False, False, date(2026, 11, 1)),
    ],
)
def test_a_child_who_is_unborn_or_unnamed_has_a_place_on_the_contact(
    at_desk: Desk, bring: Bring, said: dict[str, str], unborn: bool, unnamed: bool, born: date | None
) -> None:
    bring({"contact_id": "C1", "received_at": "02/11/2026"} | said)
    person = at_desk.contact().children[0].person
    assert (person.unborn, person.unnamed, person.date_of_birth) == (unborn, unnamed, born)
    assert person.descriptor == said.get("descriptor", "")


def test_a_code_that_nobody_has_mapped_is_kept_as_given_and_reported(at_desk: Desk, bring: Bring) -> None:
    told = {"channel": "Pigeon", "outcomes": "CS Assessment Updated", "nhs_number": "943 476 5918", "reason": "Seen."}
    problems = bring(A_ROW | told | {"source": "Corner shop", "agreement_service": "Sort of"})
    assert sorted(problems) == [
        f"{name}: warning" for name in ("agreement_service", "channel", "nhs_number", "outcomes", "source")
    ]
    contact = at_desk.contact()
    assert (contact.channel, contact.source_code, contact.source_given) == ("other", "", "Corner shop")
    assert contact.extra["as_given"]["channel"] == "Pigeon"
    assert contact.extra["as_given"]["agreement_service"] == "Sort of"
    of_child = contact.extra["children"]["1"]
    assert of_child["as_given"] == {"outcomes": "CS Assessment Updated", "nhs_number": "943 476 5918"}
    assert (of_child["reason"], contact.state) == ("Seen.", "received")


def test_an_indicator_nobody_knows_is_kept_and_reported_and_never_stops_the_contact_from_opening(
    at_desk: Desk, bring: Bring
) -> None:
    seen = "no-such-code=present; sc-hygiene-persistent=present,severity=awful; pc-supervision-poor=absent"
    assert bring(A_ROW | {"indicators": seen}) == ["indicators: warning", "indicators: warning"]
    contact = at_desk.contact()
    facts = at_desk.practice.facts(at_desk.session, contact)[contact.children[0].id].to_json()
    assert facts["sc-hygiene-persistent"] == "present"
    assert facts["pc-supervision-poor"] == "absent"
    assert "no-such-code" not in facts
    kept = contact.extra["children"]["1"]["as_given"]["indicators"]
    assert kept == "no-such-code=present; sc-hygiene-persistent=present,severity=awful"


@pytest.mark.parametrize("said", [{"estimated_age": "-1"}, {"date_of_birth": "01/01/1901"}, {"due_date": "09/11/2025"}])
def test_whatever_a_file_says_of_a_child_the_thresholds_can_read_it(
    at_desk: Desk, bring: Bring, said: dict[str, str]
) -> None:
    bring(A_ROW | said)
    contact = at_desk.contact()
    facts = at_desk.practice.facts(at_desk.session, contact)[contact.children[0].id]
    assert "age_years" not in facts.to_json()


def test_the_same_file_again_changes_nothing(at_desk: Desk, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", annex_a(titles=True))
    at_desk.bring(path)
    before = at_desk.record()
    counts, _ = at_desk.bring(path)
    assert (counts["already_there"], counts["made"], at_desk.record()) == (4, 0, before)


def test_an_episode_sent_again_with_its_end_is_ended_and_not_doubled(at_desk: Desk, tmp_path: Path) -> None:
    for ended in ("", "20/11/2026", "21/11/2026"):
        rows = [LIST_2, (*A_CHILD, "01/10/2026", ended, "Example School")]
        at_desk.bring(write_xlsx(tmp_path / "a.xlsx", {"List 2": rows}))
    (episode,) = at_desk.session.scalars(select(Episode))
    assert episode.ended_on == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("said", "column"),
    [
        ({"received_at": "02/11/2008"}, "received_at"),
        ({"received_at": "25/11/2026 23:30"}, "received_at"),
        ({"child_id": "9" * 65}, "child_id"),
        ({"school": "S" * 201}, "school"),
        ({"parents": f"{'J' * 201} (mother)"}, "parents"),
        ({"address": "1 Example Row, " * 100}, "address"),
    ],
    ids=["before the calendar", "later today", "long id", "long text", "long name", "long address"],
)
def test_a_row_that_cannot_be_kept_is_refused_alone_and_the_rest_come_in(
    at_desk: Desk, bring: Bring, said: dict[str, str], column: str
) -> None:
    assert f"{column}: refused" in bring(A_ROW | said, A_ROW | {"contact_id": "C2"})
    assert at_desk.contact().external_key == "own:C2"
    (kept,) = at_desk.session.scalars(select(ImportRow))
    assert (kept.line, kept.result) == (2, "refused")
    assert {"line", "column", "what", "mend"} <= kept.problems[0].keys()


def test_a_child_known_by_the_council_is_the_same_person_and_what_is_recorded_of_them_stays(
    at_desk: Desk, bring: Bring
) -> None:
    bring(A_ROW | {"forename": "Ada"}, A_ROW | {"contact_id": "C2", "forename": "Adah", "surname": "Sample"})
    person = at_desk.session.scalars(select(Person).where(Person.kind == "child")).one()
    assert (person.forename, person.surname, person.search_name) == ("Ada", "Sample", "ada sample")


def test_every_contact_brought_in_is_on_the_chain_of_events(at_desk: Desk, bring: Bring) -> None:
    bring(A_ROW | {"outcomes": "advice"}, A_ROW | {"child_id": "1002", "outcomes": "advice"})
    kinds = at_desk.session.scalars(select(Event.kind).order_by(Event.seq)).all()
    assert [kind for kind in kinds if not kind.startswith("user.")] == [
        "contact.received",
        "child.decided",
        "contact.child_added",
        "child.decided",
        "import.finished",
    ]


def test_what_a_file_does_not_say_is_not_noted_as_no(at_desk: Desk, bring: Bring) -> None:
    bring(A_ROW)
    contact = at_desk.contact()
    assert at_desk.session.scalars(select(Observation)).all() == []
    assert contact.danger_now is None
    facts = facts_of(at_desk.session, contact, at_desk.practice.strands)[contact.children[0].id]
    assert not {"age_years", "disability", "agreement_service", "family_told", "case_status"} & facts.keys()
    assert at_desk.session.scalars(select(ChildOnContact.open_to)).all() == [None]
