"""How the forecast of what will be late is worked out, and how well it did on weeks it had not seen."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template

from mash.measures.chance import BANDS, PRESSED, WAYS, Look, Record
from mash.measures.learnt import Taught, taught_last
from mash.measures.suppress import HIDDEN
from mash.measures.waits import PARTS
from mash.web.access import needs_role
from mash.web.few import counts, leaves_team, tells_few
from mash.web.wiring import reading

blueprint = Blueprint("forecast", __name__)


@dataclass(frozen=True, slots=True)
class Row:
    """All looks at contacts that waited alike, before a queue alike: the share late of each band, and of how many.

    A share is None, and a number of looks ``c``, where few stand behind it and its reader is outside the team.
    """

    way: str
    pressed: str
    shares: tuple[float | None, ...]
    looks: tuple[int | str, ...]


@blueprint.get("/timeliness/forecast")
@needs_role("practitioner", "manager", "reviewer", "auditor")
def show() -> str:
    """Show what was learnt, and the error of the forecast beside that of a plain share."""
    with reading() as session:
        taught = taught_last(session)
    leaving = leaves_team()
    told: dict[str, Any] = {
        "rows": table(taught, leaving=leaving) if taught else [],
        "bands": BANDS,
        "says": verdict(taught),
    }
    record = taught.record if taught else None
    weeks = counts([week.looks for week in record.weeks], leaving=leaving) if record else []
    said = counts([one.looks for one in record.said], leaving=leaving) if record else []
    shares = [not tells_few(one.late, one.looks, leaving=leaving) for one in record.said] if record else []
    told |= {"week_looks": weeks, "said_looks": said, "said_shares": shares, "leaving": leaving}
    return render_template("forecast.html", taught=taught, **told)


def table(taught: Taught, *, leaving: bool) -> list[Row]:
    """Give what was learnt, a row for each way of waiting and length of queue that was ever seen."""
    kinds = [(way, pressed) for way in WAYS for pressed in range(len(PRESSED))]
    looks = [Look(band, way, pressed) for way, pressed in kinds for band in range(len(BANDS))]
    seen = [taught.learnt.counts.get(look, (0, 0)) for look in looks]
    shown = counts([of for _, of in seen], leaving=leaving)
    shares = [
        None if number == HIDDEN or tells_few(late, of, leaving=leaving) else taught.learnt.shares[look]
        for look, (late, of), number in zip(looks, seen, shown, strict=True)
    ]
    rows = []
    for place, (way, pressed) in enumerate(kinds):
        cells = slice(place * len(BANDS), (place + 1) * len(BANDS))
        if any(of for _, of in seen[cells]):
            rows.append(Row(PARTS[way], PRESSED[pressed], tuple(shares[cells]), tuple(shown[cells])))
    return rows


def verdict(taught: Taught | None) -> str:
    """Say in words how well it does."""
    if taught is None:
        return "Nothing has been learnt yet. The scheduler learns once a day, within minutes of its start."
    if not taught.enough:
        return "Too few contacts have come in the last weeks to learn from, so no chances are shown."
    if not taught.record.weeks:
        return "There are too few weeks before the last to try it on, so no chances are shown yet."
    return _beside(taught.record)


def _beside(record: Record) -> str:
    weeks = len(record.weeks)
    said = (
        f"Over the last {weeks} weeks it had not seen, its mean squared error was {record.error:.4f}; that of a plain "
        f"share by time left was {record.baseline:.4f}. It was nearer in {record.better} of {weeks} weeks."
    )
    if not record.is_worth_it:
        return said + " It is not better than the plain share, so no chances are shown on the timeliness page."
    gained = 1 - record.error / record.baseline if record.baseline else 0
    return said + f" That is {gained:.1%} less error."
