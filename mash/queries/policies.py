"""Dated policies as the council set them: what each said, from when, who set it and why, and which counts on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import BankHoliday, Event, LocalClosure, Policy, User
from mash.workflow.calendar import london_day
from mash.workflow.claims import claim_policies_from, claim_policy_on


@dataclass(frozen=True, slots=True)
class PolicySet:
    """One entry of a policy.

    Attributes:
        content: What it says, in the shape of its document in ``mash/data``.
        by: Who set it; empty for one that came with the service.
    """

    id: int
    name: str
    starts: date
    content: dict[str, Any]
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Earlier:
    """An entry that no longer counts. ``last_day``: None for one replaced by another for the same day."""

    entry: PolicySet
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """The entries of one policy as they stand on a day.

    Attributes:
        now: What counts on the day; None where nothing has begun.
        coming: What is to begin later, the soonest first.
        earlier: What no longer counts, the newest first.
    """

    now: PolicySet | None
    coming: tuple[PolicySet, ...]
    earlier: tuple[Earlier, ...]


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day on which the front door is closed. ``by`` and ``at`` are empty for one that came with the service."""

    day: date
    why: str
    bank_holiday: bool
    by: str = ""
    at: datetime | None = None


def policy_entries(session: Session, *names: str) -> dict[str, list[dict[str, Any]]]:
    """Give the entries of these policies, or of all, as in their documents; of those for one day the last set last."""
    wanted = select(Policy.name, Policy.effective_from, Policy.content)
    wanted = wanted.where(Policy.name.in_(names)) if names else wanted
    found: dict[str, list[dict[str, Any]]] = {}
    for row in session.execute(wanted.order_by(Policy.name, Policy.effective_from, Policy.id)):
        found.setdefault(row.name, []).append({**row.content, "from": row.effective_from.isoformat()})
    return found


def policy_document(session: Session, name: str) -> dict[str, list[dict[str, Any]]]:
    """Give every entry of a policy in the shape of its document."""
    return {"policies": policy_entries(session, name).get(name, [])}


def claim_lapse(session: Session, at: datetime) -> timedelta:
    """Say after how long without a sign of its holder a contact is free for others."""
    policies = claim_policies_from(policy_document(session, "claims"))
    return claim_policy_on(london_day(at), policies).lapses_after


def standing(session: Session, day: date) -> dict[str, Standing]:
    """Give every policy held in the database as it stands on a day, by its name."""
    rows = session.execute(
        select(Policy, User.name)
        .outerjoin(User, User.id == Policy.by_id)
        .order_by(Policy.name, Policy.effective_from, Policy.id)
    )
    held: dict[str, list[PolicySet]] = {}
    for row, by in rows:
        entry = PolicySet(row.id, row.name, row.effective_from, row.content, by or "", row.reason, row.at)
        held.setdefault(row.name, []).append(entry)
    return {name: stand(entries, day) for name, entries in held.items()}


def stand(entries: Sequence[PolicySet], day: date) -> Standing:
    """Sort the entries of one policy, oldest first and each day's last set last, by whether they count on a day."""
    counted = list({entry.starts: entry for entry in entries}.values())
    ends = {entry.id: later.starts - timedelta(days=1) for entry, later in pairwise(counted)}
    begun = [entry for entry in counted if entry.starts <= day]
    coming = tuple(entry for entry in counted if entry.starts > day)
    now = begun[-1] if begun else None
    past = [entry for entry in entries if entry is not now and entry not in coming]
    return Standing(now, coming, tuple(Earlier(entry, ends.get(entry.id)) for entry in reversed(past)))


def closed_days(session: Session) -> list[ClosedDay]:
    """List bank holidays and the days closed here, in order, with who added those that were added here."""
    added = {
        date.fromisoformat(row.data["day"]): (row.name or row.actor, row.at)
        for row in session.execute(
            select(Event.data, Event.at, Event.actor, User.name)
            .outerjoin(User, User.id == Event.by_id)
            .where(Event.kind == "calendar.day_closed")
            .order_by(Event.seq)
        )
    }
    holidays = session.execute(select(BankHoliday.day, BankHoliday.title)).all()
    closures = session.execute(select(LocalClosure.day, LocalClosure.reason)).all()
    days = [ClosedDay(day, why, True, *added.get(day, ("", None))) for day, why in holidays]
    days += [ClosedDay(day, why, False, *added.get(day, ("", None))) for day, why in closures]
    return sorted(days, key=lambda one: one.day)
