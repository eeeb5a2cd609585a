"""Patterns in somebody's reading: forty-eight scripts, each with all that it raises."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.workflow.privacy import (
    HOUR,
    Act,
    Pattern,
    patterns_in,
    privacy_policies_from,
    privacy_policy_on,
    shipped_privacy_policies,
)

START = datetime(2026, 11, 24, 10, tzinfo=UTC)
POLICY = shipped_privacy_policies()[0]
ME, OTHERS = "Rosa Thornbury", ("Sam Pickles", "Nia Firth", "Prince")
Script = Sequence[Act]


def acts(*each: tuple[int, dict[str, object]]) -> list[Act]:
    """Put acts at minutes from the start."""
    return [Act(id=n, at=START + timedelta(minutes=minute), **said) for n, (minute, said) in enumerate(each, start=1)]  # type: ignore[arg-type]


def opened(count: int, *, every: float = 0.1, same: bool = False, closed: bool = False) -> list[Act]:
    """Open so many records, so many minutes apart."""
    at = [START + timedelta(minutes=n * every) for n in range(count)]
    return [Act(n, when, frozenset({"C-1" if same else f"C-{n}"}), closed=closed) for n, when in enumerate(at)]


def strangers(count: int) -> list[Act]:
    """Open so many old records of people with whom one has no work."""
    records = [frozenset({f"C-{n}"}) for n in range(count)]
    return [Act(n, START, opened, unrelated=opened) for n, opened in enumerate(records)]


def searched(count: int, *, every: float = 1, name: str = "Ada Moss", place: str = "") -> list[Act]:
    names = (name,) if name else ()
    return [Act(n, START + timedelta(minutes=n * every), names=names, place=place) for n in range(count)]


def one(name: str, *, record: bool = False) -> list[Act]:
    return [Act(1, START, frozenset({"C-1"}) if record else frozenset(), names=(name,))]


MANY, OWN, COLLEAGUE, STREET, CLOSED, FRUITLESS, WATCHED, UNRELATED, KEPT, HOME, EXPORTS = Pattern
SCRIPTS: dict[str, tuple[Script, set[Pattern]]] = {
    "300 records in half an hour": (opened(300), {MANY}),
    "299 records in half an hour": (opened(299), set()),
    "300 records in exactly less than an hour": (opened(300, every=0.2), {MANY}),
    "300 records in two hours": (opened(300, every=0.4), set()),
    "600 records in two hours, 300 in each": (opened(600, every=0.199), {MANY}),
    "one record 300 times": (opened(300, same=True), set()),
    "300 records and one search": (
        [*opened(300), Act(999, START + timedelta(minutes=40), names=("Ada Moss",))], {MANY}
    ),
    "somebody watched": ([Act(1, START, frozenset({"C-1"}), watched=frozenset({7}))], {WATCHED}),
    "tried what one is kept from": ([Act(1, START, kept=True)], {KEPT}),
    "one's own home searched for": ([Act(1, START, place="12 made up street", home=True)], {HOME}),
    "ten old records of strangers": (strangers(10), {UNRELATED}),
    "nine old records of strangers": (strangers(9), set()),
    "five files in an hour": ([Act(n, START, left=True) for n in range(5)], {EXPORTS}),
    "four files and a search": ([*(Act(n, START, left=True) for n in range(4)), *one("Ada Moss")], set()),
    "eleven searches and a file": ([*searched(11), Act(99, START + timedelta(minutes=20), left=True)], set()),
    "own surname searched for": (one("Thornbury"), {OWN}),
    "own surname with another first name": (one("Ada Thornbury"), {OWN}),
    "own surname, surname first": (one("Thornbury, Ada"), {OWN}),
    "own surname in capitals": (one("THORNBURY"), {OWN}),
    "own surname on a record opened": (one("Ada Thornbury", record=True), {OWN}),
    "own first name only": (one("Rosa Moss"), set()),
    "a surname that holds one's own": (one("Ada Thornburyshire"), set()),
    "half of one's own surname": (one("Thorn"), set()),
    "one's own whole name": (one("Rosa Thornbury"), {OWN}),
    "a colleague searched for": (one("Sam Pickles"), {COLLEAGUE}),
    "a colleague, surname first": (one("pickles sam"), {COLLEAGUE}),
    "a colleague on a record opened": (one("Nia Firth", record=True), {COLLEAGUE}),
    "a colleague's surname only": (one("Ada Firth"), set()),
    "a colleague's first name only": (one("Nia Moss"), set()),
    "a colleague of one name only": (one("Prince"), set()),
    "a street three times": (searched(3, name="", place="Beckett Road"), {STREET}),
    "a street twice": (searched(2, name="", place="Beckett Road"), set()),
    "three streets": (
        acts((0, {"place": "Beckett Road"}), (9, {"place": "Mill Lane"}), (20, {"place": "High Street"})), {STREET}
    ),
    "a street three times in three hours": (searched(3, every=61, name="", place="Beckett Road"), set()),
    "a house three times": (searched(3, name="", place="14 Beckett Road"), set()),
    "a street with a name": (searched(3, name="Ada Moss", place="Beckett Road"), set()),
    "a street twice and a record": (
        [*searched(2, name="", place="Mill Lane"), Act(9, START + timedelta(minutes=9), frozenset({"C-1"}))], set()
    ),
    "five records after hours": (opened(5, closed=True), {CLOSED}),
    "four records after hours": (opened(4, closed=True), set()),
    "one record after hours five times": (opened(5, closed=True, same=True), set()),
    "five records after hours over five hours": (opened(5, every=61, closed=True), set()),
    "five records, four of them after hours": ([*opened(4, closed=True), *opened(9)[8:]], set()),
    "five searches after hours": ([Act(n, START, names=("Ada Moss",), closed=True) for n in range(5)], set()),
    "twelve searches and nothing opened": (searched(12), {FRUITLESS}),
    "eleven searches and nothing opened": (searched(11), set()),
    "twelve searches over two hours": (searched(12, every=10), set()),
    "twelve searches, one record opened": (
        [Act(99, START, frozenset({"C-1"})), *searched(12)], set()
    ),
    "one's own surname twelve times": (searched(12, name="Thornbury"), {OWN, FRUITLESS}),
}  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTS)
def test_each_script_raises_what_it_should_and_nothing_else(name: str) -> None:
    script, expected = SCRIPTS[name]
    assert {seen.pattern for seen in patterns_in(script, ME, OTHERS, POLICY)} == expected


def test_there_are_forty_eight_scripts_and_each_pattern_is_raised_by_some() -> None:
    assert len(SCRIPTS) == 48
    assert {pattern for _, expected in SCRIPTS.values() for pattern in expected} == set(Pattern)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60), st.integers(1, 20))
def test_many_records_are_counted_as_an_hour_that_slides(minutes: list[int], most: int) -> None:
    at = sorted(START + timedelta(minutes=minute) for minute in minutes)
    script = [Act(n, when, frozenset({f"C-{n % 7}"})) for n, when in enumerate(at)]
    policy = privacy_policies_from({"policies": [{**SHIPPED, "records": most}]})[0]
    found = [seen.act.id for seen in patterns_in(script, ME, (), policy) if seen.pattern is MANY]
    within = [{b.id % 7 for b in script if b.id <= a.id and a.at - b.at < HOUR} for a in script]
    assert found == [n for n, records in enumerate(within) if len(records) >= most]


KINDS: tuple[dict[str, Any], ...] = (
    {"opened": frozenset({"C-1"}), "closed": True},
    {"opened": frozenset({"C-2"}), "unrelated": frozenset({"C-2"})},
    {"names": ("Ada Moss",)},
    {"place": "Mill Lane"},
    {"left": True},
    {"kept": True},
)


@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from(KINDS)), max_size=40))
def test_what_is_counted_as_the_hour_slides_is_what_a_slow_reading_of_each_hour_counts(
    said: list[tuple[int, dict[str, Any]]],
) -> None:
    script = acts(*sorted(said, key=lambda one: one[0]))
    most = {"records": 2, "records_after_hours": 1, "streets": 3, "searches_without_opening": 2}
    policy = privacy_policies_from({"policies": [{**SHIPPED, **most, "unrelated": 1, "exports": 2}]})[0]
    found = {(seen.act.id, seen.pattern) for seen in patterns_in(script, ME, (), policy)}
    expected = set()
    for act in script:
        hour = [one for one in script if one.id <= act.id and act.at - one.at < HOUR]
        records = {reference for one in hour for reference in one.opened}
        searches, streets = sum(one.searched for one in hour), sum(bool(one.place) for one in hour)
        held = {
            MANY: act.opened and len(records) >= 2,
            CLOSED: act.closed,
            UNRELATED: act.unrelated,
            KEPT: act.kept,
            STREET: act.place and streets >= 3,
            FRUITLESS: act.searched and searches >= 2 and not records,
            EXPORTS: act.left and sum(one.left for one in hour) >= 2,
        }
        expected |= {(act.id, pattern) for pattern, holds in held.items() if holds}
    assert found == expected


class Read(frozenset[str]):
    """Records that count how often somebody goes through them."""

    times = 0

    def __iter__(self) -> Iterator[str]:
        Read.times += 1
        return super().__iter__()


def test_each_act_of_a_busy_hour_is_counted_in_and_out_once() -> None:
    script = [Act(n, START + timedelta(seconds=n), opened=Read({f"C-{n}"})) for n in range(3000)]
    assert next(iter(patterns_in(script, ME, (), POLICY))).act.id == POLICY.records - 1
    assert Read.times <= 4 * len(script)


SHIPPED = {
    "from": "2012-01-01", "records": 300, "records_after_hours": 5, "margin_minutes": 60, "streets": 3,
    "searches_without_opening": 12,
}  # fmt: skip


def test_the_policy_in_force_counts_and_one_that_counts_nothing_is_refused() -> None:
    later = {**SHIPPED, "from": "2026-06-01", "records": 50}
    policies = privacy_policies_from({"policies": [later, SHIPPED]})
    assert [privacy_policy_on(date(2026, month, 1), policies).records for month in (5, 6)] == [300, 50]
    with pytest.raises(ValueError, match="at least one"):
        privacy_policies_from({"policies": [{**SHIPPED, "streets": 0}]})
    with pytest.raises(LookupError, match="No privacy policy"):
        privacy_policy_on(date(2011, 1, 1))
