"""Ofsted's Annex A, as a workbook of either layout or as one list in CSV: contacts, early help and referrals.

Source: Ofsted, inspection of local authority children's services, child-level data (Annex A), August 2019 template.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from mash.intake import codes
from mash.intake.birth import annex_a_birth
from mash.intake.codeset import Coded
from mash.intake.records import (
    ContactRow,
    EpisodeKind,
    EpisodeRow,
    RowResult,
    code_or_digest,
    digest,
    natural_key,
)
from mash.intake.row import Row
from mash.intake.tables import FileRefused, Layout, Match, RawTable, find

_CHILD = {
    "child_id": ("Child Unique ID",),
    "gender": ("Gender", "Sex"),
    "ethnicity": ("Ethnicity",),
    "date_of_birth": ("Date of Birth",),
    "age": ("Age of Child (Years)", "Age"),
}
_ALLOCATED = {"team": ("Allocated Team",), "worker": ("Allocated Worker",)}

CONTACTS = Layout(
    "Annex A List 1",
    {**_CHILD, "contact_date": ("Date of Contact",), "source": ("Contact Source",)},
    frozenset({"child_id", "contact_date", "source"}),
)
EARLY_HELP = Layout(
    "Annex A List 2",
    {
        **_CHILD,
        "started_on": ("Assessment start date",),
        "ended_on": ("Assessment completion date",),
        "organisation": ("Organisation completing assessment",),
    },
    frozenset({"child_id", "started_on", "organisation"}),
)
REFERRALS = Layout(
    "Annex A List 3",
    {
        **_CHILD,
        "started_on": ("Date of referral",),
        "source": ("Referral Source",),
        "nfa": ("Referral NFA?",),
        "referrals_12m": ("Number of Referrals in Last 12 Months",),
        **_ALLOCATED,
    },
    frozenset({"child_id", "started_on", "source"}),
)
READ = {1: CONTACTS, 2: EARLY_HELP, 3: REFERRALS}
SKIPPED = {
    number: Layout(f"Annex A List {number}", {"child": (child,), "mark": (mark,)}, frozenset({"child", "mark"}))
    for number, child, mark in (
        (4, "Child Unique ID", "Continuous Assessment Start Date"),
        (5, "Child Unique ID", "Strategy discussion initiating Section 47 Enquiry Start Date"),
        (6, "Child Unique ID", "CIN Start Date"),
        (7, "Child Unique ID", "Child Protection Plan Start Date"),
        (8, "Child Unique ID", "Date Started to be Looked After"),
        (9, "Child Unique ID", "LA In Touch"),
        (10, "Child Unique ID", "Date of Decision that Child Should be Placed for Adoption"),
        (11, "Individual adopter identifier", "Family identifier"),
    )
}
LAYOUTS = (*READ.values(), *SKIPPED.values())
_SHEET = re.compile(r"\s*list[\s_\-]*0*([0-9]{1,2})(?![0-9])", re.IGNORECASE)
_TOOL_NAMES = {"contacts": 1, "early help": 2, "referrals": 3}


def sheet_number(title: str) -> int | None:
    """Say which list a sheet's name stands for; List 10 and 11 are not List 1.

    >>> [sheet_number(title) for title in ("List_1", "List 10", "Contacts", "Guidance")]
    [1, 10, 1, None]
    """
    named = _SHEET.match(title)
    return int(named[1]) if named else _TOOL_NAMES.get(title.strip().casefold())


def choose(tables: Sequence[RawTable]) -> tuple[list[tuple[RawTable, Match]], list[str]]:
    """Choose the sheets that hold Lists 1, 2 and 3, by their headings first and their names second.

    Returns:
        The sheets in list order, and a note on each sheet that looks like a list and is not read.

    Raises:
        FileRefused: If a sheet is named as one of the three, is not empty, and lacks its headings.
    """
    chosen: dict[int, tuple[RawTable, Match]] = {}
    notes: list[str] = []
    by_name_first = sorted(tables, key=lambda table: sheet_number(table.name) not in READ)
    for table in by_name_first:
        match = find(table, LAYOUTS)
        number = next((n for n, layout in READ.items() if match and match.layout is layout), None)
        if number is None or match is None:
            notes.extend(_unread(table, match))
        elif number in chosen:
            notes.append(f"The sheet {table.name} also holds List {number} and was not read.")
        else:
            chosen[number] = (table, match)
    return [chosen[number] for number in sorted(chosen)], notes


def _unread(table: RawTable, match: Match | None) -> list[str]:
    number = sheet_number(table.name)
    if match is not None:
        return [f"{match.layout.name} is not about the front door and was not read."]
    if number not in READ or table.exact:
        return []
    if len([row for row in table.top if not row.blank]) < 2:
        return [f"The sheet {table.name} is empty."]
    lacking = ", ".join(sorted(READ[number].headings[name][0] for name in READ[number].needed))
    raise FileRefused(
        f"The sheet {table.name} does not have the headings of List {number} in its first five rows.",
        f"It needs at least {lacking}.",
    )


def read(row: Row, layout: Layout) -> RowResult:
    """Read one row of List 1, 2 or 3. A row without a child's id or a day is refused; all other gaps are warnings."""
    return {1: _contact, 2: _early_help, 3: _referral}[int(layout.name[-1])](row)


