"""The front door as it works: who comes when, how long things take, who is there; as measured, and as it might be."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from mash.workflow.calendar import LONDON, Calendar

Slot = tuple[int, int]
"""A weekday, Monday 0, and an hour of its day in London."""
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Working:
    """How the front door works, measured over some weeks.

    Attributes:
        arrivals: Contacts received in each hour of the week, on average.
        people: People at work on contacts in each opening hour, on average.
        early_help: Share judged by the early help clock.
        red: Share rated red.
        red_signed, other_signed: Share of the red and of the others that a manager must agree.
        asked: Share about which a partner is asked.
        replies: How long partners took until the last had answered, in minutes, day and night; a sample.
        answers: How long managers took, in opening minutes; a sample.
        out_of_order: How far people strayed from taking the soonest due first: the spread, in minutes, of how long
            before or after its deadline a contact was decided.
        usual_open: How many are open in an opening hour, in the middle.
        keeps_up: How people keep up with a longer queue: work goes so many times as quickly, as a power of how many
            times the usual number is open; from nought, not at all, to one. Found by calibration.
        minutes: Work on one contact, in minutes; found by calibration, as no record holds it.
    """

    arrivals: Mapping[Slot, float]
    people: Mapping[Slot, float]
    early_help: float
    red: float
    red_signed: float
    other_signed: float
    asked: float
    replies: Sequence[float]
    answers: Sequence[float]
    out_of_order: float = 0.0
    usual_open: float = 0.0
    keeps_up: float = 0.0
    minutes: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Write it as it is kept."""
        flat = {name: getattr(self, name) for name in self.__slots__}
        for table in ("arrivals", "people"):
            flat[table] = [[day, hour, value] for (day, hour), value in sorted(flat[table].items())]
        return flat | {"replies": list(self.replies), "answers": list(self.answers)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Working":
        """Read it back."""
        tables = {name: {(day, hour): value for day, hour, value in kept[name]} for name in ("arrivals", "people")}
        return cls(**{**kept, **tables})

    def pace(self, waiting: int) -> float:
        """Say how many times as quickly as usual work goes with so many open; twice as quickly at most."""
        if not self.keeps_up or not self.usual_open:
            return 1.0
        return float(min(2.0, max(0.5, (waiting / self.usual_open) ** self.keeps_up)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What might be done differently. As it stands, nothing is.

    Attributes:
        people: More people, or fewer if below nought, from one hour to another of each working day.
        in_order: People take the soonest due first, always.
        only_red_signed: A manager must agree the red ones only.
        replies_within: Partners answer within so many hours.
        assessments: So many more assessments a week, or fewer if below nought, each with as much work here as
            ``extra_work`` contacts.
        arrivals: Contacts that come, as a multiple.
    """

    people: float = 0
    from_hour: int = 0
    to_hour: int = 24
    in_order: bool = False
    only_red_signed: bool = False
    replies_within: float | None = None
    assessments: float = 0
    extra_work: float = 1
    arrivals: float = 1


class Coming(NamedTuple):
    """One contact of a simulation. Moments and lengths are minutes; ``answer`` is opening time, ``reply`` any time.

    ``turn`` is what it is taken by: its deadline, or as much before or after it as people stray from that order.
    """

    received: float
    due: float
    turn: float
    red: bool
    work: float
    reply: float | None
    answer: float | None


@dataclass(frozen=True, slots=True)
class Duty:
    """The opening hours of a simulation in order, and how many are at work in each."""

    starts: Sequence[float]
    ends: Sequence[float]
    people: Sequence[int]
    opened: Sequence[float] = field(init=False)
    """Opening minutes before each of them."""

    def __post_init__(self) -> None:
        opened, total = [], 0.0
        for start, end in zip(self.starts, self.ends, strict=True):
            opened.append(total)
            total += end - start
        object.__setattr__(self, "opened", (*opened, total))

    def minutes(self, until: float) -> float:
        """Minutes that people are there, together, up to a minute."""
        hours = zip(self.starts, self.ends, self.people, strict=True)
        return sum(max(0.0, min(end, until) - start) * many for start, end, many in hours)

    def place(self, minute: float) -> int | None:
        """Give the place of the opening hour at a minute or next after it; None if there is none."""
        place = bisect_right(self.ends, minute)
        return place if place < len(self.ends) else None

    def later(self, minute: float, opening: float) -> float | None:
        """Give the minute by which so much opening time has passed; None if that is after the end."""
        place = self.place(minute)
        if place is None:
            return None
        wanted = self.opened[place] + max(0.0, minute - self.starts[place]) + opening
        at = bisect_right(self.opened, wanted) - 1
        if at >= len(self.starts):
            return None
        return self.starts[at] + wanted - self.opened[at]


def duty_of(
    working: Working, change: Change, begins: datetime, ends: datetime, calendar: Calendar, chance: Random
) -> Duty:
    """Say who is there in each opening hour of a time; a part of a person is there on that share of the days."""
    starts, stops, people = [], [], []
    day = begins.astimezone(LONDON).date()
    while day <= ends.astimezone(LONDON).date():
        if calendar.is_working_day(day):
            opens, closes, there = calendar.opens(day), calendar.closes(day), chance.random()
            while opens < closes:
                until = min(opens + timedelta(hours=1), closes)
                local = opens.astimezone(LONDON)
                usual = working.people.get((local.weekday(), local.hour), 0.0)
                more = change.people if change.from_hour <= local.hour < change.to_hour else 0
                starts.append((opens - begins) / MINUTE)
                stops.append((until - begins) / MINUTE)
                people.append(max(0, int(usual + more) + (there < (usual + more) % 1)))
                opens = until
        day += timedelta(days=1)
    return Duty(starts, stops, people)
