"""A rehearsal as plain data, complete and in a stable order: what is stored, shown and printed. Direction comes first.

There is no score that sums it up. Every count stands beside what it is a count of.
"""

from datetime import date
from typing import Any

from mash.replay.beside import MONTH
from mash.replay.compare import Cohort, Period
from mash.replay.judge import AXES
from mash.replay.past import HORIZONS, LATER_KINDS, NOT_A_CHILD, WHO_NAMES
from mash.replay.proof import Proof
from mash.replay.ranges import SURE, held_back, paired_difference, share_range
from mash.replay.rehearse import Effect, Rehearsal
from mash.replay.tally import GROUPS, NONE, PAIRS, SIDES, Tally
from mash.rules import RuleSet

GROUP_NAMES = WHO_NAMES | {MONTH: "Month received"}


def report(
    found: Rehearsal, baseline: RuleSet, candidate: RuleSet, cohort: Cohort, period: Period, proof: Proof | None
) -> dict[str, Any]:
    """Write a rehearsal out as data for JSON."""
    tally = found.tally
    return {
        "words": words(tally, baseline, candidate),
        "baseline": _version(baseline),
        "candidate": _version(candidate),
        "cohort": _cohort(tally, cohort, period),
        "proof": _proof(proof),
        "moved": {
            "moved": tally.moved,
            "same": tally.children - tally.moved,
            "lower": tally.lower,
            "lower_range": sorted(tally.lower_range),
            "higher": tally.higher,
            "higher_range": sorted(tally.higher_range),
            "referred": dict(sorted(tally.statutory.items())),
            "statutory": {
                side: [route.key for route in version.routes if route.statutory]
                for side, version in (("baseline", baseline), ("candidate", candidate))
            },
        },
        "cannot_tell": {"children": tally.cannot_tell, "missing": dict(sorted(tally.missing.items()))},
        "tables": {axis: _tables(tally, axis, baseline, candidate) for axis in AXES},
        "edits": [_effect(one) for one in found.effects],
        "agreement": _agreement(tally),
        "later": _later(tally),
        "turned_away": _turned_away(tally),
        "workload": _workload(tally, baseline, candidate),
        "routes": _routes(baseline, candidate),
        "affected": {name: _affected(tally, attribute) for attribute, name in GROUP_NAMES.items()},
        "rules": {side: _rules(tally, side) for side in ("baseline", "candidate")},
        "digest": found.digest,
    }


def _effect(one: Effect) -> dict[str, Any]:
    edit, counted = one.edit, one.place is not None
    said = {"id": edit.id, "part": edit.part, "change": edit.change, "was": edit.was, "now": edit.now}
    return said | {way: getattr(one, way) if counted else None for way in ("lower", "higher")} | {"place": one.place}


def words(tally: Tally, baseline: RuleSet, candidate: RuleSet) -> list[str]:
    """Say in sentences which way the candidate moves children, before any number is put in a table."""
    before, after = tally.statutory["baseline"], tally.statutory["candidate"]
    said = _said(candidate.id, after - before, tally.children, baseline.id)
    lines = [f"{said}: {before:,} before, {after:,} after."]
    lines.append(
        f"{tally.lower:,} would get a lower level or a weaker route, {tally.higher:,} a higher level or a stronger "
        f"route; {tally.children - tally.moved:,} stay exactly as they are."
    )
    away = tally.turned_away
    for side, version in (("baseline", baseline), ("candidate", candidate)):
        if count := away[side, "children"]:
            lines.append(
                f"{version.id} turns away {count:,} children whom the other would refer. Of the "
                f"{away[side, 'followed']:,} followed for 12 months, {away[side, 'came_back_worse']:,} came back worse."
            )
    if tally.cannot_tell:
        low, high = sorted(tally.lower_range)
        lines.append(
            f"Of {tally.cannot_tell:,} children it cannot be told, because history does not hold "
            f"{', '.join(sorted(tally.missing))}; lower could be anything from {low:,} to {high:,}."
        )
    return lines


def _said(candidate: str, change: int, children: int, baseline: str) -> str:
    if not change:
        return f"{candidate} would refer as many of {children:,} children as {baseline}"
    which = "more" if change > 0 else "fewer"
    return f"{candidate} would refer {abs(change):,} {which} of {children:,} children than {baseline}"


def _version(ruleset: RuleSet) -> dict[str, str]:
    return {"id": ruleset.id, "hash": ruleset.content_hash, "title": ruleset.title, "status": ruleset.status}


def _cohort(tally: Tally, cohort: Cohort, period: Period) -> dict[str, Any]:
    return {
        "digest": cohort.digest,
        "upto": cohort.upto,
        "since": period.since,
        "until": period.until,
        "children": tally.children,
        "left_out": {"no facts were kept": tally.no_facts},
    }


def _proof(proof: Proof | None) -> dict[str, Any] | None:
    if proof is None:
        return None
    return {
        "same": dict(sorted(proof.same.items())),
        "drift": {version: count for version, count in sorted(proof.drift.items()) if count},
        "listed": proof.listed,
        "no_advice": proof.no_advice,
    }


def labels(axis: str, baseline: RuleSet, candidate: RuleSet, found: set[str]) -> list[str]:
    """Return the labels of an axis in their order, least first, with those that only people used at the end."""
    order: list[str] = []
    for version in (candidate, baseline):
        if axis == "level":
            order += [NOT_A_CHILD, *(str(level.ordinal) for level in version.levels)]
        elif axis == "rating":
            order += [rating.key for rating in version.ratings]
        else:
            order += [route.key for route in version.routes]
            order += [redirect.route for redirect in version.redirects]
    known = [label for label in dict.fromkeys(order) if label in found]
    return [*known, *sorted(found - set(known) - {NONE}), *({NONE} & found)]


