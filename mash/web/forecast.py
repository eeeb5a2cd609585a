"""How the forecast of what will be late is worked out, and how well it did on weeks it had not seen."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from mash.measures.chance import BANDS, PRESSED, WAYS, Look, Record
from mash.measures.learnt import Taught, taught_last
from mash.measures.waits import PARTS
from mash.web.access import needs_role
from mash.web.wiring import reading

blueprint = Blueprint("forecast", __name__)


@dataclass(frozen=True, slots=True)
class Row:
    """All looks at contacts that waited alike, before a queue alike: the share late of each band, and of how many."""

    way: str
    pressed: str
    shares: tuple[float, ...]
    looks: tuple[int, ...]


@blueprint.get("/timeliness/forecast")
@needs_role("practitioner", "manager", "reviewer", "auditor")
def show() -> str:
    """Show what was learnt, and the error of the forecast beside that of a plain share."""
    with reading() as session:
        taught = taught_last(session)
    rows = table(taught) if taught else []
    return render_template("forecast.html", taught=taught, rows=rows, bands=BANDS, says=verdict(taught))


def table(taught: Taught) -> list[Row]:
    """Give what was learnt, a row for each way of waiting and length of queue that was ever seen."""
    rows = []
    for way in WAYS:
        for pressed, words in enumerate(PRESSED):
            line = [Look(band, way, pressed) for band in range(len(BANDS))]
            looks = tuple(taught.learnt.counts.get(look, (0, 0))[1] for look in line)
            if any(looks):
                rows.append(Row(PARTS[way], words, tuple(taught.learnt.shares[look] for look in line), looks))
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
