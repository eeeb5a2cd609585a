"""Where the time went is what a minute-by-minute reader says, and the parts make up all of the opening hours."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from mash.measures.waits import PARTNER, Asked, Spent, by_agency, by_part, spent
from mash.workflow.calendar import shipped_calendar

RECEIVED = datetime(2026, 3, 27, 14, 0, tzinfo=UTC)
"""A Friday; summer time begins that Sunday, and Good Friday is a week later."""
KINDS = (
    "contact.received", "contact.claimed", "child.rated", "contact.note", "information.asked", "contact.recommended",
    "oversight.returned", "oversight.acknowledged", "oversight.agreed",
)  # fmt: skip
LONG = 10 * 24 * 60
minutes = st.integers(-30, LONG)
events = st.lists(st.tuples(st.sampled_from(KINDS), minutes), max_size=6).map(
    lambda them: sorted(them, key=lambda e: e[1])
)
asked = st.lists(
    st.tuples(st.sampled_from(("police", "school")), minutes, st.none() | st.integers(0, LONG)), max_size=3
)


def at(minute: int) -> datetime:
    return RECEIVED + timedelta(minutes=minute)


def slowly(
    length: int, told: list[tuple[str, int]], requests: list[tuple[str, int, int | None]]
) -> tuple[Counter[str], Counter[str]]:
    """Ask of every minute whether the door was open and what the contact was waiting for."""
    parts: Counter[str] = Counter()
    agencies: Counter[str] = Counter()
    for minute in range(length):
        local = at(minute).astimezone(ZoneInfo("Europe/London"))
        easter = local.date() in {datetime(2026, 4, 3).date(), datetime(2026, 4, 6).date()}  # noqa: DTZ001
        if local.weekday() > 4 or easter or not time(8, 30) <= local.time() < time(17):
            continue
        past = [kind for kind, when in told if when <= minute]
        turns = [kind for kind in past if kind in {"contact.recommended", "oversight.agreed", "oversight.returned"}]
        out = {who for who, since, days in requests if since <= minute and (days is None or since + days > minute)}
        if not set(past) & {"contact.claimed", "child.rated", "information.asked", "contact.recommended"}:
            part = "to-start"
        elif turns[-1:] == ["contact.recommended"]:
            part = "manager"
        elif out:
            part = "partner"
            agencies.update(out)
        else:
            part = "worked"
        parts[part] += 1
    return parts, agencies


def read(length: int, told: list[tuple[str, int]], requests: list[tuple[str, int, int | None]]) -> Spent:
    given_events = [(kind, at(when)) for kind, when in told]
    given_asked = [Asked(who, at(since), None if days is None else at(since + days)) for who, since, days in requests]
    return spent(RECEIVED, at(length), given_events, given_asked, shipped_calendar())


@given(length=st.integers(0, LONG), told=events, requests=asked)
def test_every_minute_goes_where_a_slow_reader_puts_it(
    length: int, told: list[tuple[str, int]], requests: list[tuple[str, int, int | None]]
) -> None:
    found = read(length, told, requests)
    parts, agencies = slowly(length, told, requests)
    assert {name: took / timedelta(minutes=1) for name, took in found.parts.items()} == dict(parts)
    assert {name: took / timedelta(minutes=1) for name, took in found.agencies.items()} == dict(agencies)


def test_medians_are_of_those_that_had_any_and_agencies_stand_by_how_many_waited() -> None:
    hour = timedelta(hours=1)
    three = [
        Spent({"to-start": 2 * hour, PARTNER: 4 * hour}, {"police": 4 * hour, "school": hour}),
        Spent({"to-start": 6 * hour, PARTNER: 8 * hour}, {"school": 8 * hour}),
        Spent({"to-start": 4 * hour}, {}),
    ]
    rows = {row.name: (row.contacts, row.median, row.share) for row in by_part(three)}
    assert rows == {
        "to-start": (3, 4.0, 50.0), "worked": (0, None, 0.0), PARTNER: (2, 6.0, 50.0), "manager": (0, None, 0.0)
    }  # fmt: skip
    found = [(row.name, row.contacts, row.median, row.share) for row in by_agency(three)]
    assert found == [("school", 2, 4.5, 75.0), ("police", 1, 4.0, 33.3)]
