"""Extracts: what is read back is what was written, code for code; the same bytes each time; each on the chain."""

import csv
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from mash.intake import Coded, ContactRow, EpisodeKind, EpisodeRow, open_file
from mash.intake.codes import ETHNICITIES, GENDERS, SOURCES
from mash.intake.our_codes import CHANNELS
from mash.journeys.actor import Actor
from mash.journeys.export import Written, annex_a, extension, note_export, ssd
from mash.journeys.import_words import RATINGS, TYPES, route_of
from mash.journeys.routes import routes_of
from mash.measures.extract_rows import TYPES as OUT_TYPES
from mash.measures.extracts import Period
from mash.models import Contact, Episode, Event, HandOver
from mash.rules import RuleBook
from tests.factories import MONDAY, a_child, a_contact
from tests.workflow.routes import ROUTES

DAY = date(2026, 4, 13)
PERIOD = Period(date(2026, 1, 1), date(2026, 7, 1))
TODAY = date(2026, 7, 1)
Write = Callable[[Session, Path, Period], Written]
WAYS: dict[str, Write] = {
    "annex-a-ofsted.xlsx": lambda s, f, p: annex_a(s, f, p, layout="ofsted"),
    "annex-a-tools.xlsx": lambda s, f, p: annex_a(s, f, p, layout="tools"),
    "ssd_contacts.csv": ssd,
    "mash_extension.csv": extension,
}


def taken(session: Session, name: str, period: Period = PERIOD) -> list[Any]:
    """Write an extract and read it as a file that came from elsewhere; nothing may be refused."""
    with tempfile.TemporaryDirectory() as folder:
        WAYS[name](session, Path(folder), period)
        others = [path for path in sorted(Path(folder).iterdir()) if path.name != name]
        found = list(open_file(Path(folder) / name, TODAY, beside=others).rows())
    assert all(result.record for result in found), [result.problems for result in found]
    return [result.record for result in found]


def code(coded: Coded | None) -> str | None:
    return coded.code if coded else None


codes_of_a_child = st.fixed_dictionaries(
    {
        "source": st.sampled_from([one.code for one in SOURCES.codes]),
        "gender": st.sampled_from([one.code for one in GENDERS.codes]),
        "ethnicity": st.sampled_from([one.code for one in ETHNICITIES.codes]),
        "channel": st.sampled_from([one.code for one in CHANNELS.codes]),
        "type": st.sampled_from(sorted(OUT_TYPES)),
        "rating": st.none() | st.sampled_from(["red", "amber", "green"]),
        "level": st.none() | st.integers(1, 4),
        "outcome": st.none() | st.sampled_from([route.key for route in ROUTES]),
        "minutes": st.integers(0, 60 * 24 * 60),
        "born": st.dates(date(2009, 1, 1), date(2025, 12, 31)),
    }
)


def write(session: Session, told: dict[str, Any]) -> Contact:
    child = a_child(
        session,
        gender=told["gender"],
        ethnicity=told["ethnicity"],
        date_of_birth=told["born"],
    )
    at = MONDAY + timedelta(minutes=told["minutes"])
    contact = a_contact(session, children=(child,), received_at=at, source_code=told["source"], entered_at=at)
    contact.channel, contact.type_at_receipt = told["channel"], told["type"]
    kept = {"rating": told["rating"], "level": told["level"], "outcome": told["outcome"]}
    for name, value in kept.items():
        setattr(contact.children[0], name, value)
    if told["outcome"]:
        contact.children[0].decided_at = at
    session.flush()
    return contact


@settings(max_examples=15)
@given(told=st.lists(codes_of_a_child, min_size=1, max_size=4))
def test_what_is_read_back_is_what_was_written_for_every_code(
    session: Session, rulebook: RuleBook, told: list[dict[str, Any]]
) -> None:
    routes = routes_of(rulebook.in_force(MONDAY.date()), rulebook)
    within = session.begin_nested()
    try:
        made = {write(session, one).reference: one for one in told}
        annex = [taken(session, "annex-a-ofsted.xlsx"), taken(session, "annex-a-tools.xlsx")]
        assert annex[0] == annex[1]
        of_list_1 = [row for row in annex[0] if isinstance(row, ContactRow)]
        wanted = sorted((one["source"], one["gender"], one["ethnicity"], one["born"]) for one in told)
        assert wanted == sorted(
            (code(row.source), code(row.gender), code(row.ethnicity), row.date_of_birth) for row in of_list_1
        )
        for row in (row for row in taken(session, "ssd_contacts.csv") if isinstance(row, ContactRow)):
            one = made[row.contact_id or ""]
            routed = route_of(row, routes)
            read = (code(row.source), code(row.gender), code(row.ethnicity), routed and routed.key, row.received_at.at)
            at = MONDAY + timedelta(minutes=one["minutes"])
            assert read == (one["source"], one["gender"], one["ethnicity"], one["outcome"], at)
        for row in taken(session, "mash_extension.csv"):
            one = made[row.contact_id]
            level = int(row.level.code) if row.level else None
            assert (code(row.source), code(row.channel), code(row.route)) == (
                one["source"], one["channel"], one["outcome"],
            )  # fmt: skip
            assert (RATINGS.get(code(row.rating) or ""), level) == (one["rating"], one["level"])
            assert TYPES[code(row.type_at_receipt) or ""] == one["type"]
    finally:
        within.rollback()
        session.expire_all()


