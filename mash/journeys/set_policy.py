"""Set a dated policy from a day on, with a reason. What held before stays; an event says what changed."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.move_deadlines import move_deadlines
from mash.journeys.practice import practice_from
from mash.journeys.set_up import keep_shipped
from mash.models import EventHead, Policy
from mash.queries.policies import policy_entries
from mash.rules import RuleBook
from mash.workflow import clock_policy, escalation, pattern, sign_off, timeliness
from mash.workflow.backup_policy import backup_policies_from
from mash.workflow.calendar import LONDON, london_day, weeks_from
from mash.workflow.claims import claim_policies_from
from mash.workflow.privacy import privacy_policies_from
from mash.workflow.retention import retention_policies_from
from mash.workflow.sign_in_policy import sign_in_policies_from

READERS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "sign_off": sign_off.policies_from,
    "pattern": pattern.pattern_policies_from,
    "escalation": escalation.escalation_policies_from,
    "claims": claim_policies_from,
    "clocks": clock_policy.clock_policies_from,
    "opening_hours": weeks_from,
    "timeliness": timeliness.timeliness_policies_from,
    "sign_in": sign_in_policies_from,
    "privacy": privacy_policies_from,
    "backup": backup_policies_from,
    "retention": retention_policies_from,
}
"""How each policy that may be set here is read, and so checked."""


class PolicyRefused(Exception):
    """A policy that cannot be set. ``field`` is the answer at fault; the message is fit for a page."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field


def set_policy(
    session: Session,
    name: str,
    content: Mapping[str, Any],
    *,
    starts: date,
    reason: str,
    rulebook: RuleBook,
    by: Actor,
    at: datetime,
) -> int:
    """Add an entry to a policy. Of several for one day the one set last counts.

    Where clocks or opening hours change, what has started under them is worked out again, each with an event.

    Args:
        content: What it says, in the shape of its document in ``mash/data``, without its day.

    Returns:
        How many deadlines moved.

    Raises:
        PolicyRefused: If its day has passed, it cannot be read, or it changes nothing.
    """
    if starts < london_day(at):
        raise PolicyRefused("starts", "The day it begins must be today or later")
    entry = {**content, "from": starts.isoformat()}
    try:
        READERS[name]({"policies": [entry]})
    except ValueError as wrong:
        raise PolicyRefused("_schema", str(wrong)) from None
    session.execute(select(EventHead).where(EventHead.id == 1).with_for_update())
    keep_shipped(session, name, by=Actor.system("set_up"), at=at)
    before = _said(policy_entries(session, name).get(name, []), starts)
    if before == _without_day(entry) and not (name == "clocks" and _outdone(session, starts, rulebook)):
        raise PolicyRefused("_schema", "Nothing is different from what holds on that day already")
    session.add(Policy(name=name, effective_from=starts, content=entry, by_id=by.user_id, reason=reason, at=at))
    session.flush()
    said = {"policy": name, "begins": starts.isoformat(), "from": before, "to": _without_day(entry), "reason": reason}
    record_event(session, kind="policy.set", at=at, by=by, data=said)
    return _move(session, name, starts, reason, rulebook=rulebook, by=by, at=at)


def _move(
    session: Session, name: str, starts: date, reason: str, *, rulebook: RuleBook, by: Actor, at: datetime
) -> int:
    """Move what the change reaches: clocks begun on or after its day, or anything open where opening hours change."""
    if name not in {"clocks", "opening_hours"}:
        return 0
    since = datetime.combine(starts, time(), LONDON) if name == "clocks" else None
    clocks = clock_policy.CLOCKS.items()
    counted = [each for each, clock in clocks if name == "clocks" or not clock.day_and_night]
    practice = practice_from(session, rulebook)
    return move_deadlines(session, counted, practice=practice, why=reason, by=by, at=at, since=since)


def _outdone(session: Session, day: date, rulebook: RuleBook) -> bool:
    """Say whether thresholds begun before a day set a clock otherwise than its policy, which set again goes first."""
    _, (differing, version) = practice_from(session, rulebook).limits_on(day)
    return bool(differing) and rulebook.get(version).effective_from < day


def _said(entries: list[dict[str, Any]], day: date) -> dict[str, Any] | None:
    begun = [entry for entry in entries if date.fromisoformat(entry["from"]) <= day]
    return _without_day(begun[-1]) if begun else None


def _without_day(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Give what an entry says, without its day and without where one that came with the service was taken from."""
    return {name: said for name, said in entry.items() if name not in {"from", "source"}}
