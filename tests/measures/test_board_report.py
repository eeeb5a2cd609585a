"""A report that leaves the team gives nobody away: no hidden number can be worked out from all that are shown."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from mash.measures.board_report import AWAY, Board, FromTo, about, board_of, words
from mash.measures.withhold import equal, given_away, withheld
from mash.replay.ranges import held_back, paired_difference
from mash.web.flow import dots_of

REFERRED = ("s17", "s47")
ROUTES = ("advice", "early", *REFERRED)
ATTRIBUTES = {"Sex": 4, "Age": 5}
PRIME = (1 << 61) - 1

# Children alike: level, route and group before and after, and how many.
Alike = tuple[str, str, str, str, str, str, int]
SIZES = st.one_of(st.integers(0, 9), st.integers(0, 60))
LEVELS = st.sampled_from("23")
WAYS = st.sampled_from(ROUTES)
KINDS = st.tuples(LEVELS, LEVELS, WAYS, WAYS, st.sampled_from("fmx"), st.sampled_from(["young", "older"]), SIZES)


def people(children: Sequence[Alike], which: Callable[[Alike], bool]) -> int:
    return sum(one[-1] for one in children if which(one))


def out(one: Alike) -> bool:
    return one[2] in REFERRED and one[3] not in REFERRED


def come(one: Alike) -> bool:
    return one[3] in REFERRED and one[2] not in REFERRED


def table(children: Sequence[Alike], at: int) -> dict[str, Any]:
    rows, columns = (sorted({one[place] for one in children if one[-1]}) for place in (at, at + 1))
    counts = [[people(children, lambda o, k=(r, c): o[at : at + 2] == k) for c in columns] for r in rows]  # type: ignore[misc]
    return {"baseline-candidate": {"rows": rows, "columns": columns, "counts": counts}}


def affected(children: Sequence[Alike], at: int) -> list[dict[str, Any]]:
    names = sorted({one[at] for one in children if one[-1]})
    theirs = [[one for one in children if one[at] == name] for name in names]
    hidden = held_back([people(some, bool) for some in theirs])
    return [
        {"group": name, "hidden": True} if place in hidden else {"group": name} | group(some)
        for place, (name, some) in enumerate(zip(names, theirs, strict=True))
    ]


def group(some: Sequence[Alike]) -> dict[str, Any]:
    whole, before, after, newly_in, newly_out = (people(some, which) for which in COUNTED.values())
    difference, low, high = paired_difference(newly_in, newly_out, whole)
    told = {"children": whole, "before": before, "after": after, "newly_in": newly_in, "newly_out": newly_out}
    return told | {"difference": difference, "range": [low, high], "by_chance": low <= 0 <= high}


COUNTED: dict[str, Callable[[Alike], bool]] = {
    "children": bool,
    "before": lambda one: one[2] in REFERRED,
    "after": lambda one: one[3] in REFERRED,
    "newly_in": come,
    "newly_out": out,
}


def told_of(children: Sequence[Alike]) -> dict[str, Any]:
    """Count children as a replay does."""
    sides = {"baseline": come, "candidate": out}
    referred = {"baseline": people(children, COUNTED["before"]), "candidate": people(children, COUNTED["after"])}
    return {
        "cohort": {"children": people(children, bool)},
        "moved": {"referred": referred, "statutory": {side: list(REFERRED) for side in sides}},
        "tables": {"level": table(children, 0), "route": table(children, 2)},
        "turned_away": {side: {"children": people(children, which)} for side, which in sides.items()},
        "affected": {name: affected(children, at) for name, at in ATTRIBUTES.items()},
    }


Told = tuple[Any, Callable[[Alike], bool]]


def numbers_of(board: Board) -> Iterator[Told]:
    """Yield every number of a report, or its c, with whom it counts."""
    for shown, at in ((board.by_level, 0), (board.by_route, 2)):
        yield from cells_of(shown, at)
    for side, which in (("baseline", come), ("candidate", out)):
        yield board.away[side]["children"], which
    for name, rows in board.groups.items():
        for row in rows:
            within = each(ATTRIBUTES[name], None if row.name == "all" else row.name)
            for what in ("children", "before", "after"):
                yield getattr(row, what), both(within, COUNTED[what])
            for which in (come, out) if row.range or row.by_chance else ():
                yield 0, both(within, which)  # n, the difference and its range make both


def cells_of(shown: FromTo, at: int) -> Iterator[Told]:
    for row, line, total in zip(shown.rows, shown.counts, shown.row_totals, strict=True):
        yield total, each(at, row)
        for column, one in zip(shown.columns, line, strict=True):
            yield one, both(each(at, row), each(at + 1, column))
    for column, one in zip(shown.columns, shown.column_totals, strict=True):
        yield one, each(at + 1, column)
    yield shown.total, bool


def each(at: int, label: str | None) -> Callable[[Alike], bool]:
    return lambda one: label is None or one[at] == label


def both(one: Callable[[Alike], bool], other: Callable[[Alike], bool]) -> Callable[[Alike], bool]:
    return lambda child: one(child) and other(child)


class Known:
    """What a reader can work out: every number that sums of those shown make, of any children there might be."""

    def __init__(self, said: Any, children: Sequence[Alike]) -> None:
        labels = [sorted({one[at] for one in children if one[-1]}) for at in range(6)]
        self.kinds: list[Alike] = [(*kind, 1) for kind in product(*labels)]  # type: ignore[misc]
        self.lines: dict[int, dict[int, int]] = {}
        for number, which in said:
            if number != "c":
                self.learn(which)

    def left(self, which: Callable[[Alike], bool]) -> dict[int, int]:
        """Return what of a number does not follow; nothing if all of it does."""
        line = {place: 1 for place, kind in enumerate(self.kinds) if which(kind)}
        for lead, other in self.lines.items():
            if by := line.get(lead):
                for place, one in other.items():
                    line[place] = (line.get(place, 0) - by * one) % PRIME
        return {place: one for place, one in line.items() if one}

    def learn(self, which: Callable[[Alike], bool]) -> None:
        if line := self.left(which):
            lead = min(line)
            inverse = pow(line[lead], -1, PRIME)
            self.lines[lead] = {place: one * inverse % PRIME for place, one in line.items()}


def worked_out(board: Board, children: Sequence[Alike]) -> list[Told]:
    """Return the hidden numbers of somebody that follow, and those who come in or go out of a group where few do."""
    said = list(numbers_of(board))
    known = Known(said, children)
    asked = [(number, which) for number, which in said if number == "c" and people(children, which)]
    for name, rows in board.groups.items():
        for row, which in product(rows, (come, out)):
            theirs = both(each(ATTRIBUTES[name], None if row.name == "all" else row.name), which)
            asked += [(few, theirs)] if 0 < (few := people(children, theirs)) < 6 else []
    return [(number, which) for number, which in asked if not known.left(which)]


def rows(*told: tuple[str, str, str, str, int]) -> list[Alike]:
    return [("2", "2", before, after, sex, age, many) for before, after, sex, age, many in told]


WHOLE_TELLS = rows(
    ("advice", "advice", "f", "young", 260),
    ("advice", "advice", "m", "older", 240),
    ("early", "early", "f", "older", 8),
    ("s17", "s17", "f", "young", 14),
    ("s17", "s17", "m", "young", 16),
    ("s47", "s47", "m", "older", 3),
)
AWAY_TELLS = rows(
    ("advice", "advice", "f", "young", 500),
    ("s17", "advice", "f", "young", 3),
    ("s17", "early", "f", "young", 8),
    ("s17", "s17", "f", "young", 60),
    ("s17", "s47", "f", "young", 7),
)
NOBODY_IN_TELLS = rows(
    ("s17", "advice", "f", "young", 10), ("s17", "advice", "x", "young", 4), ("s17", "s17", "x", "young", 6)
)
RANGE_TELLS = rows(
    ("advice", "advice", "f", "young", 700),
    ("advice", "advice", "m", "older", 700),
    ("s17", "s17", "f", "young", 50),
    ("s17", "s17", "m", "older", 60),
    ("advice", "s17", "f", "young", 4),
    ("s17", "advice", "f", "young", 9),
    ("advice", "s17", "m", "older", 20),
    ("s17", "advice", "m", "older", 30),
)


@settings(max_examples=150)
@given(st.lists(KINDS, max_size=24))
@example(WHOLE_TELLS)
@example(AWAY_TELLS)
@example(NOBODY_IN_TELLS)
@example(RANGE_TELLS)
def test_no_hidden_number_follows_from_all_that_a_report_prints(children: list[Alike]) -> None:
    board = board_of(told_of(children))
    assert board
    assert worked_out(board, children) == []
    assert not [number for number, _ in numbers_of(board) if number != "c" and 0 < number < 6]


def test_what_may_be_shown_is_shown_exactly() -> None:
    many = rows(
        ("advice", "advice", "f", "young", 400),
        ("advice", "advice", "m", "older", 410),
        ("advice", "s17", "f", "young", 20),
        ("advice", "s17", "m", "older", 30),
        ("s17", "advice", "f", "young", 70),
        ("s17", "advice", "m", "older", 80),
        ("s17", "s17", "f", "young", 90),
        ("s17", "s17", "m", "older", 95),
    )
    told = told_of(many)
    board = board_of(told)
    assert board
    assert [number for number, _ in numbers_of(board) if number == "c"] == []
    assert board.by_route.counts == [[810, 50], [150, 185]]
    female, male, whole = board.groups["Sex"]
    assert (female.children, female.before, female.after) == (580, 160, 110)
    assert (whole.children, whole.before, whole.after, whole.difference) == (1195, 335, 235, None)
    assert female.range == tuple(told["affected"]["Sex"][0]["range"])
    drawn, _ = dots_of([female])
    assert drawn[0].line
    assert drawn[0].words.startswith("-8.6 (")
    assert not male.by_chance
    assert dict(board.away["candidate"]) == {"children": 150, **dict.fromkeys(AWAY, 0)}


def test_a_group_with_few_newly_in_or_out_has_no_range() -> None:
    board = board_of(told_of(RANGE_TELLS))
    assert board
    female, male, _ = board.groups["Sex"]  # four girls are newly in: 4, 9, 20 and 30 come to the whole
    assert (female.range, female.by_chance, male.range, male.by_chance) == (None, False, None, False)
    drawn, _ = dots_of(board.groups["Sex"])
    assert drawn
    assert [(dot.line, "to" in dot.words) for dot in drawn] == [(None, False)] * len(drawn)


def test_a_result_that_does_not_say_which_routes_refer_has_no_report() -> None:
    told = told_of(AWAY_TELLS)
    del told["moved"]["statutory"]
    assert board_of(told) is None


def test_a_sum_gives_back_a_lone_hidden_number_and_another_is_hidden_beside_it() -> None:
    sums = [equal(("all",), [("a",), ("b",), ("c",)])]
    assert given_away({("a",)}, sums) == {("a",): {("b",), ("c",), ("all",)}}
    assert given_away({("a",), ("b",)}, sums) == {}
    assert withheld({("a",): 3, ("b",): 9, ("c",): 0, ("all",): 12}, sums) == {("a",), ("b",)}
    crossed = [equal(("x",), [("a",), ("b",)]), equal(("y",), [("a",)], [("b",)])]  # a + b and a - b make both
    assert given_away({("a",), ("b",)}, crossed).keys() == {("a",), ("b",)}


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
