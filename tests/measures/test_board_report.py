"""A report that leaves the team gives nobody away: no hidden number can be worked out from those that are shown."""

from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mash.measures.board_report import FromTo, about, affected, from_to, words

SIZES = st.one_of(st.integers(0, 9), st.integers(0, 60))
TABLES = st.integers(2, 5).flatmap(
    lambda wide: st.lists(st.lists(SIZES, min_size=wide, max_size=wide), min_size=2, max_size=5)
)


def table_of(counts: list[list[int]]) -> FromTo:
    names = [[str(place) for place in range(1, many + 1)] for many in (len(counts), len(counts[0]))]
    return from_to({"rows": names[0], "columns": names[1], "counts": counts})


def cells(shown: FromTo) -> list[list[Any]]:
    body = [[*line, total] for line, total in zip(shown.counts, shown.row_totals, strict=True)]
    return [*body, [*shown.column_totals, shown.total]]


def given_away(table: list[list[Any]]) -> list[tuple[int, int]]:
    """Return the hidden cells of a table with totals that its sums fix, by eliminating the unknowns exactly."""
    hidden = [(row, at) for row, line in enumerate(table) for at, one in enumerate(line) if one == "c"]
    high, wide = len(table), len(table[0])
    sums = [[(row, at) for at in range(wide)] for row in range(high)]
    sums += [[(row, at) for row in range(high)] for at in range(wide)]
    lines = [[Fraction(-1 if cell == group[-1] else cell in group) for cell in hidden] for group in sums]
    return [cell for cell in hidden if _fixed(lines, hidden.index(cell))]


def _fixed(lines: list[list[Fraction]], unknown: int) -> bool:
    """Say whether one unknown follows from linear sums: its own unit row adds nothing to their rank."""
    unit = [Fraction(place == unknown) for place in range(len(lines[0]))]
    return _rank([*lines, unit]) == _rank(lines)


def _rank(lines: list[list[Fraction]]) -> int:
    rows, rank = [list(line) for line in lines], 0
    for column in range(len(rows[0])):
        pivot = next((row for row in range(rank, len(rows)) if rows[row][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for row in range(rank + 1, len(rows)):
            if rows[row][column]:
                by = rows[row][column] / rows[rank][column]
                rows[row] = [one - by * other for one, other in zip(rows[row], rows[rank], strict=True)]
        rank += 1
    return rank


@given(TABLES)
def test_no_hidden_number_of_a_table_follows_from_the_others(counts: list[list[int]]) -> None:
    table = cells(table_of(counts))
    assert given_away(table) == []
    shown = [one for line in table for one in line if one != "c"]
    assert not [one for one in shown if 0 < one < 6]


def test_the_check_itself_sees_a_lone_hidden_number() -> None:
    assert given_away([["c", 8, 11], [9, 9, 18], [12, 17, 29]]) == [(0, 0)]
    assert given_away([["c", "c", 11], ["c", "c", 18], [12, 17, 29]]) == []


def said(**more: Any) -> dict[str, Any]:
    away = {"children": 12, "followed": 11, "came_back_worse": 3}
    sides = {side: {"id": side, "hash": "", "title": "", "status": "live"} for side in ("baseline", "candidate")}
    moved = {"referred": {"baseline": 103, "candidate": 91}, "lower": 12, "higher": 0, "same": 988}
    told = {"cohort": {"children": 1000}, "moved": moved, "cannot_tell": {"children": 4}}
    return sides | told | {"turned_away": {"baseline": {}, "candidate": away}} | more


def test_sentences_say_the_direction_and_no_exact_number() -> None:
    first, second, away, unsure = words(said())
    assert first.startswith("Of about 1,000 children, candidate would refer about 10 fewer than baseline: about 105")
    assert second == "Lower in level or route: about 10. Higher: none. Exactly as they are: about 990."
    assert away.startswith("candidate turns away children whom baseline refers: about 10. Of those followed")
    assert away.endswith("came back worse: fewer than 6.")
    assert unsure.endswith("fewer than 6.")
    assert [about(number) for number in range(1, 6)] == ["fewer than 6"] * 5


def test_a_group_that_is_held_back_cannot_be_had_from_the_whole() -> None:
    shown = {"group": "many", "children": 900, "before": 100, "after": 90, "difference": -0.01, "range": [-0.02, 0.0]}
    few = {"group": "few", "children": 95, "before": 3, "after": 1, "difference": -0.02, "range": [-0.05, 0.01]}
    told = [one | {"by_chance": False} for one in (shown, few)] + [{"group": "fewest", "hidden": True}]
    rows = affected(said(affected={"Sex": told}), "Sex")
    by_name = {row.name: (row.children, row.before, row.after) for row in rows}
    assert by_name["fewest"] == ("c", "c", "c")
    assert by_name["few"][1:] == ("c", "c")
    assert list(by_name["all"])[1:] == [103, 91]
    assert [column.count("c") for column in zip(*by_name.values(), strict=True)] == [2, 2, 2]
    assert next(row for row in rows if row.name == "few").difference is None
