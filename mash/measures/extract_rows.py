"""One child, referral or episode as each extract writes it: Annex A, the Standard Safeguarding Dataset, our extension.

Formats: Ofsted's child-level data (Annex A, 2019), the Standard Safeguarding Dataset 1.4.5, ``mash import --columns``.
What ``mash.intake`` reads back is what was written, code for code. What nobody has mapped goes out as it came in.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from mash.intake.cells import age_on
from mash.intake.codes import ETHNICITIES, GENDERS, SOURCES, YES_NO
from mash.intake.codeset import CodeSet
from mash.intake.xlsx_out import Cell
from mash.kinds import Kind
from mash.measures.extracts import Began, child_number, is_new
from mash.models import ChildOnContact, Clock, Contact, Decision, Person
from mash.workflow.calendar import LONDON, london_day

CHILD = ("Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)")
LIST_1 = (*CHILD, "Date of Contact", "Contact Source")
LIST_2 = (*CHILD, "Assessment start date", "Assessment completion date", "Organisation completing assessment")
LIST_3 = (
    *CHILD, "Date of referral", "Referral Source", "Referral NFA?", "Number of Referrals in Last 12 Months",
    "Allocated Team", "Allocated Worker",
)  # fmt: skip
SSD_CONTACTS = (
    "cont_contact_id", "cont_person_id", "cont_contact_date", "cont_contact_source_code", "cont_contact_source_desc",
    "cont_contact_outcome_json",
)  # fmt: skip
SSD_EARLY_HELP = (
    "earl_episode_id", "earl_person_id", "earl_episode_start_date", "earl_episode_end_date", "earl_episode_reason",
    "earl_episode_end_reason", "earl_episode_organisation", "earl_episode_worker_id",
)  # fmt: skip
SSD_REFERRALS = (
    "cine_referral_id", "cine_person_id", "cine_referral_date", "cine_referral_source_code",
    "cine_referral_source_desc", "cine_referral_nfa", "cine_close_reason", "cine_close_date", "cine_referral_team",
    "cine_referral_worker_id",
)  # fmt: skip
SSD_PERSON = ("pers_person_id", "pers_sex", "pers_gender", "pers_ethnicity", "pers_dob", "pers_expected_dob")
EXTENSION = (
    "contact_id", "child_id", "received_at", "event_at", "sent_at", "entered_at", "channel", "type_at_receipt",
    "type_at_decision", "source", "source_label", "rating", "level", "route", "reason", "decided_at", "closed_at",
    "acknowledged_at", "due_at", "in_time", "late_reason",
)  # fmt: skip
FLAGS = (
    "NEW_REFERRAL_FLAG", "EXISTING_REFERRAL_FLAG", "CP_ENQUIRY_FLAG", "NFA_FLAG", "NON_AGENCY_ADOPTION_FLAG",
    "PRIVATE_FOSTERING_FLAG", "ADVICE_FLAG", "MISSING_FLAG", "OLA_CP_FLAG", "OTHER_OUTCOMES_EXIST_FLAG",
)  # fmt: skip
OUTCOMES = {
    Kind.ASSESSMENT: ("NEW_REFERRAL_FLAG", ""),
    Kind.STRATEGY: ("CP_ENQUIRY_FLAG", ""),
    Kind.PASSED_ON: ("EXISTING_REFERRAL_FLAG", ""),
    Kind.ADVICE: ("ADVICE_FLAG", ""),
    Kind.NO_SERVICE: ("NFA_FLAG", ""),
    Kind.EARLY_HELP: ("OTHER_OUTCOMES_EXIST_FLAG", "EH Referral"),
    Kind.INFORMATION: ("OTHER_OUTCOMES_EXIST_FLAG", "Information given"),
    Kind.SIGNPOSTING: ("OTHER_OUTCOMES_EXIST_FLAG", "Signposted elsewhere"),
    Kind.ANOTHER_AUTHORITY: ("OTHER_OUTCOMES_EXIST_FLAG", "Passed to another authority"),
}
TYPES = {
    "service_request": "request_for_service",
    "statutory_check": "statutory_information_request",
    "information_share": "information_sharing",
    "advice": "advice",
    "notification": "open_case_information",
}
GENDER_BY_SEX = {"M": "01", "F": "02"}


def list_1(contact: Contact, person: Person, on: date) -> Sequence[Cell]:
    """Write a row of Annex A List 1, ages as at a day."""
    source = _written(SOURCES, contact.source_code, contact.source_given)
    return (*_child(person, on), london_day(contact.received_at), source)


def list_2(one: Began, on: date) -> Sequence[Cell]:
    """Write a row of Annex A List 2."""
    return (*_child(one.person, on), one.began, one.ended, guarded(one.organisation))


def list_3(one: Began, on: date, days: Sequence[date]) -> Sequence[Cell]:
    """Write a row of Annex A List 3; ``days`` are those of all the child's referrals, the last first."""
    source = _written(SOURCES, one.source_code, one.source_given)
    more = (_nfa(one.no_further_action), in_last_12_months(days), guarded(one.team), guarded(one.worker))
    return (*_child(one.person, on), one.began, source, *more)


def in_last_12_months(days: Sequence[date]) -> int:
    """Count a child's referrals in the 12 months before the latest, by Ofsted's rule: not before today.

    >>> in_last_12_months([date(2025, 3, 1), date(2024, 5, 1)])
    1
    >>> in_last_12_months([date(2025, 3, 10), date(2025, 3, 1), date(2024, 6, 10)])
    2
    """
    earliest = year_before(days[0])
    return sum(day >= earliest for day in days[1:])


