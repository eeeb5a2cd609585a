"""Each column of our own fuller file arrives where the record keeps it, on either database."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.intake import COLUMNS
from mash.models import AdultOnContact, Agreement, ChildOnContact, Contact, Decision
from mash.queries.facts import observed
from mash.rules import RuleBook
from tests.importing import EVERYTHING, Desk, desk
from tests.intake.writers import write_records


@pytest.fixture
def at_desk(session: Session, rulebook: RuleBook) -> Desk:
    """Sit at a desk over each database."""
    return desk(session, rulebook)


class Record:
    """What became of the one row that says everything."""

    def __init__(self, session: Session, contact: Contact) -> None:
        self.contact = contact
        self.child: ChildOnContact = contact.children[0]
        self.person = self.child.person
        self.kept = contact.extra
        self.kept_of_child = contact.extra["children"]["1"]
        self.observed = observed(session, [self.child.id]).get(self.child.id, {})
        self.decision = session.scalars(select(Decision)).one()
        self.agreed = {row.kind: row for row in session.scalars(select(Agreement))}
        self.adults = {row.relation: row for row in contact.adults}

    @property
    def home(self) -> Any:
        return self.contact.address

    def adult(self, relation: str) -> AdultOnContact:
        return self.adults[relation]


def march(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


ARRIVES: dict[str, tuple[Callable[[Record], Any], Any]] = {
    "contact_id": (lambda r: r.contact.external_key, "own:C-1042"),
    "received_at": (lambda r: (r.contact.received_at, r.contact.received_precision), (march(2, 10, 15), "minute")),
    "event_at": (lambda r: r.contact.happened_at, march(1, 21, 40)),
    "sent_at": (lambda r: r.contact.sent_at, march(2, 9, 50)),
    "entered_at": (lambda r: r.kept["entered_at"], "2026-03-02T11:05:00+00:00"),
    "channel": (lambda r: r.contact.channel, "telephone"),
    "type_at_receipt": (lambda r: r.contact.type_at_receipt, "service_request"),
    "type_at_decision": (lambda r: (r.contact.type_at_decision, r.decision.contact_type), ("service_request",) * 2),
    "source": (lambda r: r.contact.source_code, "3B"),
    "source_label": (lambda r: r.contact.source_given, "Health visitor, east"),
    "source_agency": (lambda r: r.contact.source_agency, "Example Health Trust"),
    "referrer_name": (lambda r: r.contact.referrer_name, "Ada Example"),
    "referrer_role": (lambda r: r.contact.referrer_role, "Health visitor"),
    "referrer_phone": (lambda r: r.contact.referrer_phone, "01632 960001"),
    "referrer_email": (lambda r: r.contact.referrer_email, "ada@example.org"),
    "referrer_identity": (lambda r: r.contact.referrer_identity, "withheld"),
    "referrer_level": (lambda r: r.contact.referrer_level, 3),
    "narrative": (lambda r: r.contact.narrative, "Mother tired; home cold."),
    "immediate_danger": (lambda r: r.contact.danger_now, False),
    "address": (lambda r: r.home.lines, "1 Example Row, Exampleton"),
    "postcode": (lambda r: r.home.postcode, "DN1 3BU"),
    "address_source": (lambda r: r.contact.address_source, "referrer"),
    "address_verified_on": (lambda r: r.contact.address_verified_at, march(2)),
    "address_protected": (lambda r: r.home.protected, False),
    "second_address": (lambda r: r.child.address_id not in {None, r.contact.address_id}, True),
    "second_postcode": (lambda r: r.child.address_id not in {None, r.contact.address_id}, True),
    "parents": (
        lambda r: (r.adult("mother").person.surname, r.adult("mother").parental_responsibility),
        ("Sample", True),
    ),
    "other_adults": (
        lambda r: (r.adult("lodger").person.forename, r.adult("lodger").parental_responsibility),
        ("Pat", None),
    ),
    "family_told": (lambda r: r.agreed["told"].status, "yes"),
    "family_told_on": (lambda r: r.kept["family_told_on"], "2026-03-02"),
    "agreement_service": (lambda r: (r.agreed["service"].status, r.decision.agreement_status), ("given_verbally",) * 2),
    "agreement_checks": (lambda r: r.agreed["checks"].status, "not_asked_unsafe"),
    "lawful_basis": (lambda r: r.agreed["lawful_basis"].reason, "public_task"),
    "override_reason": (lambda r: "Not safe to ask" in r.agreed["override"].reason, True),
    "override_by": (lambda r: "M Manager" in r.agreed["override"].reason, True),
    "override_at": (lambda r: r.kept["override_at"], "2026-03-02T12:00:00+00:00"),
    "incident_reference": (lambda r: r.kept["incident_reference"], "123-02032026"),
    "police_grade": (lambda r: r.kept["police_grade"], "medium"),
    "dash_score": (lambda r: r.kept["dash_score"], 9),
    "edt_interim_action": (lambda r: r.contact.interim_action, "Rang the mother."),
    "acknowledged_at": (lambda r: r.contact.acknowledged_at, march(2, 10, 30)),
    "feedback_at": (lambda r: r.kept["feedback_at"], "2026-03-03T09:30:00+00:00"),
    "child_id": (lambda r: r.person.council_id, "100234"),
    "child_number": (lambda r: r.child.position, 1),
    "forename": (lambda r: r.person.forename, "Robin"),
    "surname": (lambda r: r.person.surname, "Sample"),
    "known_as": (lambda r: r.kept_of_child["known_as"], "Rob"),
    "date_of_birth": (lambda r: r.person.date_of_birth, date(2019, 5, 14)),
    "due_date": (lambda r: r.person.due_date, None),
    "unborn": (lambda r: r.person.unborn, False),
    "estimated_age": (lambda r: r.person.estimated_age, None),
    "descriptor": (lambda r: r.person.descriptor, "The older boy at number 1"),
    "sex": (lambda r: r.person.sex, "M"),
    "gender": (lambda r: r.person.gender, "01"),
    "ethnicity": (lambda r: (r.person.ethnicity, r.person.ethnicity_given), ("WBRI", "WBRI")),
    "language": (lambda r: r.person.language, "Polish"),
    "interpreter": (lambda r: r.person.interpreter, True),
    "religion": (lambda r: r.kept_of_child["religion"], "None"),
    "disability": (lambda r: r.person.disabilities, ["HEAR", "LD"]),
    "nhs_number": (lambda r: r.person.nhs_number, "9434765919"),
    "upn": (lambda r: r.person.upn, "B801200005001"),
    "school": (lambda r: r.person.school, "Example Primary School"),
    "gp": (lambda r: r.person.gp, "Example Surgery"),
    "child_location": (lambda r: r.kept_of_child["child_location"], "At school until 15:15"),
    "home_authority": (lambda r: r.kept_of_child["home_authority"], "Rotherham"),
    "child_voice": (lambda r: r.contact.child_voice, "Said he is cold at night."),
    "indicators": (lambda r: r.observed, {"sc-hygiene-persistent": {"value": "present", "duration": "weeks"}}),
    "case_status": (lambda r: r.child.open_to, None),
    "allocated_team": (lambda r: r.child.open_team, "East"),
    "allocated_worker": (lambda r: r.child.open_worker, "W Worker"),
    "rating": (lambda r: (r.child.rating, r.contact.rating, r.decision.rating), ("amber",) * 3),
    "rated_at": (lambda r: r.kept_of_child["rated_at"], "2026-03-02T10:45:00+00:00"),
    "rated_by": (lambda r: r.kept_of_child["rated_by"], "S Worker"),
    "level": (lambda r: (r.child.level, r.contact.level, r.decision.level), (2,) * 3),
    "route": (lambda r: (r.child.route, r.decision.route), ("early_help",) * 2),
    "recommended_by": (lambda r: r.kept_of_child["recommended_by"], "S Worker"),
    "decided_at": (lambda r: (r.child.decided_at, r.decision.decided_at), (march(2, 15, 20),) * 2),
    "decided_by": (lambda r: "Decided by M Manager." in r.decision.reason, True),
    "reason": (lambda r: "Needs are at level 2." in r.decision.reason, True),
    "outcomes": (lambda r: (r.child.outcome, r.kept_of_child["outcomes"]), ("early_help", ["early_help"])),
    "early_help_receiver": (lambda r: r.decision.receiver, "East Family Hub"),
    "closed_at": (lambda r: (r.contact.closed_at, r.contact.state), (march(4, 16), "closed")),
}


def test_every_column_arrives_where_the_record_keeps_it(at_desk: Desk, tmp_path: Path) -> None:
    assert ARRIVES.keys() == {column.name for column in COLUMNS}
    _, (row,) = at_desk.bring(write_records(tmp_path / "own.csv", [EVERYTHING]))
    assert row.problems == ()
    record = Record(at_desk.session, at_desk.contact())
    arrived = {name: find(record) for name, (find, _) in ARRIVES.items()}
    assert arrived == {name: wanted for name, (_, wanted) in ARRIVES.items()}


OTHERS: list[tuple[dict[str, str], Callable[[Record], Any], Any]] = [
    ({"case_status": "child_in_need"}, lambda r: r.child.open_to, "child_in_need"),
    ({"immediate_danger": "yes"}, lambda r: r.contact.danger_now, True),
    ({"address_protected": "yes"}, lambda r: r.home.protected, True),
    ({"referrer_identity": "", "source": "9"}, lambda r: r.contact.referrer_identity, "anonymous"),
    ({"received_at": "02/03/2026"}, lambda r: (r.contact.received_at, r.contact.received_precision), (march(2), "day")),
    ({"date_of_birth": ""}, lambda r: (r.person.estimated_age, r.person.age_estimated_on), (6, date(2026, 3, 2))),
    ({"route": "strategy_discussion"}, lambda r: r.child.outcome, "strategy_discussion"),
    ({"sex": ""}, lambda r: r.person.sex, "M"),
    ({"level": ""}, lambda r: r.decision.level, 2),
]


@pytest.mark.parametrize(("said", "find", "wanted"), OTHERS, ids=[next(iter(said)) for said, _, _ in OTHERS])
def test_another_answer_arrives_as_that_answer(
    at_desk: Desk, tmp_path: Path, said: dict[str, str], find: Callable[[Record], Any], wanted: Any
) -> None:
    at_desk.bring(write_records(tmp_path / "own.csv", [{**EVERYTHING, **said}]))
    assert find(Record(at_desk.session, at_desk.contact())) == wanted


def test_texts_as_long_as_the_record_holds_fit_both_databases(at_desk: Desk, tmp_path: Path) -> None:
    long: dict[str, object] = {
        column.name: "Å" * 200 for column in COLUMNS if column.kind == "text" and "address" not in column.name
    }
    long |= {"address": "Å" * 1000, "narrative": "Å" * 20_000, "child_id": "9" * 64, "contact_id": "9" * 200}
    counts, _ = at_desk.bring(write_records(tmp_path / "own.csv", [{**EVERYTHING, **long}]))
    assert (counts["made"], len(at_desk.contact().narrative)) == (1, 20_000)
