"""Fill a new database with what the service needs before anyone uses it. Run again, it adds only what is missing."""

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from mash.config import DATA
from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.keep_kinds import keep_kinds
from mash.journeys.routes import routes_of
from mash.models import BankHoliday, Policy, RuleSetAdoption
from mash.queries.rule_books import book_with_published, published_as_approved
from mash.rules import RuleBook
from mash.rules.book import ThresholdsChanged
from mash.workflow.calendar import bank_holidays_from

POLICIES = {
    "opening_hours": "opening_hours.json",
    "sign_off": "sign_off_policy.json",
    "clocks": "clock_policy.json",
    "pattern": "pattern_policy.json",
    "escalation": "escalation_policy.json",
    "timeliness": "timeliness_policy.json",
    "claims": "claim_policy.json",
    "going_live": "going_live_policy.json",
    "privacy": "privacy_policy.json",
    "sign_in": "sign_in_policy.json",
    "backup": "backup_policy.json",
    "retention": "retention_policy.json",
}


def set_up(session: Session, *, rulebook: RuleBook, by: Actor, at: datetime) -> list[str]:
    """Add bank holidays, dated policies and the adoption of each threshold version, where missing.

    What kind each outcome of a version is stands beside them, so that what was decided by it is counted.

    Returns:
        What was added, a few words each.
    """
    added = [*_calendar(session), *_policies(session, by=by, at=at), *_adoptions(session, rulebook, at=at)]
    keep_kinds(session, routes_of(None, book_with_published(session, rulebook)))
    if added:
        record_event(session, kind="service.set_up", at=at, by=by, data={"added": added})
    return added


def _calendar(session: Session) -> list[str]:
    added = []
    if not session.scalar(select(exists().where(BankHoliday.title != ""))):
        known = bank_holidays_from(_shipped("bank_holidays.json"))
        session.add_all(BankHoliday(day=day, title=title) for day, title in known.items())
        added.append(f"{len(known)} bank holidays")
    return added


def _policies(session: Session, *, by: Actor, at: datetime) -> list[str]:
    """Keep each shipped policy under its first day, so that a council adds its own after it and edits nothing."""
    return [f"{name} policy" for name in POLICIES if keep_shipped(session, name, by=by, at=at)]


def keep_shipped(session: Session, name: str, *, by: Actor, at: datetime) -> bool:
    """Keep a policy as shipped where none is kept. Return whether that was so."""
    if session.scalar(select(exists().where(Policy.name == name))):
        return False
    for entry in shipped_entries(name):
        starts = date.fromisoformat(entry["from"])
        session.add(Policy(name=name, effective_from=starts, content=entry, by_id=by.user_id, at=at))
    session.flush()
    return True


def shipped_entries(name: str) -> list[dict[str, Any]]:
    """Give the entries of a policy as shipped."""
    entries: list[dict[str, Any]] = _shipped(POLICIES[name])["policies"]
    return entries


def _adoptions(session: Session, rulebook: RuleBook, *, at: datetime) -> list[str]:
    """Pin the hash of every version on disk that is not known yet."""
    known = set(session.scalars(select(RuleSetAdoption.ruleset_id)))
    new = [version for version in rulebook.versions if version.id not in known]
    session.add_all(
        RuleSetAdoption(
            ruleset_id=version.id,
            content_hash=version.content_hash,
            title=version.title,
            effective_from=version.effective_from,
            effective_to=version.effective_to,
            approvers=[],
            at=at,
        )
        for version in new
    )
    return [f"thresholds {version.id}" for version in new]


def require_adopted(session: Session, rulebook: RuleBook) -> None:
    """Refuse to start over a version that was changed after it was adopted: a file, or one published here.

    Raises:
        ThresholdsChanged: Naming each version that differs.
    """
    published_as_approved(session, rulebook.catalogue)
    book_with_published(session, rulebook)
    adopted = dict(session.execute(select(RuleSetAdoption.ruleset_id, RuleSetAdoption.content_hash)).all())
    changed = [v.id for v in rulebook.versions if adopted.get(v.id, v.content_hash) != v.content_hash]
    if changed:
        raise ThresholdsChanged(
            f"The threshold file {', '.join(changed)} was changed after it was adopted. Put the adopted file back, "
            "or give the change a new version."
        )


def _shipped(file: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((DATA / file).read_text("utf-8"))
    return content
