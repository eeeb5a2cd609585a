"""What the rules are told of a child: as it was known then, nothing learnt later, and never "no" for want of asking."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.practice import Practice, practice_from
from mash.models import Agreement, ChildOnContact, Contact, Incident, Person
from mash.queries.facts import facts_of, person_facts
from mash.rules import RuleBook, read_facts
from tests.factories import MONDAY, a_child, a_contact, a_decision, an_address, an_episode, an_observation

HISTORY = {
    "referral": {"referrals_12m"},
    "assessment": {"assessments_12m"},
    "section_47": {"s47_24m", "s47_ever"},
    "protection_plan": {"protection_plan_ended"},
}
"""The facts that each kind of history gives, once any of that kind was brought in for anyone."""


@pytest.fixture
def practice(session: Session, rulebook: RuleBook) -> Practice:
    """Read the local practice."""
    return practice_from(session, rulebook)


@pytest.fixture
def child(session: Session) -> Person:
    """Add the child whom each test is about."""
    return a_child(session)


def facts(session: Session, practice: Practice, contact: Contact, place: int = 0) -> dict[str, Any]:
    session.flush()
    found = facts_of(session, contact, practice.strands)[contact.children[place].id]
    read_facts(practice.rulebook.catalogue, found)  # whatever is found, the rules can read it
    return found


def days(count: int) -> datetime:
    return MONDAY + timedelta(days=count)


def earlier(session: Session, child: Person, count: int, **told: Any) -> ChildOnContact:
    """Add a contact about the child some days before the suite's Monday (after it, if below nought)."""
    at = days(-count)
    return a_contact(session, children=(child,), received_at=at, entered_at=at, **told).children[0]


def test_earlier_contacts_are_counted_with_the_present_one_and_later_ones_never(
    session: Session, practice: Practice, child: Person
) -> None:
    for count in (10, 80, 100, 200, 364, 366, -1):
        earlier(session, child, count)
    earlier(session, child, 5, state="cancelled")
    found = facts(session, practice, a_contact(session, children=(child,)))
    counted = [found[name] for name in ("contacts_90d", "contacts_3m", "contacts_6m", "contacts_12m")]
    assert counted == [3, 3, 4, 6]


def test_what_comes_in_afterwards_never_changes_what_an_earlier_contact_was_judged_by(
    session: Session, practice: Practice, child: Person
) -> None:
    contact, other = a_contact(session, children=(child,)), a_child(session, "Jay")
    for kind in (*HISTORY, "child_in_need", "looked_after"):
        an_episode(session, other, kind)
    an_episode(session, child, "referral", started_on=date(2026, 1, 5))
    before = facts(session, practice, contact)
    later = earlier(session, child, -3)
    a_contact(session, children=(child, other), received_at=days(-9), entered_at=days(2))
    a_contact(session, children=(child, other), received_at=days(4), entered_at=days(4))
    an_observation(session, later, "pc-supervision-poor", "present")
    an_episode(session, child, "protection_plan", started_on=date(2026, 4, 14))
    an_episode(session, child, "section_47", started_on=date(2026, 4, 20))
    assert facts(session, practice, contact) == before


def test_contacts_about_the_home_count_whoever_they_are_about(
    session: Session, practice: Practice, child: Person
) -> None:
    home, other_child = an_address(session), a_child(session, "Jay")
    earlier(session, other_child, 30, address_id=home.id)
    earlier(session, other_child, 200, address_id=home.id)
    earlier(session, other_child, 30, address_id=an_address(session, "14 Made-up Street").id)
    found = facts(session, practice, a_contact(session, children=(child,), address_id=home.id))
    assert (found["household_contacts_90d"], found["household_contacts_12m"], found["contacts_12m"]) == (2, 3, 1)


def test_history_that_nobody_brought_in_is_left_out_kind_by_kind_and_is_never_no(
    session: Session, practice: Practice, child: Person
) -> None:
    contact, other = a_contact(session, children=(child,)), a_child(session, "Jay")
    told = facts(session, practice, contact).keys()
    for kind, names in HISTORY.items():
        assert not names & told
        an_episode(session, other, kind)
        told = facts(session, practice, contact).keys()
        assert names <= told
    assert not {"case_status", "siblings_history", "early_help_offered"} & told
    for kind in ("child_in_need", "looked_after"):
        an_episode(session, other, kind)
    found = facts(session, practice, contact)
    assert (found["referrals_12m"], found["case_status"], found["protection_plan_ended"]) == (0, "none", "never")


