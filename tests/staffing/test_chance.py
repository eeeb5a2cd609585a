"""The chance of being late: learnt from contacts like it, drawn towards the rest, tried on weeks it had not seen."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.measures.chance import (
    BANDS,
    PRESSED,
    WAYS,
    Chance,
    Counts,
    Look,
    expected_late,
    falling,
    learn,
    look_of,
    plain,
    record_of,
)
from mash.measures.chance_cases import Case, as_rows, from_rows, looks_at, turns_of, weekly_looks
from mash.measures.waits import MANAGER, PARTNER, START, WORKED, Asked
from mash.workflow.calendar import shipped_calendar

CALENDAR = shipped_calendar()
MONDAY = date(2026, 6, 1)
NINE = datetime(2026, 6, 1, 8, tzinfo=UTC)
"""Nine o'clock in London, an opening hour."""

looks = st.builds(Look, st.integers(0, len(BANDS) - 1), st.sampled_from(WAYS), st.integers(0, len(PRESSED) - 1))
weeks = st.lists(
    st.dictionaries(st.tuples(looks, st.booleans()), st.integers(1, 90), max_size=25).map(Counts), max_size=9
)


@given(weeks)
def test_every_share_is_a_probability_and_more_time_never_looks_less_safe(found: list[Counts]) -> None:
    learnt = learn(found)
    assert len(learnt.shares) == len(BANDS) * len(WAYS) * len(PRESSED)
    assert all(0 < share < 1 for share in learnt.shares.values())
    for way in WAYS:
        for pressed in range(len(PRESSED)):
            line = [learnt.shares[Look(band, way, pressed)] for band in range(len(BANDS))]
            assert all(more <= less + 1e-12 for less, more in pairwise(line))


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 50)), min_size=1, max_size=12))
def test_falling_shares_keep_their_mean_and_leave_alone_what_falls(pairs: list[tuple[float, int]]) -> None:
    shares, weights = [share for share, _ in pairs], [weight for _, weight in pairs]
    found = falling(shares, weights)
    assert found == sorted(found, reverse=True)
    before = sum(share * weight for share, weight in pairs)
    assert sum(share * weight for share, weight in zip(found, weights, strict=True)) == pytest.approx(before)
    steady = sorted(shares, reverse=True)
    assert falling(steady, weights) == pytest.approx(steady)


def test_a_share_over_many_looks_is_theirs_and_over_none_is_that_of_the_rest() -> None:
    many = Counts({(Look(2, WORKED, 0), True): 900, (Look(2, WORKED, 0), False): 100})
    learnt = learn([many])
    assert learnt.shares[Look(2, WORKED, 0)] == pytest.approx(0.9, abs=0.01)
    assert learnt.shares[Look(2, PARTNER, 0)] == pytest.approx(0.9, abs=0.03)
    chance = learnt.chance(Look(2, PARTNER, 1))
    assert (chance.late, chance.looks) == (0, 0)
    assert "None in the last weeks" in chance.said


@given(st.lists(st.floats(0, 1), max_size=12))
def test_how_many_will_be_late_lies_in_its_range(shares: list[float]) -> None:
    chances = [Chance(share, 0, 0, "", "", "") for share in shares]
    middle, low, high = expected_late(chances)
    assert 0 <= low <= high <= len(shares)
    assert low - 1 <= middle <= high + 1


def test_the_range_is_that_of_the_sum_worked_out_in_full() -> None:
    assert expected_late([Chance(0.5, 0, 0, "", "", "")] * 10) == (5, 2, 8)
    assert expected_late([Chance(1.0, 0, 0, "", "", "")] * 3) == (3, 3, 3)


def _weeks(share_by_way: dict[str, int], many: int = 14) -> list[tuple[date, Counts]]:
    """Give weeks in which so many in a hundred of each way turn out late."""
    counts = Counts()
    for way, late in share_by_way.items():
        counts.update({(Look(3, way, 0), True): late, (Look(3, way, 0), False): 100 - late})
    return [(MONDAY + timedelta(weeks=week), Counts(counts)) for week in range(many)]


