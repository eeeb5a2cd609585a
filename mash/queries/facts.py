"""One child's facts for the rules: what was observed, who they are, their history, the contact, the agreement.

Observed facts win over derived ones. A fact that nobody asked about is left out; it is never taken as "no".
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import Agreement, ChildOnContact, Contact, Observation
from mash.queries.history import history_facts

LONDON = ZoneInfo("Europe/London")
TERM_WEEKS = 40
LONGEST_WEEKS = 45  # a due date further back says only that the record is behind the birth
OLDEST_YEARS = 114  # a birth further back is a slip in the record, and says nothing of an age

REFERRER_BY_SOURCE = {
    "1A": "family",
    "1B": "neighbour",
    "1C": "child",
    "1D": "other",
    "2A": "school",
    "2B": "school",
    "3A": "health",
    "3B": "health",
    "3C": "health",
    "3D": "health",
    "3E": "health",
    "3F": "health",
    "4": "housing",
    "5A": "social_care",
    "5B": "youth_justice",
    "5C": "other_council",
    "5D": "social_care",
    "6": "police",
    "7": "probation",
    "8": "voluntary",
}
NAMED = {"open": "named", "withheld": "name_withheld_from_family", "anonymous": "anonymous"}
TOLD = {"yes": "told", "no": "not_told", "not_asked_unsafe": "not_told_unsafe"}


def facts_of(
    session: Session, contact: Contact, strands: Mapping[str, str], children: Sequence[ChildOnContact] | None = None
) -> dict[int, dict[str, Any]]:
    """Give, by child, what ``mash.rules.read_facts`` takes for children of a contact, as known when it was received.

    Observations count up to now: they are what this contact found. History is cut off at receipt.

    Args:
        children: Only these; all of the contact's if left out.
    """
    day = contact.received_at.astimezone(LONDON).date()
    wanted = contact.children if children is None else children
    history = history_facts(session, contact, strands, [child.person_id for child in wanted])
    agreed, seen = agreements(session, contact), observed(session, [child.id for child in wanted])
    found = {}
    for child in wanted:
        facts = person_facts(child.person, day) | _contact_facts(contact) | history[child.person_id]
        if child.open_to:
            facts["case_status"] = child.open_to
        facts |= agreement_facts(newest_of(agreed, child.id))
        found[child.id] = facts | seen.get(child.id, {})
    return found


def observed(session: Session, child_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Give the current observations of children on one contact, by code."""
    found: dict[int, dict[str, Any]] = {}
    for child, code, value in session.execute(
        select(Observation.child_id, Observation.code, Observation.value).where(
            Observation.child_id.in_(child_ids), Observation.superseded_at.is_(None)
        )
    ):
        found.setdefault(child, {})[code] = value
    return found


class Known(Protocol):
    """What is read of a person to say how old they are."""

    @property
    def unborn(self) -> bool: ...
    @property
    def due_date(self) -> date | None: ...
    @property
    def date_of_birth(self) -> date | None: ...
    @property
    def estimated_age(self) -> int | None: ...
    @property
    def age_estimated_on(self) -> date | None: ...
    @property
    def sex(self) -> str: ...
    @property
    def disabilities(self) -> list[str]: ...


def person_facts(person: Known, day: date) -> dict[str, Any]:
    """Give age, sex and disability on a day. An unknown birth leaves age out."""
    facts: dict[str, Any] = {"unborn": "present" if person.unborn else "absent"}
    if person.unborn:
        weeks = TERM_WEEKS - (person.due_date - day).days // 7 if person.due_date else None
        if weeks is not None and 0 <= weeks <= LONGEST_WEEKS:
            facts["gestation_weeks"] = weeks
    else:
        facts |= _age(person, day)
    if person.sex in {"F", "M"}:
        facts["sex"] = "female" if person.sex == "F" else "male"
    stated = [code for code in person.disabilities or [] if code != "NONE"]
    if person.disabilities:
        facts["disability"] = "present" if stated else "absent"
    return facts


def _age(person: Known, day: date) -> dict[str, Any]:
    """Give a recorded age, or else an estimate, grown since it was made; nothing where neither can be so."""
    if person.date_of_birth and person.date_of_birth <= day:
        years = whole_years(person.date_of_birth, day)
        facts = {"age_years": years, "age_weeks": (day - person.date_of_birth).days // 7, "age_basis": "recorded"}
    elif person.estimated_age is not None:
        years = person.estimated_age + whole_years(person.age_estimated_on or day, day)
        facts = {"age_years": years, "age_basis": "estimated"}
    else:
        return {}
    return facts if 0 <= years <= OLDEST_YEARS else {}


def whole_years(born: date, day: date) -> int:
    """Count birthdays passed.

    >>> whole_years(date(2020, 2, 29), date(2021, 2, 28)), whole_years(date(2020, 2, 29), date(2021, 3, 1))
    (0, 1)
    """
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _contact_facts(contact: Contact) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "contact_type": contact.type_at_decision or contact.type_at_receipt,
    }
    if contact.referrer_name or contact.referrer_identity != "withheld":  # no name and nothing said: nobody asked
        facts["named_or_anonymous"] = NAMED[contact.referrer_identity]
    referrer = REFERRER_BY_SOURCE.get(contact.source_code)
    return facts | ({"referrer_type": referrer} if referrer else {})


class Agreed(NamedTuple):
    """One word on agreement: about one child, or about the whole contact."""

    child_id: int | None
    kind: str
    status: str


def agreement_facts(newest: Mapping[str, Agreed]) -> dict[str, Any]:
    """Give the newest word on agreement to a service, to checks, and on telling the family."""
    facts: dict[str, Any] = {}
    for kind, name in (("service", "agreement_service"), ("checks", "agreement_checks")):
        if kind in newest:
            facts[name] = newest[kind].status
    if "told" in newest and newest["told"].status in TOLD:
        facts["family_told"] = TOLD[newest["told"].status]
    return facts


def agreements(session: Session, contact: Contact) -> list[Agreed]:
    """List every word on agreement about a contact and its children, the oldest first."""
    said = select(Agreement.child_id, Agreement.kind, Agreement.status).where(Agreement.contact_id == contact.id)
    return [Agreed(*row) for row in session.execute(said.order_by(Agreement.id))]


def newest_of(said: Iterable[Agreed], child_id: int) -> Mapping[str, Agreed]:
    """Give the newest agreement of each kind for a child: about this child, or about the whole contact."""
    return {one.kind: one for one in said if one.child_id in {None, child_id}}
