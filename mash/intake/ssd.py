"""Standard Safeguarding Dataset files: contacts, with the people, addresses and episodes that may come beside them.

Source: Standard Safeguarding Dataset 1.4.5, field names and codes; what deployed extracts really write is allowed for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from mash.intake import cells, codes
from mash.intake.birth import dated_birth
from mash.intake.checked import checked_nhs, checked_postcode, checked_upn
from mash.intake.records import ContactRow, EpisodeKind, EpisodeRow, RowResult, natural_key
from mash.intake.row import Row
from mash.intake.ssd_layouts import CONTACTS, EARLY_HELP, EVENTS, PERSON
from mash.intake.ssd_words import outcomes, read_json, source
from mash.intake.tables import Layout, Match, RawTable

_LINES = ("ROOM", "FLOOR", "FLAT", "BUILDING", "HOUSE", "STREET", "TOWN")

Found = tuple[RawTable, Match]


@dataclass(eq=False)
class Beside:
    """The people and addresses of the children in this file, and of no others."""

    people: dict[str, dict[str, object]] = field(default_factory=dict)
    addresses: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    has_people: bool = False

    def about(self, person_id: str, on: date | None) -> dict[str, object]:
        """Give what is known of a child: the person, and the address in force on a day (the latest begun)."""
        return self._address(person_id, on) | self.people.get(person_id, {})

    def _address(self, person_id: str, on: date | None) -> dict[str, object]:
        held = [address for address in self.addresses.get(person_id, ()) if on is None or _covers(address, on)]
        return max(held, key=lambda address: _day(address, "address_from") or date.min, default={})


def load(found: Sequence[Found]) -> Beside:
    """Read the people and addresses of the children whom the other files name."""
    kept = [pair for pair in found if pair[1].layout not in EVENTS]
    wanted = {
        cells.tidy(cells.as_text(row.values[place]))
        for table, match in found
        if kept and match.layout in EVENTS
        for row in table.rows()
        if row.line > match.line and len(row.values) > (place := match.places["person_id"])
    }
    beside = Beside()
    for table, match in kept:
        beside.has_people |= match.layout is PERSON
        beside.headings |= match.headings
        _keep(beside, table, match, wanted)
    return beside


def _keep(beside: Beside, table: RawTable, match: Match, wanted: set[str]) -> None:
    for raw in table.rows():
        given = match.cells(raw) if raw.line > match.line else {}
        person = cells.tidy(cells.as_text(given.pop("person", None)))
        if person not in wanted:
            continue
        if match.layout is PERSON:
            beside.people.setdefault(person, given)
        else:
            beside.addresses.setdefault(person, []).append(given)


def _day(given: Mapping[str, object], name: str) -> date | None:
    try:
        return cells.day(given.get(name))
    except cells.Unreadable:
        return None


def _covers(address: Mapping[str, object], on: date) -> bool:
    begun, ended = _day(address, "address_from"), _day(address, "address_to")
    return (begun is None or begun <= on) and (ended is None or ended >= on)


def read(row: Row, layout: Layout, beside: Beside) -> RowResult:
    """Read one row of contacts, early help or referrals. Without its ids and day it is refused."""
    if layout is CONTACTS:
        return _contact(row, beside)
    kind = EpisodeKind.EARLY_HELP if layout is EARLY_HELP else EpisodeKind.REFERRAL
    return row.result(_episode(row, beside, kind))


def _ids(row: Row, *names: str) -> list[str]:
    found = []
    for name in names:
        text = row.identity(name)
        if text is None:
            row.missing(name)
        found.append(text or "")
    return found


def _once(row: Row, key: str, name: str) -> str:
    if row.reading.occurrence(key) > 1:
        row.refuse(name, "An earlier row has this same number.", "Keep one of the two rows.")
    return key


def _add_person(row: Row, beside: Beside, person_id: str, on: date | None) -> None:
    if beside.has_people and person_id not in beside.people:
        row.warn("person_id", "This child is not in ssd_person.", "Send an ssd_person file that has every child.")
    row.add(beside.about(person_id, on), beside.headings)


def _contact(row: Row, beside: Beside) -> RowResult:
    contact_id, person_id = _ids(row, "contact_id", "person_id")
    received_at = row.past_moment("contact_date", needed=True)
    on = received_at.day if received_at else None
    _add_person(row, beside, person_id, on)
    key = _once(row, natural_key("ssd", contact_id, person_id), "contact_id")
    come_of_it, comments = outcomes(row)
    birth = dated_birth(row, on=on)
    nhs_number, upn, postcode = row.text("nhs_number"), row.text("upn"), row.text("postcode")
    if received_at is None:
        return row.result(None)
    return row.result(
        ContactRow(
            key=key,
            contact_key=natural_key("ssd", contact_id),
            received_at=received_at,
            contact_id=contact_id,
            child_id=person_id,
            source=source(row),
            source_label=row.plain("source_desc") or row.plain("source_code") or None,
            outcomes=come_of_it,
            reason=comments,
            forename=row.text("forename"),
            surname=row.text("surname"),
            sex=row.coded("sex", codes.SEXES),
            gender=row.coded("gender", codes.GENDERS),
            ethnicity=row.coded("ethnicity", codes.ETHNICITIES),
            date_of_birth=birth.date_of_birth,
            due_date=birth.due_date,
            unborn=birth.unborn,
            nhs_number=checked_nhs(row, "nhs_number", nhs_number) if nhs_number else None,
            upn=checked_upn(row, "upn", upn) if upn else None,
            address=_address(row),
            postcode=checked_postcode(row, "postcode", postcode) if postcode else None,
            address_source="ssd_address" if postcode else None,
        )
    )


def _episode(row: Row, beside: Beside, kind: EpisodeKind) -> EpisodeRow | None:
    episode_id, person_id = _ids(row, "episode_id", "person_id")
    started_on = row.past_day("started_on", needed=True)
    _add_person(row, beside, person_id, started_on)
    key = _once(row, natural_key(f"ssd_{kind}", episode_id), "episode_id")
    birth = dated_birth(row, on=started_on)
    if started_on is None:
        return None
    return EpisodeRow(
        key=key,
        kind=kind,
        child_id=person_id,
        started_on=started_on,
        episode_id=episode_id,
        ended_on=row.day("ended_on"),
        source=source(row),
        source_label=row.plain("source_desc") or row.plain("source_code") or None,
        no_further_action=row.coded("nfa", codes.YES_NO),
        primary_need=row.coded("need", codes.NEEDS),
        organisation=row.text("organisation"),
        team=row.text("team"),
        worker=row.text("worker"),
        reason=row.text("reason"),
        end_reason=row.text("end_reason"),
        date_of_birth=birth.date_of_birth,
        due_date=birth.due_date,
        unborn=birth.unborn,
        gender=row.coded("gender", codes.GENDERS),
        ethnicity=row.coded("ethnicity", codes.ETHNICITIES),
    )


def _address(row: Row) -> str | None:
    text = row.text("address_json")
    if text is None:
        return None
    held = read_json(text)
    if not isinstance(held, dict):
        return text
    return ", ".join(str(held[name]).strip() for name in _LINES if str(held.get(name) or "").strip()) or None
