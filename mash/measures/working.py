"""How the front door worked over some weeks, measured from the record: who came, who was there, what took how long."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from statistics import median, quantiles

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.measures.chance_cases import Case, begins, told_of
from mash.measures.waits import ANSWERED, TO_MANAGER
from mash.models import Contact
from mash.staffing.working import MINUTE, Slot, Working
from mash.workflow.calendar import LONDON, Calendar, london_day

SAMPLE = 200
"""So many lengths are kept of each kind, evenly through their order."""


def working_of(session: Session, cases: Sequence[Case], first: date, last: date, calendar: Calendar) -> Working:
    """Measure some contacts received on the London days from one to another."""
    here = [case for case in cases if first <= london_day(case.received_at) <= last]
    told = told_of(session, [case.id for case in here])
    rated = ratings(session, [case.id for case in here])
    signed: Counter[bool] = Counter()
    replies, answers, asked = [], [], 0
    seen: defaultdict[date, defaultdict[int, list[datetime]]] = defaultdict(lambda: defaultdict(list))
    for case in here:
        events, requests = told.get(case.id, ([], []))
        sent = [at for kind, at, _ in events if kind in TO_MANAGER]
        if sent:
            signed[rated.get(case.id) == "red"] += 1
            back = min((at for kind, at, _ in events if kind in ANSWERED and at >= sent[0]), default=case.decided_at)
            if back is not None:
                answers.append(calendar.open_between(sent[0], back) / MINUTE)
        if requests:
            asked += 1
            if all(one.until for one in requests):
                until = max(one.until for one in requests if one.until)
                replies.append((until - min(one.since for one in requests)) / MINUTE)
        for _, at, by in events:
            if by is not None:
                seen[london_day(at)][by].append(at)
    reds = sum(rated.get(case.id) == "red" for case in here)
    return Working(
        arrivals=_arrivals(here, first, last),
        people=_people(seen, first, last, calendar),
        early_help=_part(sum(case.early_help for case in here), len(here)),
        red=_part(reds, len(here)),
        red_signed=_part(signed[True], reds),
        other_signed=_part(signed[False], len(here) - reds),
        asked=_part(asked, len(here)),
        replies=thinned(replies),
        answers=thinned(answers),
        out_of_order=_spread([(case.decided_at - case.due) / MINUTE for case in here if case.decided_at is not None]),
        usual_open=_open_usually(cases, first, last, calendar),
    )


def _open_usually(cases: Sequence[Case], first: date, last: date, calendar: Calendar) -> float:
    """Count what is open at the full hours of opening of every working day, and give the middle."""
    found = [
        sum(case.received_at <= at and (case.decided_at is None or case.decided_at > at) for case in cases)
        for day in _days(first, last)
        if calendar.is_working_day(day)
        for at in (calendar.opens(day), calendar.closes(day))
    ]
    return float(median(found)) if found else 0.0


def ratings(session: Session, ids: Sequence[int]) -> dict[int, str | None]:
    """Give how each of some contacts is rated."""
    found: dict[int, str | None] = {}
    for start in range(0, len(ids), 500):
        some = select(Contact.id, Contact.rating).where(Contact.id.in_(ids[start : start + 500]))
        found.update((row[0], row[1]) for row in session.execute(some))
    return found


def thinned(lengths: Iterable[float]) -> list[float]:
    """Keep lengths evenly through their order, so that they are a fair sample of all."""
    ordered = sorted(lengths)
    if len(ordered) <= SAMPLE:
        return [round(one, 1) for one in ordered]
    return [round(ordered[int((place + 0.5) / SAMPLE * len(ordered))], 1) for place in range(SAMPLE)]


def _spread(lengths: Sequence[float]) -> float:
    """Give the standard deviation of the middle four fifths, as if the rest were as even."""
    if len(lengths) < SAMPLE:
        return 0.0
    cuts = quantiles(lengths, n=10)
    return round((cuts[-1] - cuts[0]) / 2.563, 1)


def _part(some: int, of: int) -> float:
    return round(some / of, 4) if of else 0.0


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=place) for place in range((last - first).days + 1)]


def _arrivals(here: Sequence[Case], first: date, last: date) -> dict[Slot, float]:
    days = Counter(day.weekday() for day in _days(first, last))
    came = Counter((at.weekday(), at.hour) for at in (case.received_at.astimezone(LONDON) for case in here))
    return {slot: round(number / days[slot[0]], 3) for slot, number in came.items()}


def _people(
    seen: Mapping[date, Mapping[int, Sequence[datetime]]], first: date, last: date, calendar: Calendar
) -> dict[Slot, float]:
    """Count who did anything on a contact that day: there from their first act to the hour of their last."""
    there: Counter[Slot] = Counter()
    open_hours: Counter[Slot] = Counter()
    for day in _days(first, last):
        if not calendar.is_working_day(day):
            continue
        opens, closes = (end.astimezone(LONDON).hour for end in (calendar.opens(day), calendar.closes(day)))
        hours = range(opens, closes + (calendar.closes(day) > begins(day, closes)))
        open_hours.update((day.weekday(), hour) for hour in hours)
        for moments in seen.get(day, {}).values():
            local = [at.astimezone(LONDON).hour for at in moments]
            there.update((day.weekday(), hour) for hour in hours if min(local) <= hour <= max(local))
    return {slot: round(there[slot] / number, 3) for slot, number in open_hours.items()}