def test_it_beats_the_plain_share_where_the_way_of_waiting_tells_and_says_so() -> None:
    record = record_of(_weeks({WORKED: 10, PARTNER: 90}), 4)
    assert record.is_worth_it
    assert (record.better, len(record.weeks)) == (4, 4)
    assert record.error < 0.12 < record.baseline == pytest.approx(0.25)
    said = {one.words: one for one in record.said}
    assert said["70% to 90%"].late / said["70% to 90%"].looks == pytest.approx(0.9, abs=0.01)


def test_it_is_not_called_better_where_nothing_but_the_time_left_tells() -> None:
    assert not record_of(_weeks({WORKED: 50, PARTNER: 50}), 4).is_worth_it


def test_no_week_is_tried_on_what_was_not_known_before_it() -> None:
    """A change of the last weeks must not be foreseen: what is said of them goes by the weeks before the gap."""
    calm, rough = _weeks({WORKED: 5}), _weeks({WORKED: 95})
    changed = [*calm[:12], *rough[12:]]
    record = record_of(changed, 1)
    assert [week.week for week in record.weeks] == [changed[12][0]]
    assert record.weeks[0].error > 0.7


def test_too_few_weeks_or_looks_are_not_tried() -> None:
    assert record_of(_weeks({WORKED: 50}, many=2), 4).weeks == []
    assert not record_of([], 4).is_worth_it
    assert plain([]) == [0.5] * len(BANDS)


def case(id: int, hours: float, due_in: float, decided_in: float | None = None, **more: object) -> Case:
    due = NINE + timedelta(hours=due_in)
    decided = None if decided_in is None else NINE + timedelta(hours=decided_in)
    told: dict[str, object] = {"first_due": due, "said_at": None, "turns": (), **more}
    in_time = decided is not None and decided <= due
    return Case(id, f"C-{id}", NINE + timedelta(hours=hours), decided, due=due, in_time=in_time, **told)  # type: ignore[arg-type]


def test_a_look_sees_what_is_open_and_not_late_and_counts_what_stands_before_it() -> None:
    cases = [
        case(1, -30, -2),  # late and open: it stands before the others
        case(2, -3, 3),
        case(3, -1, 5),
        case(4, -1, 5, decided_in=-0.5),  # decided before
        case(5, 1, 6),  # comes later
    ]
    found = looks_at(cases, NINE, 1.0, CALENDAR)
    assert set(found) == {2, 3}
    assert found[2] == look_of(timedelta(hours=3), START, 1, 1.0)
    assert found[3] == look_of(timedelta(hours=5), START, 2, 1.0)


def test_a_queue_that_nobody_works_on_is_longer_than_any_time() -> None:
    assert look_of(timedelta(hours=5), START, 1, 0.0).pressed == 2
    assert look_of(timedelta(hours=5), START, 0, 0.0).pressed == 0


def test_an_early_help_deadline_is_not_known_before_it_is_said() -> None:
    later, first = NINE + timedelta(days=3), NINE + timedelta(hours=4)
    one = case(1, -2, 72, decided_in=6, first_due=first, said_at=NINE + timedelta(hours=2))
    assert one.due_as_known(NINE) == first
    assert one.due_as_known(NINE + timedelta(hours=2)) == later


def test_turns_part_the_wait_as_the_time_of_a_decision_is_parted() -> None:
    hour = timedelta(hours=1)
    events = [
        ("contact.claimed", NINE),
        ("contact.recommended", NINE + 3 * hour),
        ("oversight.agreed", NINE + 5 * hour),
    ]
    asked = [Asked("Anytown police", NINE + hour, NINE + 2 * hour)]
    turns = turns_of(events, asked)
    one = case(1, -2, 30, turns=turns)
    ways = {0: WORKED, 1: PARTNER, 2: WORKED, 3: MANAGER, 5: WORKED}
    assert [one.way(NINE + place * hour) for place in ways] == list(ways.values())
    assert one.way(NINE - hour) == START


def test_looks_of_a_week_are_as_many_as_open_hours_and_come_back_as_kept() -> None:
    decided_late, undecided = case(1, 0, 4, decided_in=6), case(2, 0, 300)
    found = weekly_looks([decided_late, undecided], [MONDAY], CALENDAR, NINE + timedelta(days=5))
    [(monday, counts)] = found
    assert monday == MONDAY
    assert sum(number for (_, late), number in counts.items() if late) == 4  # 9, 10, 11 and 12 o'clock
    assert counts.total() == 4  # what has not yet turned out teaches nothing
    assert from_rows(as_rows(found)) == found
