"""An answer about the coming weeks as rows, as a picture, and in sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mash.staffing.answer import NOW, FitWeek

LEFT, WIDTH, STEP = 300, 560, 34
"""Where the picture begins, how wide all of 100% is, and how far its lines are apart."""
FIT_WIDTH, FIT_HEIGHT = 760, 200


@dataclass(frozen=True, slots=True)
class Row:
    """One plan: the share in time in per cent, late contacts a week, contacts open at the end; each mean, low, high."""

    name: str
    in_time: tuple[float, float, float]
    more: tuple[float, float, float] | None
    late: tuple[float, float, float]
    open: tuple[float, float, float]
    reaches: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the picture: the range as a line from one x to another, and the middle as a mark."""

    name: str
    said: str
    y: int
    low: float
    high: float
    middle: float


def rows_of(result: Mapping[str, Any]) -> list[Row]:
    """Give the plans, things as they stand first and then whatever brings most."""
    rows = []
    for name, answer in result["answers"].items():
        shares = _three(answer["brings"]["in_time"], 100)
        target = result["target"]
        reaches = "yes" if shares[1] >= target else "in some runs" if shares[2] >= target else "no"
        more = None if name == NOW else _three(answer["differs"]["in_time"], 100)
        late, still = _three(answer["brings"]["late_a_week"]), _three(answer["brings"]["open"])
        rows.append(Row(name, shares, more, late, still, reaches))
    return sorted(rows, key=lambda row: (row.more is not None, -row.in_time[0]))


def _three(found: Mapping[str, float], times: float = 1) -> tuple[float, float, float]:
    return found["mean"] * times, found["low"] * times, found["high"] * times


def bars(rows: Sequence[Row], target: int) -> dict[str, Any]:
    """Lay out the picture: a line for each plan, and one down it for the target."""

    def x(share: float) -> float:
        return round(LEFT + share / 100 * WIDTH, 1)

    lines = [
        Bar(row.name, _range(row.in_time), place * STEP + 20, x(row.in_time[1]), x(row.in_time[2]), x(row.in_time[0]))
        for place, row in enumerate(rows)
    ]
    return {
        "lines": lines,
        "height": len(rows) * STEP + 44,
        "target": x(target),
        "ticks": [(share, x(share)) for share in (0, 25, 50, 75, 100)],
    }


def _range(three: tuple[float, float, float]) -> str:
    return f"{three[0]:.0f}% ({three[1]:.0f} to {three[2]:.0f})"


def says(result: Mapping[str, Any]) -> list[str]:
    """Say what was found, in sentences."""
    rows = rows_of(result)
    now, rest = rows[0], rows[1:]
    said = [
        f"As things stand, {_range(now.in_time)} of what comes would be in time; {result['target']}% is the target."
    ]
    if rest and rest[0].more is not None and rest[0].more[1] > 0:
        best = rest[0]
        said.append(f"Most would come of “{best.name}”: {_points(best.more)}.")
    elif rest:
        said.append("None of these brings more than chance would.")
    people = result["people"]
    if people == 0:
        said.append("The target is reached without anybody more.")
    elif people is not None:
        more = "person" if people == 1 else "people"
        said.append(f"{people} {more} more all day would reach {result['target']}%, all else as it is.")
    else:
        said.append(f"Twelve people more all day would not reach {result['target']}%, all else as it is.")
    return said


def _points(more: tuple[float, float, float] | None) -> str:
    return f"{more[0]:+.1f} points ({more[1]:+.1f} to {more[2]:+.1f})" if more else ""


def fit_path(fit: Sequence[FitWeek]) -> dict[str, Any] | None:
    """Lay out the share in time of past weeks, as it was and as simulated."""
    if len(fit) < 2:
        return None
    step = (FIT_WIDTH - 60) / (len(fit) - 1)

    def y(share: float) -> float:
        return round(12 + (1 - share) * (FIT_HEIGHT - 46), 1)

    def points(shares: Sequence[float]) -> list[tuple[float, float]]:
        return [(round(44 + place * step, 1), y(share)) for place, share in enumerate(shares)]

    held = next((place for place, week in enumerate(fit) if not week.fitted), None)
    apart = [abs(week.seen - week.simulated) for week in fit if not week.fitted]
    return {
        "seen": points([week.seen for week in fit]),
        "simulated": points([week.simulated for week in fit]),
        "ticks": [(share, y(share / 100)) for share in (0, 50, 100)],
        "held": round(44 + (held - 0.5) * step, 1) if held else None,
        "labels": [(f"{week.week.day} {week.week:%b}", round(44 + place * step, 1)) for place, week in enumerate(fit)],
        "apart": 100 * sum(apart) / len(apart) if apart else None,
    }
