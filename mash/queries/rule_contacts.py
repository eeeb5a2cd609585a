"""Contacts that a rule helped to decide, newest first: so that a rule can be read beside real children."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import ChildOnContact, Contact, Decision
from mash.queries.restricted import open_to

LOOKED_AT = 1500
"""The newest decisions looked through: a rule that is rarely met may find none among them."""
SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleContact:
    """One child's decision in which the rule was met."""

    reference: str
    decided_at: datetime | None
    level: int
    advised_level: int | None
    route: str


def contacts_of_rule(
    session: Session, version: str, rule: str, roles: AbstractSet[str], *, since: datetime, until: datetime
) -> list[RuleContact]:
    """List the newest decisions under a version in which a rule was met.

    Args:
        roles: The reader's; contacts that they may not know of are left out.
        since, until: When the version was in use, so that nothing outside it is looked through.
    """
    told = (Decision.decided_at, Decision.level, Decision.advised_level, Decision.route)
    found = (
        select(Decision.advice, Contact.reference, *told)
        .join(ChildOnContact, ChildOnContact.id == Decision.child_id)
        .join(Contact, Contact.id == ChildOnContact.contact_id)
        .where(Decision.status == "decided", Decision.decided_at.between(since, until), open_to(roles))
        .where(Decision.ruleset_id == version)
        .order_by(Decision.decided_at.desc(), Decision.id.desc())
        .limit(LOOKED_AT)
    )
    shown: list[RuleContact] = []
    for advice, reference, decided_at, level, advised, route in session.execute(found):
        if rule in rules_met(advice or {}):
            said = {"decided_at": decided_at, "level": level, "advised_level": advised, "route": route}
            shown.append(RuleContact(reference=reference, **said))
            if len(shown) == SHOWN:
                break
    return shown


def rules_met(advice: Mapping[str, Any]) -> frozenset[str]:
    """Return the ids of the rules that a stored advice names: the whole of it, or its results alone."""
    reasons = advice.get("reasons")
    return frozenset(advice.get("rules", ()) if reasons is None else (reason["id"] for reason in reasons))
