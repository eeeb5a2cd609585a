"""A report as a workbook, a sheet a subject, for whoever takes the figures further."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mash.intake.xlsx_out import Cell, write_xlsx
from mash.replay.teams import WORK, by_team
from mash.replay.text import AWAY, plain


def write_workbook(said: Mapping[str, Any], out: Path) -> None:
    """Write a report to a file: the same bytes for the same report.

    Raises:
        OSError: If the file cannot be written.
    """
    write_xlsx(out, [(title[:31], rows) for title, rows in sheets(said)])


def sheets(said: Mapping[str, Any]) -> Iterator[tuple[str, list[list[Cell]]]]:
    """Yield each sheet: its title and its rows, the first with the names of the columns."""
    yield "In words", [["What it says"], *([line] for line in said["words"]), *_how(said)]
    for axis, pairs in said["tables"].items():
        for pair, table in pairs.items():
            rows: list[list[Cell]] = [[plain(pair), *map(plain, table["columns"])]]
            rows += [[plain(label), *counts] for label, counts in zip(table["rows"], table["counts"], strict=True)]
            yield f"{axis} {plain(pair)}", rows
    names = ("id", "part", "change", "was", "now", "lower", "higher")
    yield "Each difference alone", [[*names], *([edit[name] for name in names] for edit in said["edits"])]
    sides = ("baseline", "candidate")
    away: list[list[Cell]] = [["turned away by", *(said[side]["id"] for side in sides)]]
    away += [[words, *(said["turned_away"][side].get(what, 0) for side in sides)] for what, words in AWAY.items()]
    yield "Turned away", away
    yield "Later", [["group", "kind", "within", "followed", "came", "low", "high"], *_later(said["later"])]
    yield "Workload", _workload(said["workload"])
    yield "Workload by team", _teams(said)
    yield "Who is affected", _affected(said["affected"])
    yield "Rules", _rules(said["rules"])
    if "children" in said:
        yield "Children that move", _children(said["children"])


def _how(said: Mapping[str, Any]) -> list[list[Cell]]:
    how = {"Again": said["command"], "Program": said["code"], "History": said["cohort"]["digest"]}
    how |= {side.capitalize(): f"{said[side]['id']} {said[side]['hash']}" for side in ("baseline", "candidate")}
    return [[f"{name}: {value}"] for name, value in how.items()]


def _later(later: Mapping[str, Any]) -> Iterator[list[Cell]]:
    for group, kinds in later.items():
        for kind, horizons in kinds.items():
            for horizon, one in horizons.items():
                yield [group, plain(kind), horizon, one["followed"], one["came"], *one["range"]]


def _workload(workload: Mapping[str, Any]) -> list[list[Cell]]:
    rows: list[list[Cell]] = [["a week", "decided", "baseline", "candidate", "change", "low", "high"]]
    for kind, one in workload["kinds"].items():
        rows.append([plain(kind), *one["a_week"].values(), one["change_a_week"], *one["range"]])
    return rows


def _teams(said: Mapping[str, Any]) -> list[list[Cell]]:
    rows: list[list[Cell]] = [["team", "a week", "decided", "baseline", "candidate", "change", "low", "high"]]
    loads = by_team(said, {})
    return rows + [[one.team or "all", WORK[one.work], *one.a_week.values(), one.change, *one.range] for one in loads]


def _affected(affected: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[list[Cell]]:
    rows: list[list[Cell]] = [["by", "group", "children", "before", "after", "difference", "low", "high"]]
    for name, groups in affected.items():
        for one in groups:
            if one.get("hidden"):
                rows.append([name, one["group"], "not shown"])
            else:
                counts = [one[key] for key in ("children", "before", "after", "difference")]
                rows.append([name, one["group"], *counts, *one["range"]])
    return rows


def _rules(rules: Mapping[str, Any]) -> list[list[Cell]]:
    rows: list[list[Cell]] = [["version", "rule", "met", "alone gives the level"]]
    for side, found in rules.items():
        rows += [[side, rule, 0, 0] for rule in found["never"]]
        rows += [[side, rule, count, found["alone"].get(rule, 0)] for rule, count in found["met"].items()]
    return rows


def _children(children: Sequence[Mapping[str, Any]]) -> list[list[Cell]]:
    sides = ("decided", "baseline", "candidate")
    rows: list[list[Cell]] = [
        ["child", "received", *(f"{side} {axis}" for side in sides for axis in ("level", "rating", "route")), "", ""]
    ]
    rows[0][-2:] = ["met only in baseline", "met only in candidate"]
    for one in children:
        labels = [label for side in sides for label in one[side]]
        rules = [", ".join(one[side]) for side in ("only_baseline", "only_candidate")]
        rows.append([one["child"], one["received"], *labels, *rules])
    return rows