def test_history_counts_as_it_stood_at_receipt(session: Session, practice: Practice, child: Person) -> None:
    for started in (date(2025, 4, 10), date(2025, 11, 3), date(2025, 11, 9), date(2025, 12, 1)):
        an_episode(session, child, "referral", started_on=started, ended_on=started)
    an_episode(session, child, "section_47", started_on=date(2020, 1, 1), ended_on=date(2020, 1, 15))
    an_episode(session, child, "section_47", started_on=date(2024, 6, 1), ended_on=date(2024, 6, 15))
    an_episode(session, child, "protection_plan", started_on=date(2024, 7, 1), ended_on=date(2025, 1, 1))
    an_episode(session, child, "child_in_need", started_on=date(2025, 1, 1), ended_on=date(2026, 4, 14))
    found = facts(session, practice, a_contact(session, children=(child,)))
    assert (found["referrals_12m"], found["s47_24m"], found["s47_ever"]) == (2, 1, 2)
    assert (found["protection_plan_ended"], found["case_status"]) == ("within_24_months", "child_in_need")


def test_a_referral_decided_here_counts_beside_those_brought_in(
    session: Session, practice: Practice, child: Person, cast: dict[str, Actor]
) -> None:
    an_episode(session, child, "referral", started_on=date(2025, 11, 3))
    a_decision(session, earlier(session, child, 60), cast["practitioner"], decided_at=days(-60))
    a_decision(session, earlier(session, child, 40), cast["practitioner"], decided_at=days(-40), route="advice")
    assert facts(session, practice, a_contact(session, children=(child,)))["referrals_12m"] == 2


def test_how_far_it_went_for_a_brother_or_sister_is_known(session: Session, practice: Practice, child: Person) -> None:
    sister = a_child(session, "Jay")
    contact = a_contact(session, children=(child, sister))
    an_episode(session, sister, "early_help", started_on=date(2025, 1, 1))
    an_episode(session, sister, "protection_plan", started_on=date(2026, 1, 1))
    assert facts(session, practice, contact)["siblings_history"] == "protection_plan"
    assert "siblings_history" not in facts(session, practice, contact, place=1)


def test_two_reports_of_one_incident_count_once_and_two_incidents_twice(
    session: Session, practice: Practice, child: Person
) -> None:
    code = next(code for code, strand in practice.strands.items() if strand == "domestic_abuse")
    incident = Incident(made_at=MONDAY)
    session.add(incident)
    session.flush()
    for count in (3, 2):
        an_observation(session, earlier(session, child, count, incident_id=incident.id), code, "present")
    contact = a_contact(session, children=(child,))
    assert facts(session, practice, contact)["incidents_domestic_abuse_12m"] == 1
    an_observation(session, contact.children[0], code, "present")
    an_observation(session, earlier(session, child, 20), code, {"value": "present", "severity": "severe"})
    an_observation(session, earlier(session, child, 21), code, "absent")
    an_observation(session, earlier(session, child, 400), code, "present")
    assert facts(session, practice, contact)["incidents_domestic_abuse_12m"] == 3


def test_signs_of_neglect_count_only_as_far_as_they_differ_in_kind_and_day(
    session: Session, practice: Practice, child: Person
) -> None:
    first, second, third = [code for code, strand in practice.strands.items() if strand == "neglect"][:3]
    contact = a_contact(session, children=(child,))
    for code in (first, second, third):
        an_observation(session, contact.children[0], code, "present")
    assert facts(session, practice, contact)["neglect_items_6m"] == 1
    an_observation(session, earlier(session, child, 30), first, "present")
    assert facts(session, practice, contact)["neglect_items_6m"] == 2
    an_observation(session, earlier(session, child, 200), second, "present")
    assert facts(session, practice, contact)["neglect_items_6m"] == 2


