"""What a replay found, fit to leave the team: small numbers hidden, and as many more as it takes; the rest about right.

Tables are exact where nobody can be worked out from all of them together. Numbers in sentences are rounded to five, so
that no hidden one can be had by taking a table from a sentence. A range tells how many come in and go out, so there is
none where those are few.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from mash.measures.suppress import HIDDEN, SMALLEST_SHOWN
from mash.measures.withhold import Cell, Sum, equal, withheld

TO_THE_NEXT = 5
CHILDREN: Cell = ("children",)
SIDES = ("baseline", "candidate")
COUNTS = ("children", "before", "after")
TURNED = ("newly_in", "newly_out")
WAYS = {
    "children": ("both", "neither", *TURNED),
    "before": ("both", "newly_out"),
    "after": ("both", "newly_in"),
}
Shown = int | str | None
AWAY = (
    "people",
    "followed",
    "contact",
    "referral",
    "strategy_discussion",
    "section_47",
    "protection_plan",
    "worse",
    "came_back_worse",
)


@dataclass(frozen=True, slots=True)
class FromTo:
    """A table of children from rows to columns, with totals; ``c`` where a number is hidden."""

    rows: Sequence[str]
    columns: Sequence[str]
    counts: Sequence[Sequence[Shown]]
    row_totals: Sequence[Shown]
    column_totals: Sequence[Shown]
    total: Shown


@dataclass(frozen=True, slots=True)
class Group:
    """One group of children: how many, how many referred before and after; the difference and its range where shown."""

    name: str
    children: Shown
    before: Shown
    after: Shown
    difference: float | None
    range: tuple[float, float] | None
    by_chance: bool


@dataclass(frozen=True, slots=True)
class Board:
    """Every table of a report: from level to level, from route to route, whom each side turns away, who is affected."""

    by_level: FromTo
    by_route: FromTo
    away: Mapping[str, Mapping[str, Shown]]
    groups: Mapping[str, Sequence[Group]]


def about(number: int) -> str:
    """Write a number for a sentence.

    >>> [about(number) for number in (0, 3, 7, 1204)]
    ['none', 'fewer than 6', 'about 5', 'about 1,205']
    """
    if not number:
        return "none"
    if number < SMALLEST_SHOWN:
        return f"fewer than {SMALLEST_SHOWN}"
    return f"about {TO_THE_NEXT * round(number / TO_THE_NEXT):,}"


def words(said: Mapping[str, Any]) -> list[str]:
    """Say which way the change goes before any number stands in a table."""
    before, after = (said["moved"]["referred"].get(side, 0) for side in ("baseline", "candidate"))
    names, moved = {side: said[side]["id"] for side in ("baseline", "candidate")}, said["moved"]
    lines = [f"{names['candidate']} would refer as many children as {names['baseline']}: {about(before)}."]
    if after != before:
        lines[0] = (
            f"Of {about(said['cohort']['children'])} children, {names['candidate']} would refer "
            f"{about(abs(after - before))} {'more' if after > before else 'fewer'} than {names['baseline']}: "
            f"{about(before)} before, {about(after)} after."
        )
    lower, higher, same = (about(moved[way]) for way in ("lower", "higher", "same"))
    lines.append(f"Lower in level or route: {lower}. Higher: {higher}. Exactly as they are: {same}.")
    for side, other in (("baseline", "candidate"), ("candidate", "baseline")):
        away = said["turned_away"][side]
        if away.get("children"):
            followed, worse = (about(away.get(what, 0)) for what in ("followed", "came_back_worse"))
            lines.append(
                f"{names[side]} turns away children whom {names[other]} refers: {about(away['children'])}. "
                f"Of those followed for 12 months ({followed}), came back worse: {worse}."
            )
    if unsure := said["cannot_tell"]["children"]:
        lines.append(f"Of some it cannot be told, because history does not hold what the change asks: {about(unsure)}.")
    return lines


def board_of(said: Mapping[str, Any]) -> Board | None:
    """Return the tables of a report, what must not leave hidden; None of a replay kept before it told enough."""
    tables = {axis: said["tables"][axis]["baseline-candidate"] for axis in ("level", "route")}
    affected = {name: told for name, told in said["affected"].items() if len(told) > 1}
    if "statutory" not in said["moved"]:
        return None
    numbers, sums = _wholes(said), _referred(said, tables["route"])
    for axis, table in tables.items():
        numbers |= _numbers(axis, table)
        sums += _sums(axis, table)
    there = _ways(numbers)
    held, unsaid = set[Cell](), set[Cell]()
    for name, told in affected.items():
        cells: dict[Cell, Mapping[str, Any]] = {
            (name, one["group"], what): one for one in told for what in (*COUNTS, *TURNED)
        }
        held |= {cell for cell, one in cells.items() if one.get("hidden")}
        numbers |= {cell: one.get(cell[-1], 1) for cell, one in cells.items()}
        sums += _groups(name, told, there)
        unsaid |= {(name, one["group"], what) for one in told for what in ("both", "neither")}
    hidden = withheld(numbers | dict.fromkeys(unsaid, 0), sums, held, unsaid)
    shown = {cell: HIDDEN if cell in hidden else number for cell, number in numbers.items()}
    return Board(
        _from_to("level", tables["level"], shown),
        _from_to("route", tables["route"], shown),
        {side: {what: shown["away", side, what] for what in ("children", *AWAY)} for side in SIDES},
        {name: [*_rows(name, told, shown)] for name, told in affected.items()},
    )


def _wholes(said: Mapping[str, Any]) -> dict[Cell, int]:
    """Return the numbers of all children: how many, referred by each side, turned away and what came to them."""
    found: dict[Cell, int] = {CHILDREN: said["cohort"]["children"]}
    found |= {("referred", side): said["moved"]["referred"][side] for side in SIDES}
    away: Mapping[str, Mapping[str, int]] = said["turned_away"]
    return found | {("away", side, what): away[side].get(what, 0) for side in SIDES for what in ("children", *AWAY)}


def _numbers(axis: str, table: Mapping[str, Any]) -> dict[Cell, int]:
    rows, columns, counts = table["rows"], table["columns"], table["counts"]
    found: dict[Cell, int] = {
        (axis, row, "to", column): count
        for row, line in zip(rows, counts, strict=True)
        for column, count in zip(columns, line, strict=True)
    }
    found |= {(axis, "from", row): sum(line) for row, line in zip(rows, counts, strict=True)}
    return found | {(axis, "to", column): sum(line[at] for line in counts) for at, column in enumerate(columns)}


def _sums(axis: str, table: Mapping[str, Any]) -> list[Sum]:
    rows, columns = table["rows"], table["columns"]
    across = [equal((axis, "from", row), [(axis, row, "to", column) for column in columns]) for row in rows]
    down = [equal((axis, "to", column), [(axis, row, "to", column) for row in rows]) for column in columns]
    whole = [("from", rows), ("to", columns)]
    return [*across, *down, *(equal(CHILDREN, [(axis, way, label) for label in labels]) for way, labels in whole)]


def _referred(said: Mapping[str, Any], table: Mapping[str, Any]) -> list[Sum]:
    """Write what the table of routes says of who is referred, and turned away."""
    before, after = (set(said["moved"]["statutory"][side]) for side in SIDES)
    rows, columns = table["rows"], table["columns"]
    crossing: dict[str, list[Cell]] = {side: [] for side in SIDES}
    for row in rows:
        for column in columns:
            if (row in before) != (column in after):
                crossing["candidate" if row in before else "baseline"].append(("route", row, "to", column))
    return [
        equal(("referred", "baseline"), [("route", "from", row) for row in rows if row in before]),
        equal(("referred", "candidate"), [("route", "to", column) for column in columns if column in after]),
        *(equal(("away", side, "children"), cells) for side, cells in crossing.items()),
    ]


def _ways(wholes: Mapping[Cell, int]) -> set[str]:
    """Return which of the four ways there are at all: referred by both sides, by neither, newly in, newly out."""
    newly_in, newly_out = (wholes["away", side, "children"] for side in SIDES)
    both = wholes["referred", "baseline"] - newly_out
    found = {"both": both, "newly_in": newly_in, "newly_out": newly_out}
    found["neither"] = wholes[CHILDREN] - sum(found.values())
    return {way for way, count in found.items() if count}


def _groups(name: str, told: Sequence[Mapping[str, Any]], there: AbstractSet[str]) -> list[Sum]:
    """Write that the groups come to the whole, and how each falls into the ways there are."""
    wholes = (CHILDREN, *(("referred", side) for side in SIDES), *(("away", side, "children") for side in SIDES))
    each = [(name, one["group"]) for one in told]
    down = [
        equal(whole, [(*group, what) for group in each])
        for what, whole in zip((*COUNTS, *TURNED), wholes, strict=True)
        if what in (*COUNTS, *there)
    ]
    return down + [
        equal((*group, what), [(*group, way) for way in ways if way in there])
        for group in each
        for what, ways in WAYS.items()
    ]


def _from_to(axis: str, table: Mapping[str, Any], shown: Mapping[Cell, Shown]) -> FromTo:
    rows, columns = table["rows"], table["columns"]
    return FromTo(
        rows,
        columns,
        [[shown[axis, row, "to", column] for column in columns] for row in rows],
        [shown[axis, "from", row] for row in rows],
        [shown[axis, "to", column] for column in columns],
        shown[CHILDREN],
    )


def _rows(name: str, told: Sequence[Mapping[str, Any]], shown: Mapping[Cell, Shown]) -> Iterator[Group]:
    """Yield the groups of one attribute, the whole last."""
    for one in told:
        children, before, after, *turned = (shown[name, one["group"], what] for what in (*COUNTS, *TURNED))
        told_apart = HIDDEN not in (children, before, after)
        ranged = told_apart and HIDDEN not in turned
        yield Group(
            one["group"],
            children,
            before,
            after,
            one["difference"] if told_apart else None,
            (one["range"][0], one["range"][1]) if ranged else None,
            ranged and one["by_chance"],
        )
    yield Group(
        "all", shown[CHILDREN], shown["referred", "baseline"], shown["referred", "candidate"], None, None, False
    )