def _tables(tally: Tally, axis: str, baseline: RuleSet, candidate: RuleSet) -> dict[str, Any]:
    made = {}
    for before, after in PAIRS:
        cells = {key[3:]: count for key, count in tally.cells.items() if count and key[:3] == (axis, before, after)}
        rows = labels(axis, baseline, candidate, {old for old, _ in cells})
        columns = labels(axis, baseline, candidate, {new for _, new in cells})
        counts = [[cells.get((old, new), 0) for new in columns] for old in rows]
        made[f"{before}-{after}"] = {"rows": rows, "columns": columns, "counts": counts}
    return made


def _agreement(tally: Tally) -> dict[str, Any]:
    def one(level: str, decided: int, same_level: int, same_route: int) -> dict[str, Any]:
        found: dict[str, Any] = {"level": level, "decided": decided}
        found |= {"same_level": same_level, "level_range": _rounded(share_range(same_level, decided))}
        return found | {"same_route": same_route, "route_range": _rounded(share_range(same_route, decided))}

    agreement = sorted(tally.agreement.items())
    return {
        side: [one(level, *counts) for (of, level), counts in agreement if of == side and counts[0]]
        for side in ("baseline", "candidate")
    }


def _later(tally: Tally) -> dict[str, Any]:
    def one(group: str, kind: str, horizon: str) -> dict[str, Any]:
        followed, came = tally.later.get((group, kind, horizon), (0, 0))
        return {"followed": followed, "came": came, "range": _rounded(share_range(came, followed))}

    return {
        group: {kind: {horizon: one(group, kind, horizon) for horizon in HORIZONS} for kind in LATER_KINDS}
        for group in GROUPS
    }


def _turned_away(tally: Tally) -> dict[str, Any]:
    sides: dict[str, Any] = {"baseline": {}, "candidate": {}}
    for (side, what), count in sorted(tally.turned_away.items()):
        sides[side][what] = count
    return sides


def _workload(tally: Tally, baseline: RuleSet, candidate: RuleSet) -> dict[str, Any]:
    """Return what each side makes in a week, with the 95% range of the change: the same children under two versions."""
    weeks, work = weeks_of(tally), tally.work
    kinds = sorted({label for _, label in work if label != NONE})
    reds = [[*key, count] for key, count in sorted(tally.reds.items()) if count]
    made: dict[str, Any] = {"weeks": round(weeks, 2), "days": round(7 * weeks), "kinds": {}, "red_by_route": reds}
    for kind in kinds:
        counts = {side: work[side, kind] for side in SIDES}
        change = counts["candidate"] - counts["baseline"]
        spread = SURE * work["moved", kind] ** 0.5
        made["kinds"][kind] = counts | {
            "a_week": {side: round(count / weeks, 2) for side, count in counts.items()},
            "change_a_week": round(change / weeks, 2),
            "range": [round((change - spread) / weeks, 2), round((change + spread) / weeks, 2)],
        }
    return made


def _routes(baseline: RuleSet, candidate: RuleSet) -> list[dict[str, str]]:
    """Return each outcome that either version knows, weakest first: its kind, and the team it names, empty if none."""
    found: dict[str, dict[str, str]] = {}
    for version in (candidate, baseline):
        teams = {one.key: one.team for one in version.routes} | {one.route: one.team for one in version.redirects}
        for key, kind in version.kinds().items():
            found.setdefault(key, {"route": key, "kind": kind.value, "team": teams.get(key, "")})
    return list(found.values())


def weeks_of(tally: Tally) -> float:
    """Return how many weeks lie between the first and the last day, both included."""
    if not tally.first:
        return 1.0
    first, last = date.fromisoformat(tally.first), date.fromisoformat(tally.last)
    return ((last - first).days + 1) / 7


def _affected(tally: Tally, attribute: str) -> list[dict[str, Any]]:
    """Return a row a group: how many, the share referred before and after, and the difference. Small ones are empty."""
    groups = sorted((label, counts) for (of, label), counts in tally.who.items() if of == attribute and counts[0])
    hidden = held_back([counts[0] for _, counts in groups])
    return [
        {"group": label, "hidden": True} if place in hidden else {"group": label} | _group(counts)
        for place, (label, counts) in enumerate(groups)
    ]


def _group(counts: list[int]) -> dict[str, Any]:
    whole, before, after, came_in, went_out = counts
    difference, low, high = paired_difference(came_in, went_out, whole)
    return {
        "children": whole,
        "before": before,
        "after": after,
        "newly_in": came_in,
        "newly_out": went_out,
        "difference": round(difference, 4),
        "range": _rounded((low, high)),
        "by_chance": low <= 0 <= high,
    }


def _rules(tally: Tally, side: str) -> dict[str, Any]:
    met = {rule: counts for (of, rule), counts in sorted(tally.fired.items()) if of == side}
    return {
        "never": [rule for rule, counts in met.items() if not counts[0]],
        "met": {rule: counts[0] for rule, counts in met.items() if counts[0]},
        "alone": {rule: counts[1] for rule, counts in met.items() if counts[1]},
    }


def _rounded(ends: tuple[float, float]) -> list[float]:
    return [round(end, 4) for end in ends]