def test_what_was_observed_wins_over_what_is_derived_and_the_newest_answer_counts(
    session: Session, practice: Practice, child: Person
) -> None:
    contact = a_contact(session, children=(child,))
    assert facts(session, practice, contact)["age_years"] == 9
    old = an_observation(session, contact.children[0], "age_years", 12)
    assert facts(session, practice, contact)["age_years"] == 12
    old.superseded_at = MONDAY
    session.flush()
    an_observation(session, contact.children[0], "age_years", 13)
    assert facts(session, practice, contact)["age_years"] == 13


def test_a_family_that_stopped_agreeing_is_remembered_for_a_year(
    session: Session, practice: Practice, child: Person, cast: dict[str, Actor]
) -> None:
    contact = a_contact(session, children=(child,))
    told = {"route": "no_further_action", "agreement_status": "withdrawn"}
    a_decision(session, earlier(session, child, 400), cast["practitioner"], **told, decided_at=days(-400))
    assert "closed_agreement_lapsed_12m" not in facts(session, practice, contact)
    a_decision(session, earlier(session, child, 90), cast["practitioner"], **told, decided_at=days(-90))
    assert facts(session, practice, contact)["closed_agreement_lapsed_12m"] == "present"


def test_the_newest_word_on_agreement_counts_and_one_childs_is_not_anothers(
    session: Session, practice: Practice, child: Person
) -> None:
    contact = a_contact(session, children=(child, a_child(session, "Jay")))
    second = contact.children[1].id
    for kind, status, about in (
        ("service", "given_verbally", None),
        ("service", "withdrawn", second),
        ("told", "unable_to_ask", None),
        ("checks", "refused", None),
    ):
        session.add(Agreement(contact_id=contact.id, child_id=about, kind=kind, status=status, at=MONDAY))
        session.flush()
    one, two = facts(session, practice, contact), facts(session, practice, contact, place=1)
    assert (one["agreement_service"], two["agreement_service"]) == ("given_verbally", "withdrawn")
    assert (one["agreement_checks"], "family_told" in one) == ("refused", False)


def a_person(**told: Any) -> Person:
    usual: dict[str, Any] = {"unborn": False, "sex": "U", "disabilities": []}
    return Person(**usual | told)


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ({}, {"unborn": "absent"}),
        ({"date_of_birth": date(2017, 4, 13)}, {"age_years": 9, "age_weeks": 469, "age_basis": "recorded"}),
        ({"date_of_birth": date(2017, 4, 14)}, {"age_years": 8, "age_weeks": 469, "age_basis": "recorded"}),
        ({"date_of_birth": date(2026, 4, 14)}, {"unborn": "absent"}),
        ({"date_of_birth": date(1900, 1, 1)}, {"unborn": "absent"}),
        ({"estimated_age": 6, "age_estimated_on": date(2024, 4, 13)}, {"age_years": 8, "age_basis": "estimated"}),
        ({"estimated_age": -1}, {"unborn": "absent"}),
        ({"unborn": True, "due_date": date(2026, 6, 22)}, {"unborn": "present", "gestation_weeks": 30}),
        ({"unborn": True, "due_date": date(2025, 6, 22)}, {"unborn": "present"}),
        ({"unborn": True}, {"unborn": "present"}),
        ({"sex": "F", "disabilities": ["NONE"]}, {"sex": "female", "disability": "absent"}),
        ({"disabilities": ["HEAR"]}, {"disability": "present"}),
    ],
)
def test_age_sex_and_disability_are_said_only_as_far_as_they_are_known(
    told: dict[str, Any], wanted: dict[str, Any]
) -> None:
    assert person_facts(a_person(**told), MONDAY.date()) == {"unborn": "absent"} | wanted


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ({"source_code": "6"}, ("police", "named")),
        ({"source_code": "9", "referrer_identity": "anonymous"}, (None, "anonymous")),
        ({"source_code": "1A", "referrer_identity": "withheld"}, ("family", "name_withheld_from_family")),
    ],
)
def test_who_made_the_contact_is_known_as_far_as_they_said(
    session: Session, practice: Practice, told: dict[str, Any], wanted: tuple[str | None, str]
) -> None:
    found = facts(session, practice, a_contact(session, **told))
    assert (found.get("referrer_type"), found["named_or_anonymous"]) == wanted