def year_before(day: date) -> date:
    """Give the same day a year before; 28 February for the 29th.

    >>> year_before(date(2024, 2, 29))
    datetime.date(2023, 2, 28)
    """
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def ssd_contact(contact: Contact, child: ChildOnContact, person: Person, kinds: Mapping[str, str]) -> Sequence[str]:
    """Write a row of ssd_contacts; `kinds` is what kind each outcome on record is."""
    when = _moment(contact.received_at) if contact.received_precision == "minute" else _day(contact.received_at)
    source = (contact.source_code, guarded(contact.source_given))
    return (contact.reference, child_number(person), when, *source, outcome_json(child, kinds))


def outcome_json(child: ChildOnContact, kinds: Mapping[str, str]) -> str:
    """Write a child's outcome as the dataset's flags, every key there; all of them blank while it is undecided."""
    kind = kinds.get(child.outcome or "")
    flag, comments = OUTCOMES[Kind(kind)] if kind else ("", "")
    set_ = {flag} | ({"NEW_REFERRAL_FLAG"} if flag == "CP_ENQUIRY_FLAG" and is_new(child) else set())
    no = "N" if flag else ""
    said: dict[str, object] = {name: "Y" if name in set_ else no for name in FLAGS}
    return json.dumps(said | {"NUMBER_OF_OUTCOMES": len(set_ - {""}), "COMMENTS": comments})


def ssd_early_help(one: Began) -> Sequence[str]:
    """Write a row of ssd_early_help_episodes."""
    dates = (one.began.isoformat(), one.ended.isoformat() if one.ended else "")
    words = ("", one.end_reason, one.organisation, one.worker)
    return (one.id, child_number(one.person), *dates, *map(guarded, words))


def ssd_referral(one: Began) -> Sequence[str]:
    """Write a row of ssd_cin_episodes: the referral, and when it closed."""
    nfa = "" if one.no_further_action is None else "Y" if one.no_further_action else "N"
    source = (one.source_code, guarded(one.source_given))
    closed = (guarded(one.end_reason), one.ended.isoformat() if one.ended else "")
    head = (one.id, child_number(one.person), one.began.isoformat())
    return (*head, *source, nfa, *closed, guarded(one.team), guarded(one.worker))


def ssd_person(person: Person) -> Sequence[str]:
    """Write a row of ssd_person: no name and no number but the child's own."""
    born = person.date_of_birth.isoformat() if person.date_of_birth else ""
    due = person.due_date.isoformat() if person.due_date else ""
    ethnicity = person.ethnicity or guarded(person.ethnicity_given)
    return (child_number(person), person.sex, person.gender, ethnicity, born, due)


def extension(
    contact: Contact, child: ChildOnContact, person: Person, decision: Decision | None, clock: Clock | None
) -> Sequence[str]:
    """Write a row of our own extension: what neither of the sector's formats has room for."""
    day_only = contact.received_precision == "day"
    received = _day(contact.received_at) if day_only else _moment(contact.received_at)
    times = (_moment(contact.happened_at), _moment(contact.sent_at), _moment(contact.entered_at))
    kinds = (TYPES[contact.type_at_receipt], TYPES.get(contact.type_at_decision or "", ""))
    decided = (child.rating or "", _level(child), child.outcome or "", guarded(decision.reason if decision else ""))
    ends = (_moment(child.decided_at), _moment(contact.closed_at), _moment(contact.acknowledged_at))
    return (
        contact.reference, child_number(person), received, *times, contact.channel, *kinds, contact.source_code,
        guarded(contact.source_given), *decided, *ends, *_timed(contact, clock),
    )  # fmt: skip


def _timed(contact: Contact, clock: Clock | None) -> tuple[str, str, str]:
    if clock is None:
        return "", "", ""
    met = "open" if contact.decided_at is None else "Y" if contact.decided_at <= clock.due_at else "N"
    return _moment(clock.due_at), met, guarded(clock.late_reason)


def _level(child: ChildOnContact) -> str:
    return "" if child.level is None else str(child.level)


def _child(person: Person, on: date) -> tuple[Cell, ...]:
    gender = person.gender or GENDER_BY_SEX.get(person.sex, "00")
    born = person.due_date if person.unborn else person.date_of_birth
    ethnicity = _written(ETHNICITIES, person.ethnicity, person.ethnicity_given)
    return (child_number(person), GENDERS.written(gender), ethnicity, born, _age(person, on))


def _age(person: Person, on: date) -> int | None:
    if person.unborn:
        return -1
    if person.date_of_birth:
        return max(0, age_on(person.date_of_birth, on))
    if person.estimated_age is None or person.age_estimated_on is None:
        return person.estimated_age
    return person.estimated_age + max(0, age_on(person.age_estimated_on, on))


def _written(codeset: CodeSet, code: str, given: str) -> str:
    return codeset.written(code) if code in codeset else guarded(given)


def _nfa(answer: bool | None) -> str:
    return "" if answer is None else YES_NO.written("yes" if answer else "no")


def guarded(text: str) -> str:
    """Keep a spreadsheet from running words as a formula; ``mash.intake`` takes the mark off again.

    >>> guarded("=1+1"), guarded("East")
    ("'=1+1", 'East')
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _moment(at: datetime | None) -> str:
    """Write a moment with London's offset, which also keeps midnight from being read as a day alone."""
    return at.astimezone(LONDON).replace(microsecond=0).isoformat() if at else ""


def _day(at: datetime) -> str:
    return london_day(at).isoformat()
