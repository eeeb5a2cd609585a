"""From which weeks a figure's process limits were begun anew, and why, as the chain has it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import Event

BEGUN, TAKEN_BACK = "chart_limits.begun", "chart_limits.taken_back"


@dataclass(frozen=True, slots=True)
class Begun:
    """New limits from a Monday on, and the reason given."""

    monday: date
    reason: str


def limits_begun(session: Session) -> dict[str, list[Begun]]:
    """Give what stands for each measure, in order of the week; what was taken back does not."""
    standing: dict[tuple[str, date], Begun] = {}
    told = select(Event.kind, Event.data).where(Event.kind.in_((BEGUN, TAKEN_BACK))).order_by(Event.seq)
    for kind, data in session.execute(told):
        monday = date.fromisoformat(data["from"])
        if kind == BEGUN:
            standing[data["measure"], monday] = Begun(monday, data["reason"])
        else:
            standing.pop((data["measure"], monday), None)
    found: dict[str, list[Begun]] = {}
    for (measure, _), begun in sorted(standing.items(), key=lambda one: one[0][1]):
        found.setdefault(measure, []).append(begun)
    return found