def a_referral(session: Session, person: int, day: date, **told: Any) -> None:
    kept = {"key": f"r{person} {day} {told}", "kind": "referral", "person_id": person, "made_at": MONDAY}
    session.add(Episode(**(kept | {"started_on": day} | told)))
    session.flush()


@pytest.mark.parametrize(
    ("days", "count"),
    [
        ([date(2025, 5, 1), date(2026, 3, 1)], 1),
        ([date(2025, 6, 10), date(2026, 3, 1), date(2026, 3, 10)], 2),
        ([date(2026, 3, 1)], 0),
    ],
)
def test_the_12_months_are_those_before_the_childs_latest_referral(
    session: Session, days: list[date], count: int
) -> None:
    child = a_child(session)
    for day in days:
        a_referral(session, child.id, day, source_code="6", no_further_action=False)
    shown = [row for row in taken(session, "annex-a-ofsted.xlsx") if isinstance(row, EpisodeRow)]
    assert {row.referrals_12m for row in shown} == {count}
    assert [code(row.no_further_action) for row in shown] == ["no"] * len(shown)
    assert [row.started_on for row in shown] == [day for day in days if day >= PERIOD.first]


def test_a_referral_is_new_only_while_no_case_is_open_and_is_not_told_twice(session: Session) -> None:
    told: dict[str, Any] = {"source": "6", "gender": "01", "ethnicity": "WBRI", "channel": "other", "level": 3}
    told |= {"type": "service_request", "rating": None, "minutes": 0, "born": date(2017, 1, 1)}
    told |= {"outcome": "child_and_family_assessment"}
    new, opened, known, error = (write(session, told) for _ in range(4))
    opened.children[0].open_to = "child_in_need"
    error.state = "cancelled"
    a_referral(session, known.children[0].person_id, DAY, team="Elsewhere")
    session.flush()
    rows = [row for row in taken(session, "ssd_contacts.csv") if isinstance(row, EpisodeRow)]
    told_of = {f"MASH{one.children[0].person_id}": name for one, name in ((new, "new"), (known, "known"))}
    assert {told_of[row.child_id]: row.team for row in rows} == {"new": None, "known": "Elsewhere"}
    assert len(rows) == 2


def test_early_help_begins_when_its_team_accepts_it(session: Session) -> None:
    contact = a_contact(session)
    offer = {"child_id": contact.children[0].id, "route": "early_help", "to_team": "=East", "offered_at": MONDAY}
    session.add(HandOver(**offer, state="accepted", answered_at=MONDAY))
    session.add(HandOver(**offer, state="declined", answered_at=MONDAY))
    session.flush()
    rows = [row for row in taken(session, "annex-a-tools.xlsx") if isinstance(row, EpisodeRow)]
    assert [(row.kind, row.started_on, row.organisation) for row in rows] == [(EpisodeKind.EARLY_HELP, DAY, "=East")]


def test_the_same_record_gives_the_same_bytes_and_no_formula(session: Session, tmp_path: Path) -> None:
    contact = a_contact(session, source_code="", source_given="=HYPERLINK(1)")
    contact.children[0].person.ethnicity_given = "+1"
    session.flush()
    for name, way in WAYS.items():
        for folder in (tmp_path / "one", tmp_path / "two"):
            folder.mkdir(exist_ok=True)
            way(session, folder, PERIOD)
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    sheet = openpyxl.load_workbook(tmp_path / "one" / "annex-a-ofsted.xlsx")["List 1"]
    assert sheet["A1"].value == "List 1: Contacts"
    assert (sheet["G3"].value, sheet["G3"].data_type, sheet["C3"].value) == ("'=HYPERLINK(1)", "s", "'+1")
    with (tmp_path / "one" / "mash_extension.csv").open(encoding="utf-8") as file:
        cells = [cell for line in csv.reader(file) for cell in line]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_an_extract_is_on_the_chain_with_its_reason_and_hashes(session: Session, tmp_path: Path) -> None:
    counts = extension(session, tmp_path, PERIOD)
    files = [tmp_path / "mash_extension.csv"]
    told = {"what": "extension", "first": PERIOD.first, "last": PERIOD.last, "reason": "Asked for"}
    by = Actor.system("test")
    note_export(session, **told, counts=counts, files=files, by=by, at=MONDAY)  # type: ignore[arg-type]
    event = session.query(Event).order_by(Event.seq.desc()).first()
    assert event is not None
    assert (event.kind, event.data["reason"], event.data["rows"]) == (
        "extract.made",
        "Asked for",
        {"mash_extension": 0},
    )
    assert len(event.data["sha256"]["mash_extension.csv"]) == 64
