"""The front door as a discrete-event simulation: people take what is most urgent, wait for others, and go home.

Red first and then by their turn: the soonest due, as the queue stands, as far as people keep to that. Whoever goes home
leaves the rest of the work to be taken up again. Built on SimPy.
"""

from collections.abc import Callable, Generator, Sequence
from typing import Any

import simpy

from mash.staffing.working import Coming, Duty

Steps = Generator[simpy.Event, Any, None]
Pace = Callable[[int], float]
LEAST = 1e-6


class _Job:
    """One contact being dealt with: which stretch of work comes next, and how much of it is left."""

    def __init__(self, number: int, coming: Coming) -> None:
        self.number, self.coming = number, coming
        asked = coming.reply is not None
        self.stretches = [coming.work / 2, coming.work / 2] if asked else [coming.work]


class _FrontDoor:
    def __init__(self, contacts: Sequence[Coming], duty: Duty, pace: Pace) -> None:
        self.env, self.duty, self.pace, self.open = simpy.Environment(), duty, pace, 0
        self.queue = simpy.PriorityStore(self.env)
        self.decided: list[float | None] = [None] * len(contacts)
        self.worked = 0.0
        self.env.process(self._arrive(contacts))
        for number in range(max(duty.people, default=0)):
            self.env.process(self._person(number))

    def _arrive(self, contacts: Sequence[Coming]) -> Steps:
        for number in sorted(range(len(contacts)), key=lambda number: contacts[number].received):
            if (wait := contacts[number].received - self.env.now) > 0:
                yield self.env.timeout(wait)
            self.open += 1
            self._put(_Job(number, contacts[number]))

    def _put(self, job: _Job) -> None:
        urgent = (not job.coming.red, job.coming.turn, job.number)
        self.queue.put(simpy.PriorityItem(urgent, job))

    def _person(self, number: int) -> Steps:
        """Take and do, hour by hour, whenever this one is on duty."""
        while (place := self.duty.place(self.env.now + LEAST)) is not None:
            start, end = self.duty.starts[place], self.duty.ends[place]
            if self.env.now < start - LEAST:
                yield self.env.timeout(start - self.env.now)
            elif number >= self.duty.people[place]:
                yield self.env.timeout(end - self.env.now)
            else:
                taken = self.queue.get()
                over = self.env.timeout(end - self.env.now)
                yield taken | over
                if taken.triggered:
                    item: Any = taken.value
                    yield from self._work(item.item, number)
                else:
                    taken.cancel()

    def _work(self, job: _Job, number: int) -> Steps:
        """Work on one contact until this stretch of it is done or this person goes home."""
        pace = self.pace(self.open)
        length = min(job.stretches[0] / pace, self._until_home(number) - self.env.now)
        if length > 0:
            yield self.env.timeout(length)
        self.worked += length
        job.stretches[0] -= length * pace
        if job.stretches[0] > LEAST:
            self._put(job)
            return
        del job.stretches[0]
        self.env.process(self._after(job))

    def _until_home(self, number: int) -> float:
        """Give when this person, now on duty, next is not."""
        place = self.duty.place(self.env.now + LEAST)
        while place is not None:
            end = self.duty.ends[place]
            following = place + 1
            if following >= len(self.duty.starts) or self.duty.starts[following] > end + LEAST:
                return end
            if self.duty.people[following] <= number:
                return end
            place = following
        return self.env.now

    def _after(self, job: _Job) -> Steps:
        """Wait for the partner or the manager, and go on."""
        coming = job.coming
        if job.stretches:
            yield self.env.timeout(coming.reply or 0)
            self._put(job)
            return
        self.open -= 1
        decided: float | None = self.env.now
        if coming.answer is not None:
            decided = self.duty.later(self.env.now, coming.answer)
        self.decided[job.number] = decided


def simulate(contacts: Sequence[Coming], duty: Duty, *, pace: Pace, until: float) -> tuple[list[float | None], float]:
    """Let some contacts come and be dealt with.

    Args:
        pace: How many times as quickly as usual work goes, by how many are open.
        until: The last minute.

    Returns:
        When each was decided, in minutes, None if it was not by then; and how many minutes were worked.
    """
    door = _FrontDoor(contacts, duty, pace)
    door.env.run(until=until)
    found = [at if at is not None and at <= until else None for at in door.decided]
    return found, door.worked
