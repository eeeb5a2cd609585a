"""Write an extract to a folder, and put on the chain who took it, of which days, why, and what the files hash to."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from sqlalchemy.orm import Session

from mash.intake.xlsx_out import Cell, Sheet, write_xlsx
from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.measures import extract_rows as rows
from mash.measures.extracts import (
    AT_ONCE,
    Period,
    beside,
    child_number,
    children_on_contacts,
    early_help,
    kinds_known,
    referral_days,
    referrals,
)
from mash.models import Person

SHEETS = {
    "ofsted": {1: "List 1", 2: "List 2", 3: "List 3"},
    "tools": {1: "Contacts", 2: "Early Help", 3: "Referrals"},
}
TITLES = {1: "List 1: Contacts", 2: "List 2: Early Help", 3: "List 3: Referral"}
HEADINGS = {1: rows.LIST_1, 2: rows.LIST_2, 3: rows.LIST_3}
Written = dict[str, int]
"""How many rows each file or sheet has, headings not counted."""


def annex_a(session: Session, folder: Path, period: Period, *, layout: str) -> Written:
    """Write Annex A Lists 1, 2 and 3 as one workbook, in Ofsted's layout or in that of the sector's tools."""
    counted = referral_days(session, period.last)
    on = period.last
    lists: dict[int, Iterable[Sequence[Cell]]] = {
        1: (rows.list_1(contact, person, on) for contact, _, person in children_on_contacts(session, period)),
        2: (rows.list_2(one, on) for one in early_help(session, period)),
        3: (rows.list_3(one, on, counted[one.person.id]) for one in referrals(session, period)),
    }
    sheets: list[Sheet] = [(SHEETS[layout][n], _headed(n, layout, lists[n])) for n in lists]
    counts = write_xlsx(folder / f"annex-a-{layout}.xlsx", sheets)
    above = 2 if layout == "ofsted" else 1
    return {name: count - above for name, count in counts.items()}


def _headed(number: int, layout: str, body: Iterable[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    if layout == "ofsted":
        yield (TITLES[number],)
    yield HEADINGS[number]
    yield from body


def ssd(session: Session, folder: Path, period: Period) -> Written:
    """Write the Standard Safeguarding Dataset's contacts, early help, referrals, and the children they name."""
    people: dict[str, Sequence[str]] = {}
    kinds = kinds_known(session)

    def known(person: Person) -> None:
        people[child_number(person)] = rows.ssd_person(person)

    def contacts() -> Iterator[Sequence[str]]:
        for contact, child, person in children_on_contacts(session, period):
            known(person)
            yield rows.ssd_contact(contact, child, person, kinds)

    def helped() -> Iterator[Sequence[str]]:
        for one in early_help(session, period):
            known(one.person)
            yield rows.ssd_early_help(one)

    def referred() -> Iterator[Sequence[str]]:
        for one in referrals(session, period):
            known(one.person)
            yield rows.ssd_referral(one)

    return {
        "ssd_contacts": _csv(folder / "ssd_contacts.csv", rows.SSD_CONTACTS, contacts()),
        "ssd_early_help_episodes": _csv(folder / "ssd_early_help_episodes.csv", rows.SSD_EARLY_HELP, helped()),
        "ssd_cin_episodes": _csv(folder / "ssd_cin_episodes.csv", rows.SSD_REFERRALS, referred()),
        "ssd_person": _csv(folder / "ssd_person.csv", rows.SSD_PERSON, (people[key] for key in sorted(people))),
    }


def extension(session: Session, folder: Path, period: Period) -> Written:
    """Write our own extension: times, rating, level, route, reason and late reason, as ``mash import`` reads them."""

    def told() -> Iterator[Sequence[str]]:
        found = children_on_contacts(session, period)
        while some := list(islice(found, AT_ONCE)):
            known = beside(session, [child.id for _, child, _ in some])
            for contact, child, person in some:
                yield rows.extension(contact, child, person, *known[child.id])

    return {"mash_extension": _csv(folder / "mash_extension.csv", rows.EXTENSION, told())}


def _csv(path: Path, headings: Sequence[str], body: Iterable[Sequence[str]]) -> int:
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(_line(headings))
        return sum(out.write(_line(row)) > 0 for row in body)


def _line(cells: Sequence[str]) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\n"


def note_export(
    session: Session,
    *,
    what: str,
    first: date,
    last: date,
    reason: str,
    counts: Written,
    files: Sequence[Path],
    by: Actor,
    at: datetime,
    asked: int | None = None,
) -> None:
    """Put on the chain that files left the service: which, of which days, why, how many rows, and their hashes.

    Args:
        asked: The event by which it was asked for on a page, if it was.
    """
    said: dict[str, object] = {"what": what, "from": first.isoformat(), "to": last.isoformat()}
    said |= {"reason": reason, "rows": counts} | ({"asked": asked} if asked else {})
    hashes = {path.name: _digest(path) for path in files}
    record_event(session, kind="extract.made", at=at, by=by, data=said | {"sha256": hashes})


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
