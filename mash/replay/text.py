"""A report as lines for the terminal: words first, then tables. Everything in it is in the data too."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mash.replay.teams import WORK, by_team

PAIR_WORDS = {
    "baseline-candidate": ("{baseline}", "{candidate}"),
    "decided-baseline": ("decided by people", "{baseline}"),
    "decided-candidate": ("decided by people", "{candidate}"),
}
AWAY = {
    "children": "turned away, whom the other would refer",
    "people": "of them, referred by people all the same",
    "followed": "followed for 12 months",
    "contact": "came back at all",
    "referral": "came back and were referred",
    "strategy_discussion": "came back and needed a strategy discussion",
    "section_47": "had a section 47 enquiry",
    "protection_plan": "had a child protection plan",
    "worse": "came back decided at a higher level",
    "came_back_worse": "came back worse in any of these ways",
}


def plain(words: str) -> str:
    """Write a code as words.

    >>> plain("child_and_family_assessment")
    'child and family assessment'
    """
    return words.replace("_", " ")


def lines(said: Mapping[str, Any]) -> Iterator[str]:
    """Yield a report line by line."""
    yield from said["words"]
    yield from _proof(said["proof"])
    names = {side: said[side]["id"] for side in ("baseline", "candidate")}
    for axis, pairs in said["tables"].items():
        for pair, table in pairs.items():
            down, across = (words.format(**names) for words in PAIR_WORDS[pair])
            yield from _titled(f"{axis.capitalize()}: {down} (rows), {across} (columns)", _from_to(table))
    yield from _titled("Each difference alone", _edits(said["edits"]))
    for side, counts in said["turned_away"].items():
        if counts.get("children"):
            rows = [[AWAY[what], f"{counts.get(what, 0):,}"] for what in AWAY]
            yield from _titled(f"Turned away by {names[side]}", rows)
    yield from _titled("What came later", _later(said["later"]))
    for what in ("level", "route"):
        yield from _titled(f"Same {what} as people, by the level they decided", _agreement(said, names, what))
    yield from _titled(f"A week, over {said['workload']['weeks']} weeks", _workload(said["workload"], names))
    yield from _titled("A week, by team", _teams(said, names))
    for name, groups in said["affected"].items():
        yield from _titled(f"Referred, by {name.lower()}", _affected(groups))
    yield from _rules(said["rules"], names)


def _titled(title: str, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if rows:
        yield ""
        yield title
        yield from aligned(rows)


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows with their columns under one another, numbers to the right.

    >>> list(aligned([["level", "n"], ["1", "1,200"]]))
    ['  level      n', '  1      1,200']
    """
    widths = [max(len(row[place]) for row in rows if place < len(row)) for place in range(max(map(len, rows)))]
    for row in rows:
        first, *rest = (
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=False))
        )
        yield "  " + "  ".join([first, *rest]).rstrip()


def _proof(proof: Mapping[str, Any] | None) -> Iterator[str]:
    if proof is None:
        yield "Not proved: no advice was recorded with these contacts."
        return
    for version, count in proof["same"].items():
        drift = proof["drift"].get(version, 0)
        yield f"Proof: {version} gives the advice recorded then again for {count:,} children; {drift:,} drift."


def _from_to(table: Mapping[str, Any]) -> list[list[str]]:
    rows = [["", *map(plain, table["columns"]), "all"]]
    for label, counts in zip(table["rows"], table["counts"], strict=True):
        rows.append([plain(label), *(f"{count:,}" for count in counts), f"{sum(counts):,}"])
    return rows


def _edits(edits: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    rows = [["", "what", "lower", "higher"]] if edits else []
    for edit in edits:
        counts = ["cannot be taken alone" if edit[way] is None else f"{edit[way]:,}" for way in ("lower", "higher")]
        rows.append([edit["id"], f"{edit['part']} {edit['change']}", *counts])
    return rows


def _later(later: Mapping[str, Any]) -> list[list[str]]:
    """Within 12 months, the whole beside those who move."""
    rows = [["within 12 months", *(plain(group) for group in later)]]
    for kind in later["all"]:
        cells = [later[group][kind]["12 months"] for group in later]
        rows.append([plain(kind), *(shared(cell["came"], cell["followed"], cell["range"]) for cell in cells)])
    return rows


def shared(part: int, whole: int, ends: Sequence[float]) -> str:
    """Write a share with its counts and range.

    >>> shared(58, 647, [0.07, 0.114])
    '58 of 647, 9.0% (7.0 to 11.4)'
    """
    if not whole:
        return "nobody followed"
    return f"{part:,} of {whole:,}, {part / whole:.1%} ({100 * ends[0]:.1f} to {100 * ends[1]:.1f})"


def _agreement(said: Mapping[str, Any], names: Mapping[str, str], what: str) -> list[list[str]]:
    by_level: dict[str, list[str]] = {}
    for side in names:
        for one in said["agreement"][side]:
            cell = shared(one[f"same_{what}"], one["decided"], one[f"{what}_range"])
            by_level.setdefault(one["level"], []).append(cell)
    rows = [[f"decided {level}", *cells] for level, cells in by_level.items()]
    return [["", *names.values()], *rows] if rows else []


def _workload(workload: Mapping[str, Any], names: Mapping[str, str]) -> list[list[str]]:
    rows = [["", "decided", names["baseline"], names["candidate"], "change (95% range)"]]
    for kind, one in workload["kinds"].items():
        week = [f"{one['a_week'][side]:,.1f}" for side in ("decided", "baseline", "candidate")]
        low, high = one["range"]
        rows.append([plain(kind), *week, f"{one['change_a_week']:+,.1f} ({low:+,.1f} to {high:+,.1f})"])
    return rows


def _teams(said: Mapping[str, Any], names: Mapping[str, str]) -> list[list[str]]:
    rows = [["", "decided", names["baseline"], names["candidate"], "change (95% range)"]]
    for one in by_team(said, {}):
        (low, high), week = one.range, [f"{count:,.1f}" for count in one.a_week.values()]
        rows.append(
            [
                f"{one.team or 'all'}: {WORK[one.work].lower()}",
                *week,
                f"{one.change:+,.1f} ({low:+,.1f} to {high:+,.1f})",
            ]
        )
    return rows if len(rows) > 1 else []


def _affected(groups: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    rows = [["", "children", "before", "after", "points (95% range)"]]
    for one in groups:
        if one.get("hidden"):
            rows.append([one["group"], "not shown: too few, or told from the rest"])
            continue
        low, high = (100 * end for end in one["range"])
        chance = ", by chance?" if one["by_chance"] else ""
        points = f"{100 * one['difference']:+.1f} ({low:+.1f} to {high:+.1f}{chance})"
        rows.append([one["group"], f"{one['children']:,}", f"{one['before']:,}", f"{one['after']:,}", points])
    return rows


def _rules(rules: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    for side, found in rules.items():
        never, alone = found["never"], sorted(found["alone"].items(), key=lambda one: (-one[1], one[0]))
        yield ""
        yield f"{names[side]}: {len(never)} rules were never met" + (
            f", such as {', '.join(never[:8])}" if never else ""
        )
        yield from aligned([["alone gives the level", "children"], *([id, f"{count:,}"] for id, count in alone[:10])])
