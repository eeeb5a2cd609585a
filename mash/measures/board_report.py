"""What a replay found, fit to leave the team: small numbers hidden, and as many more as it takes; the rest about right.

Tables are exact where nobody can be worked out from them. Numbers in sentences are rounded to five, so that no hidden
one can be had by taking a table from a sentence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mash.measures.suppress import HIDDEN, SMALLEST_SHOWN, suppressed

ALL = "all"
TO_THE_NEXT = 5
Shown = int | str | None
AWAY = ("people", "followed", "contact", "referral", "strategy_discussion", "section_47", "worse", "came_back_worse")


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
    """One group of children: how many, how many referred before and after; the range of the difference if all show."""

    name: str
    children: Shown
    before: Shown
    after: Shown
    difference: float | None
    low: float
    high: float
    by_chance: bool


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


def from_to(table: Mapping[str, Any]) -> FromTo:
    """Return a from-to table with what must not leave hidden, so that no sum of it gives any back."""
    columns: list[str] = list(table["columns"])
    rows: list[dict[str, int | None]] = [
        {**dict(zip(columns, counts, strict=True)), ALL: sum(counts)} for counts in table["counts"]
    ]
    rows.append({name: sum(row[name] or 0 for row in rows) for name in (*columns, ALL)})
    *body, last = withheld(rows, columns)
    return FromTo(
        table["rows"],
        columns,
        [[row[name] for name in columns] for row in body],
        [row[ALL] for row in body],
        [last[name] for name in columns],
        last[ALL],
    )


def withheld(rows: Sequence[Mapping[str, int | None]], columns: Sequence[str]) -> list[dict[str, Shown]]:
    """Hide small numbers of a table with totals, and more until none follows from all its sums taken together."""
    shown = suppressed(rows, {ALL: columns})
    names = (*columns, ALL)
    while fixed := given_away([[row[name] for name in names] for row in shown]):
        row, at = fixed[0]
        beside = [(row, name) for name in names] + [(place, names[at]) for place in range(len(rows))]
        known = [(not rows[r][name], rows[r][name] or 0, r, name) for r, name in beside if shown[r][name] != HIDDEN]
        *_, r, name = min(known)  # the smallest that is not nought; a nought where nothing else is left
        shown[r][name] = HIDDEN
    return shown


def given_away(table: Sequence[Sequence[Shown]]) -> list[tuple[int, int]]:
    """Return the hidden cells of a table with totals in its last row and column that its sums fix."""
    hidden = [(row, at) for row, line in enumerate(table) for at, one in enumerate(line) if one == HIDDEN]
    sums = [[(row, at) for at in range(len(table[0]))] for row in range(len(table))]
    sums += [[(row, at) for row in range(len(table))] for at in range(len(table[0]))]
    lines = [[Fraction(-1 if cell == group[-1] else cell in group) for cell in hidden] for group in sums]
    done: list[list[Fraction]] = []
    for column in range(len(hidden)):  # reduced until each leading unknown stands in one line alone
        lead = next((line for line in lines if line[column]), None)
        if lead is None:
            continue
        lead = [one / lead[column] for one in lead]
        lines, done = (
            [[one - line[column] * by for one, by in zip(line, lead, strict=True)] for line in some]
            for some in (lines, done)
        )
        done.append(lead)
    return [hidden[_first(line)] for line in done if sum(map(bool, line)) == 1]


def _first(line: Sequence[Fraction]) -> int:
    return next(place for place, one in enumerate(line) if one)


def turned_away(said: Mapping[str, Any], side: str) -> dict[str, Shown]:
    """Return whom a side turns away and what came to them, small numbers hidden."""
    found: Mapping[str, int] = said["turned_away"][side]
    return dict(suppressed([{what: found.get(what, 0) for what in ("children", *AWAY)}], {})[0])


def affected(said: Mapping[str, Any], name: str) -> list[Group]:
    """Return the groups of one attribute, the whole last; one that history holds back stays held back."""
    told: Sequence[Mapping[str, Any]] = said["affected"][name]
    held = {"children": 1, "before": 1, "after": 1}  # whatever they are, they are small: it hides what would give them
    rows: list[dict[str, int | None]] = [
        dict(held) if one.get("hidden") else {key: one[key] for key in held} for one in told
    ]
    whole = said["moved"]["referred"]
    rows.append({"children": said["cohort"]["children"], "before": whole["baseline"], "after": whole["candidate"]})
    shown = suppressed(rows, {})
    return [_group(one, row) for one, row in zip([*told, {"group": "all"}], shown, strict=True)]


def _group(one: Mapping[str, Any], row: Mapping[str, Shown]) -> Group:
    whole = "difference" in one and all(isinstance(number, int) for number in row.values())
    low, high = one["range"] if whole else (0.0, 0.0)
    difference = one["difference"] if whole else None
    return Group(
        one["group"], row["children"], row["before"], row["after"], difference, low, high, whole and one["by_chance"]
    )
