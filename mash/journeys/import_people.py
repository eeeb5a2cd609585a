"""Who an imported row is about: the child, the adults, the home, in our own record's terms."""

from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from mash.intake import Adult, Coded, ContactRow, EpisodeRow, Moment, Observed
from mash.journeys.import_words import yes
from mash.journeys.people import AddressGiven, PersonGiven, person_for
from mash.journeys.practice import LONDON
from mash.journeys.receive import AdultGiven, ChildGiven
from mash.models import Person
from mash.rules import Catalogue, FactsRefused, read_facts

SEX_BY_GENDER = {"01": "M", "02": "F"}
UNBORN = -1  # how an age says that a child is not yet born
PARENTAL = ("mother", "father", "parent", "guardian")


def moment(given: Moment | None) -> datetime | None:
    """Give a moment as aware; a day alone counts from its start in London."""
    if given is None:
        return None
    return given.at.astimezone(UTC) if given.at else datetime.combine(given.day, time(), LONDON).astimezone(UTC)


def child_of(row: ContactRow, catalogue: Catalogue) -> ChildGiven:
    """Give the child of a row, with what was observed and whom they are open to."""
    second = row.second_address or row.second_postcode
    status = row.case_status.code if row.case_status else None
    return ChildGiven(
        person=PersonGiven(
            council_id=row.child_id,
            forename=row.forename or "",
            surname=row.surname or "",
            descriptor=row.descriptor or "",
            unborn=_unborn(row),
            date_of_birth=row.date_of_birth,
            due_date=row.due_date,
            estimated_age=None if row.estimated_age == UNBORN else row.estimated_age,
            sex=_sex(row.sex, row.gender),
            gender=_code(row.gender),
            ethnicity=_code(row.ethnicity),
            ethnicity_given=row.ethnicity.given[:200] if row.ethnicity else "",
            language=row.language or "",
            interpreter=yes(row.interpreter),
            disabilities=tuple(code.code for code in row.disability if code.code),
            nhs_number=row.nhs_number.value if row.nhs_number else None,
            upn=row.upn.value if row.upn else None,
            school=row.school or "",
            gp=row.gp or "",
        ),
        address=AddressGiven(lines=row.second_address or "", postcode=row.second_postcode or "") if second else None,
        observed=observed_of(row, catalogue)[0],
        open_to=status if status not in {None, "none"} else None,
        open_worker=row.allocated_worker or "",
        open_team=row.allocated_team or "",
    )


def _unborn(row: ContactRow | EpisodeRow) -> bool:
    awaited = row.due_date is not None and row.date_of_birth is None
    return awaited or bool(yes(row.unborn)) or row.estimated_age == UNBORN


def observed_of(row: ContactRow, catalogue: Catalogue) -> tuple[dict[str, Any], list[str]]:
    """Part what was observed into what the catalogue knows and what it does not; the latter is kept as given."""
    known: dict[str, Any] = {}
    strange: list[str] = []
    for seen in row.indicators:
        full, *without = _answers(seen)
        if _is_known(catalogue, seen.code, full):
            known[seen.code] = full
            continue
        strange.append(",".join([f"{seen.code}={seen.value}", *(f"{name}={word}" for name, word in seen.qualifiers)]))
        if without and _is_known(catalogue, seen.code, without[0]):
            known[seen.code] = without[0]
    return known, strange


def _answers(seen: Observed) -> list[Any]:
    """Give an answer in full, and then without its qualifiers: what was seen counts, however much of it there was."""
    if not seen.qualifiers:
        return [seen.value]
    details = {name: int(word) if word.isdecimal() else word for name, word in seen.qualifiers}
    return [{"value": seen.value, **details}, seen.value]


def _is_known(catalogue: Catalogue, code: str, answer: Any) -> bool:
    try:
        read_facts(catalogue, {code: answer})
    except FactsRefused:
        return False
    return True


def household(row: ContactRow) -> AddressGiven | None:
    """Give the home a row names, with where it came from and when it was checked."""
    if not (row.address or row.postcode):
        return None
    checked = row.address_verified_on
    return AddressGiven(
        lines=row.address or "",
        postcode=row.postcode or "",
        source=row.address_source or "import",
        verified_at=datetime.combine(checked, time(), LONDON).astimezone(UTC) if checked else None,
        protected=bool(yes(row.address_protected)),
    )


def adults_of(row: ContactRow) -> tuple[AdultGiven, ...]:
    """Give the adults of a row, parents and carers first."""
    return tuple(_adult(adult) for adult in (*row.parents, *row.other_adults))


def _adult(adult: Adult) -> AdultGiven:
    forename, _, surname = adult.name.strip().rpartition(" ")
    person = PersonGiven(
        forename=forename or surname, surname=surname if forename else "", date_of_birth=adult.date_of_birth
    )
    relation = adult.relation or ""
    parental = True if any(word in relation.lower() for word in PARENTAL) else None
    return AdultGiven(person=person, relation=relation, parental_responsibility=parental)


def episode_person(session: Session, row: EpisodeRow, *, at: datetime) -> Person:
    """Find or make the child of an episode by the council's own id."""
    given = PersonGiven(
        council_id=row.child_id,
        date_of_birth=row.date_of_birth,
        due_date=row.due_date,
        unborn=_unborn(row),
        estimated_age=None if row.estimated_age == UNBORN else row.estimated_age,
        sex=_sex(None, row.gender),
        gender=_code(row.gender),
        ethnicity=_code(row.ethnicity),
        ethnicity_given=row.ethnicity.given[:200] if row.ethnicity else "",
    )
    return person_for(session, given, kind="child", at=at, day=row.started_on)


def _sex(sex: Coded | None, gender: Coded | None) -> str:
    if sex and sex.code in {"M", "F"}:
        return sex.code
    return SEX_BY_GENDER.get(gender.code or "", "U") if gender else "U"


def _code(coded: Coded | None) -> str:
    return (coded.code if coded else None) or ""