def _expected(row: Row, *names: str) -> None:
    for name in (name for name in names if not row.plain(name)):
        row.warn(name, "This is blank, and Annex A asks for it.", "Fill it in if it is known.")


def _child(row: Row) -> tuple[str | None, Coded | None, Coded | None]:
    child_id = row.identity("child_id")
    if child_id is None:
        row.missing("child_id")
    gender, ethnicity = row.coded("gender", codes.GENDERS), row.coded("ethnicity", codes.ETHNICITIES)
    _expected(row, "gender", "ethnicity")
    return child_id, gender, ethnicity


def _key(row: Row, kind: str, child_id: str | None, day: date | None, mark: str) -> str:
    """Make the key of a row without an id of its own. A second one alike is a second event: a day may have two."""
    if child_id is None or day is None:
        return ""
    key = natural_key(kind, child_id, day.isoformat(), mark)
    times = row.reading.occurrence(key)
    if times > 1:
        row.warn("child_id", "An earlier row has this child, day and source too; both are kept.", "Remove a copy.")
    return f"{key}#{times}"


def _contact(row: Row) -> RowResult:
    received_at = row.past_moment("contact_date", needed=True)
    child_id, gender, ethnicity = _child(row)
    day = received_at.day if received_at else None
    birth = annex_a_birth(row, on=day)
    source = row.coded("source", codes.SOURCES)
    _expected(row, "source")
    key = _key(row, "annex_a_1", child_id, day, code_or_digest(source))
    if received_at is None:
        return row.result(None)
    return row.result(
        ContactRow(
            key=key,
            contact_key=key,
            received_at=received_at,
            source=source,
            source_label=source.given if source else None,
            child_id=child_id,
            date_of_birth=birth.date_of_birth,
            due_date=birth.due_date,
            unborn=birth.unborn,
            estimated_age=birth.estimated_age,
            gender=gender,
            ethnicity=ethnicity,
        )
    )


def _early_help(row: Row) -> RowResult:
    organisation, ended_on = row.text("organisation"), row.day("ended_on")
    _expected(row, "organisation")
    episode = _episode(row, EpisodeKind.EARLY_HELP, mark=digest(organisation or ""))
    return row.result(episode and replace(episode, organisation=organisation, ended_on=ended_on))


def _referral(row: Row) -> RowResult:
    source, nfa = row.coded("source", codes.SOURCES), row.coded("nfa", codes.YES_NO)
    count, team, worker = row.count("referrals_12m"), row.text("team"), row.text("worker")
    _expected(row, "source", "nfa", "referrals_12m", "team", "worker")
    episode = _episode(row, EpisodeKind.REFERRAL, mark=code_or_digest(source))
    return row.result(
        episode
        and replace(
            episode,
            source=source,
            source_label=source.given if source else None,
            no_further_action=nfa,
            referrals_12m=count,
            team=team,
            worker=worker,
        )
    )


def _episode(row: Row, kind: EpisodeKind, *, mark: str) -> EpisodeRow | None:
    """Read what early help and referrals share; ``None`` when the row is refused."""
    started_on = row.past_day("started_on", needed=True)
    child_id, gender, ethnicity = _child(row)
    birth = annex_a_birth(row, on=started_on)
    key = _key(row, f"annex_a_{kind}", child_id, started_on, mark)
    if child_id is None or started_on is None:
        return None
    return EpisodeRow(
        key=key,
        kind=kind,
        child_id=child_id,
        started_on=started_on,
        date_of_birth=birth.date_of_birth,
        due_date=birth.due_date,
        unborn=birth.unborn,
        estimated_age=birth.estimated_age,
        gender=gender,
        ethnicity=ethnicity,
    )
