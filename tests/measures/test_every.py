"""Every figure is what a slow reader says, number by number and contact by contact, and each asked for has an answer.

``MASH_HISTORIES=10000`` reads as many random histories; 150 are read otherwise. They are drawn one by one, and stand
a hundred to a database, where each contact's place in each figure is held against its own life: what it costs to ask
hangs on how often, not on how many. Of those that fail, one that fails alone is found, and told in full.
"""

import csv
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.fold_figures import fold
from mash.measures.every import MIXES, READINGS, contacts_behind, every_figure, held
from mash.measures.figures import Figure
from mash.measures.reading import window
from mash.measures.registry import MEASURES
from mash.workflow.calendar import shipped_calendar
from tests.measures import histories
from tests.measures.by_hand import BY_HAND, Found, Hand
from tests.measures.lives import NOW, Life, lives, write

HISTORIES = int(os.environ.get("MASH_HISTORIES", "150"))
TOGETHER = min(100, HISTORIES // 2)
"""How many lives stand in one database at once."""
PERIODS = (
    (date(2026, 3, 1), date(2026, 3, 31)),
    (date(2026, 4, 1), date(2026, 4, 30)),
    (date(2025, 3, 1), date(2026, 2, 28)),
)
ASKED_FOR = Path(__file__).parents[1] / "data" / "guide_measures.csv"


@contextmanager
def undone(session: Session) -> Iterator[None]:
    within = session.begin_nested()
    try:
        yield
    finally:
        within.rollback()
        session.expire_all()


def test_every_measure_asked_for_is_given_or_said_not_to_be_held() -> None:
    with ASKED_FOR.open(encoding="utf-8") as file:
        asked = [row["code"] for row in csv.DictReader(file)]
    answered = {code for one in MEASURES.values() for code in one.codes}
    assert len(asked) == 54
    assert set(asked) == answered
    for one in MEASURES.values():
        assert sum((bool(one.numerator), bool(one.counts), bool(one.not_held))) == 1, one.id
        assert all((one.name, one.unit, one.cohort, one.clock, one.exclusions))
    read = {id for id, one in MEASURES.items() if one.counts}
    assert read == READINGS.keys() == BY_HAND.keys()


def drawn(number: int) -> list[Life]:
    """Draw as many random lives."""
    found: list[Life] = []

    @settings(max_examples=number, phases=(Phase.generate,))
    @given(lives)
    def draw(life: Life) -> None:
        found.append(life)

    draw()
    return found


def test_every_figure_is_what_a_slow_reader_says(session: Session, cast: dict[str, Actor]) -> None:
    users = cast["practitioner"].user_id or 0, cast["manager"].user_id or 0
    told = drawn(HISTORIES)
    assert len(told) >= 0.9 * HISTORIES
    for place, some in enumerate(batched(told, TOGETHER)):
        folded = place % 2 == 0
        try:
            read_as_by_hand(session, users, some, folded=folded)
        except AssertionError:
            read_as_by_hand(session, users, [failing(session, users, some, folded=folded)], folded=folded)
            raise


def failing(session: Session, users: tuple[int, int], some: list[Life], *, folded: bool) -> Life:
    """Halve lives of which one is not read as by hand until it is found; the last, if they are only so together."""
    while len(some) > 1:
        half, some = some[: len(some) // 2], some[len(some) // 2 :]
        try:
            read_as_by_hand(session, users, half, folded=folded)
        except AssertionError:
            some = half
    return some[0]


def batched(told: list[Life], size: int) -> list[list[Life]]:
    return [told[start : start + size] for start in range(0, len(told), size)]


def read_as_by_hand(session: Session, users: tuple[int, int], told: list[Life], *, folded: bool) -> None:
    """See that every figure of some lives, and the list behind each number, is what the slow reader says."""
    with undone(session):
        written = [write(session, life, users, str(place)) for place, life in enumerate(told)]
        if folded:
            fold(session, at=NOW - timedelta(days=20))
        for first, last in PERIODS:
            seen = window(session, first, last, NOW, shipped_calendar())
            figures = every_figure(session, held(), first, last, NOW, shipped_calendar())
            for id in READINGS:
                found = Counter((row.contact_id, row.met, row.part, _round(row.hours)) for row in READINGS[id](seen))
                wanted = [
                    one
                    for life, ids in zip(told, written, strict=True)
                    for one in by_hand(id, life, ids[0], first, last)
                ]
                assert without_own(id, found) == without_own(id, Counter(wanted)), id
                numbers_are_those_of_rows([one for one in figures if one.measure.id == id], wanted)
            every_number_opens_as_many(seen, figures)
            added_up_as_by_hand(figures, told)


def by_hand(id: str, life: Life, ids: list[int], first: date, last: date) -> list[Found]:
    rows = BY_HAND[id](Hand(life, first, last))
    return [(None if n is None else ids[n], met, part, _round(took)) for n, met, part, took in rows]


def _round(hours: float | None) -> float | None:
    return None if hours is None else round(hours, 6)


def without_own(id: str, rows: Counter[Any]) -> Counter[Any]:
    """Leave out which contact stands for a child who counts once, of several that might."""
    if id not in {"distinct-children", "children-re-referred-share"}:
        return rows
    left: Counter[Any] = Counter()
    for (_, *rest), many in rows.items():
        left[tuple(rest)] += many
    return left


def numbers_are_those_of_rows(figures: list[Figure], rows: list[Found]) -> None:
    for one in figures:
        mix = one.measure.id in MIXES
        whole = [row for row in rows if not row[2]] if mix else rows
        of = [row for row in rows if row[2] == one.part] if one.part else whole
        met = [row for row in of if row[1]]
        assert one.numerator == len(met)
        if one.denominator is not None:
            assert one.denominator == len(whole if mix else of)
        lengths = sorted(row[3] for row in met if row[3] is not None)
        if one.measure.spread and lengths:
            assert one.spread is not None
            assert one.spread.middle == pytest.approx(median(lengths), abs=0.051)
            assert one.spread.most == pytest.approx(lengths[-1], abs=0.051)
            not_over = sum(length <= one.spread.ninth + 0.05 for length in lengths)
            assert not_over >= len(lengths) * 0.9


def every_number_opens_as_many(seen: Any, figures: Iterable[Figure]) -> None:
    for one in figures:
        assert contacts_behind(seen, one.measure, "in", one.part).total() == one.numerator
        if one.denominator is not None:
            assert contacts_behind(seen, one.measure, "of", one.part).total() == one.denominator


def added_up_as_by_hand(figures: Iterable[Figure], told: list[Life]) -> None:
    """Hold the sums against the slow reader of terms, from what each contact says of itself."""
    terms: Counter[tuple[str, date]] = Counter()
    for life in told:
        for came in life.came:
            said = tuple(histories.Said(one.route, one.recommended, one.decided) for one in came.taken)
            outcomes = tuple(kid.outcome for _, kid in came.kids)
            shift = round((came.at - histories.BEGINS).total_seconds() / 60)
            one = histories.Told(
                shift, came.state, came.request, False, came.decided, came.one_day, came.three_days, outcomes, said
            )
            terms += histories.slowly([one], NOW)
    for figure in figures:
        for names, number in (
            (figure.measure.numerator, figure.numerator),
            (figure.measure.denominator, figure.denominator or 0),
        ):
            within = [n for (name, day), n in terms.items() if name in names and figure.first <= day <= figure.last]
            assert not names or sum(within) == number, figure.measure.id
