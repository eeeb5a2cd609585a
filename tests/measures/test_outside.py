"""No number from 1 to 5 leaves the team, and none follows from all the figures that leave it together."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mash.measures.every import held
from mash.measures.figures import Figure, YearOnYear
from mash.measures.outside import to_hide
from mash.measures.reading import Spread
from mash.measures.registry import MEASURES
from mash.measures.written import csv_table, figure_rows, table_of

FIRST, LAST = date(2026, 4, 1), date(2026, 4, 30)


def figure(id: str, numerator: int, denominator: int | None = None, part: str = "", **told: Any) -> Figure:
    return Figure(MEASURES[id], FIRST, LAST, numerator, denominator, part, **told)


def outside(*figures: Figure) -> dict[tuple[str, str], tuple[Any, Any, Any]]:
    rows = figure_rows(figures, to_hide(figures))
    return {
        (row["measure"], row.get("part", "")): (row["numerator"], row.get("denominator"), row.get("percentage"))
        for row in rows
    }


def test_one_small_share_hides_the_share_it_could_be_taken_from() -> None:
    found = outside(figure("request-share", 97, 100), figure("other-share", 3, 100))
    assert found == {("request-share", ""): ("c", 100, None), ("other-share", ""): ("c", 100, None)}


def test_a_small_rest_is_as_hidden_as_a_small_number() -> None:
    assert outside(figure("request-share", 97, 100)) == {("request-share", ""): ("c", 100, None)}
    assert outside(figure("request-share", 90, 100)) == {("request-share", ""): (90, 100, 90.0)}
    assert outside(figure("request-share", 100, 100)) == {("request-share", ""): (100, 100, 100.0)}


def test_requests_that_came_to_help_and_all_that_did_do_not_give_the_few_between_away() -> None:
    """What a reader has by taking one from the other: two contacts that were no request came to an assessment."""
    found = outside(
        figure("request-share", 60, 100), figure("assessment-share", 30, 100), figure("assessment-of-requests", 28, 60)
    )
    assert "c" in (found["assessment-share", ""][0], found["assessment-of-requests", ""][0])


def test_the_three_answers_of_a_partner_hide_each_other() -> None:
    answers = {"replied-in-time": 20, "replied-late": 2, "never-replied": 18}
    found = outside(*(figure(id, many, 40, part) for id, many in answers.items() for part in ("", "Police")))
    hidden = [id for id in answers if found[id, "Police"][0] == "c"]
    assert "replied-late" in hidden
    assert len(hidden) >= 2


def test_a_part_alone_hidden_hides_another_and_the_whole_stays() -> None:
    parts = {"red": (3, 10), "amber": (40, 60), "green": (50, 80)}
    figures = [figure("decided-in-limit-by-rating", 93, 150)]
    figures += [figure("decided-in-limit-by-rating", *many, part=part) for part, many in parts.items()]
    found = outside(*figures)
    assert found["decided-in-limit-by-rating", ""] == (93, 150, 62.0)
    assert [part for part in parts if found["decided-in-limit-by-rating", part][0] == "c"] == ["red", "amber"]


def test_how_long_a_few_took_stays_inside() -> None:
    told = figure("red-decided", 3, 40, spread=Spread(1.0, 2.0, 3.0))
    assert figure_rows([told], to_hide([told]))[0]["spread"] is None
    assert figure_rows([told], None)[0]["spread"]["most"] == 3.0


def test_a_table_for_a_spreadsheet_runs_nothing_as_a_formula() -> None:
    rows = figure_rows([figure("replied-late", 9, 20, "=cmd()")], None)
    assert csv_table(rows).splitlines()[1] == "replied-late,2026-04-01,2026-04-30,'=cmd(),9,20,45.0"


def share(numerator: int, denominator: int) -> list[Figure]:
    rest = denominator - numerator
    return [figure("request-share", numerator, denominator), figure("other-share", rest, denominator)]


def numbers(figures: list[Figure], *before: list[Figure]) -> list[tuple[Any, Any]]:
    return [(row["numerator"], row.get("denominator")) for row in figure_rows(figures, to_hide(figures, before))]


def test_what_was_hidden_stays_hidden_when_the_month_is_frozen_again() -> None:
    """Three more contacts asked for nothing: six did not ask in all, and the requests are those of before."""
    first, again = share(97, 100), share(97, 103)
    assert numbers(first) == [("c", 100), ("c", 100)]
    assert numbers(again) == [(97, 103), (6, 103)]
    assert numbers(again, first) == [("c", 103), ("c", 103)]
    assert numbers(share(90, 103), share(94, 103), first) == [("c", 103), ("c", 103)]


def test_what_was_shown_before_and_has_not_changed_hides_nothing_when_the_month_is_frozen_again() -> None:
    """Who has the 97 already takes them from 102; so it is the 102 that go."""
    first, again = share(97, 103), share(97, 102)
    assert numbers(first) == [(97, 103), (6, 103)]
    assert numbers(again) == [("c", 102), ("c", 102)]
    assert numbers(again, first) == [(97, "c"), ("c", "c")]


many, fewer = st.sampled_from((0, 20, 40, 90)), st.sampled_from((23, 43, 93))
READ = {"referral-share": "received", "agreement-recorded-share": "requests", "source-unknown-share": "children"}
ADDED = [id for id in held() if MEASURES[id].numerator]


@st.composite
def freezings(draw: st.DrawFn) -> list[list[Figure]]:
    """Give a month up to three times: all that is added up, and some that is read row by row. Little changes."""
    numbers = {
        name: draw(many) for name in (*READ, *dict.fromkeys(name for id in ADDED for name in MEASURES[id].terms))
    }
    made = []
    for _ in range(draw(st.integers(1, 3))):
        numbers |= draw(st.dictionaries(st.sampled_from([*READ.values()]), fewer))
        added = [(MEASURES[id], sum(numbers[name] for name in MEASURES[id].numerator)) for id in ADDED]
        made.append(
            [
                figure(one.id, inside, sum(numbers[name] for name in one.denominator) if one.denominator else None)
                for one, inside in added
            ]
            + [figure(id, numbers[id], numbers[name]) for id, name in READ.items()]
        )
    return made


@given(freezings())
def test_what_is_added_up_is_hidden_alike_whether_or_not_what_is_read_row_by_row_stands_beside_it(
    told: list[list[Figure]],
) -> None:
    *before, now = told
    added = [[one for one in some if one.measure.numerator] for some in told]
    everywhere = to_hide(now, before)
    assert {number for number in everywhere if number[1] in ADDED} == to_hide(added[-1], added[:-1])


def test_what_has_not_changed_is_hidden_where_nothing_else_is_left_to_hide() -> None:
    """Five of 102 were no referral; the 102 are shown in tables that have no referrals, so it is the 97 that go."""
    first, now = ([figure("contacts-received", many), figure("referral-share", 97, many)] for many in (110, 102))
    assert numbers(now, first) == [(102, None), ("c", 102)]


def test_a_total_of_two_years_is_hidden_with_any_of_its_months() -> None:
    """Another month in its place would be shown elsewhere; and the total of fewer months would give one back."""
    rows = [YearOnYear(1, 40, 50), YearOnYear(2, 41, 51), YearOnYear(3, 42, 52), YearOnYear(4, None, 3)]
    found = [(row["earlier"], row["later"], row["written"]) for row in table_of(rows, {(1, "earlier"), (2, "earlier")})]
    assert found == [("c", 50, ""), ("c", 51, ""), (42, 52, "+10 +23.8%"), (None, "c", ""), ("c", 153, "")]
    assert table_of(rows, None)[-1]["written"] == "+30 +24.4%"
